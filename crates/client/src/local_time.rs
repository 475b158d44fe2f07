//! Time stamps of the service: without a zone, so they name no moment by themselves.

use std::fmt;
use std::str::FromStr;

use iteras::timestamp::Timestamp;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date and time of day somewhere, `2010-12-24T12:00:00` (documented surface, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(Timestamp);

impl LocalTime {
    /// The moment, if clocks there are this many seconds ahead of UTC.
    pub fn at_offset(self, seconds: i32) -> Timestamp {
        Timestamp::from_unix(self.0.unix() - i64::from(seconds))
    }
}

/// The text is not exactly `YYYY-MM-DDTHH:MM:SS` with a real date from 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoLocalTime;

impl fmt::Display for NoLocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a time stamp like 2010-12-24T12:00:00, without a zone")
    }
}

impl std::error::Error for NoLocalTime {}

impl FromStr for LocalTime {
    type Err = NoLocalTime;

    fn from_str(text: &str) -> Result<Self, NoLocalTime> {
        // The core reads the same grammar with a `Z` behind it; a second one here would be no time.
        let utc = Timestamp::parse(&format!("{text}Z"));
        utc.map(Self).ok_or(NoLocalTime)
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().trim_end_matches('Z'))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let expected = &"a time stamp without a zone";
        text.parse()
            .map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), expected))
    }
}
