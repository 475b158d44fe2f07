//! UTC time stamps as passes carry them: `2026-02-01T00:00:00Z`, exact to the second.
//!
//! ```
//! use iteras::timestamp::Timestamp;
//!
//! let expiry = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
//! assert_eq!(expiry.unix(), 1_769_904_000);
//! assert_eq!(Timestamp::parse("2026-02-30T00:00:00Z"), None);
//! ```
//!
//! Nothing here asks what time it is: `now` is always an argument.

use core::fmt;

/// Seconds since 1970-01-01T00:00:00Z; leap seconds do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The time stamp of this many seconds since 1970-01-01T00:00:00Z.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The time stamp of a JavaScript clock reading (milliseconds since 1970), rounded down.
    pub fn from_millis(millis: f64) -> Self {
        let seconds = (millis / 1000.0) as i64;
        Self(seconds - i64::from(millis < seconds as f64 * 1000.0))
    }

    /// The time stamp of so many whole milliseconds since 1970, rounded down.
    pub(crate) fn of_clock(millis: u64) -> Self {
        Self((millis / 1000) as i64)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads exactly `YYYY-MM-DDTHH:MM:SSZ`: a real date of the years 1970 to 9999, hours to 23,
    /// minutes and seconds to 59 (rules, step 4).
    pub fn parse(text: &str) -> Option<Self> {
        const SHAPE: &[u8; 20] = b"0000-00-00T00:00:00Z";
        let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
        // All bytes are looked at, which is quicker than to stop at the first that does not fit.
        let (mut fits, mut numbers, mut place) = (true, [0; 8], 0);
        for (&byte, &shape) in bytes.iter().zip(SHAPE) {
            if shape == b'0' {
                fits &= byte.is_ascii_digit();
                numbers[place % 8] = numbers[place % 8] * 10 + u32::from(byte & 15);
            } else {
                fits &= byte == shape;
                place += 1;
            }
        }
        let [year, month, day, hour, minute, second, ..] = numbers;
        if !fits || year < 1970 || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let month_ends = days_from_epoch(year, month + 1, 0);
        let days = days_from_epoch(year, month, day);
        if days > month_ends || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let clock = hour * 3600 + minute * 60 + second;
        Some(Self(i64::from(days) * 86_400 + i64::from(clock)))
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`; years outside 0 to 9999 come out longer and do not parse again.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, clock) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = date_from_days(days);
        let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

// The year is counted from March, so that the leap day is the last day of its year. Month 13 is the next January.
#[cfg_attr(not(feature = "fast"), inline(never))]
fn days_from_epoch(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

fn date_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn every_day_of_400_years_survives_the_round_trip() {
        let mut at = Timestamp::parse("1970-01-01T00:00:00Z").unwrap();
        assert_eq!(at.unix(), 0);
        for _ in 0..146_097 {
            assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
            at = Timestamp::from_unix(at.unix() + 86_400);
        }
        assert_eq!(at.to_string(), "2370-01-01T00:00:00Z");
    }

    #[test]
    fn c11_dates_that_do_not_exist_or_are_written_otherwise_are_refused() {
        for text in [
            "2026-02-30T00:00:00Z",
            "2026-02-01T24:00:00Z",
            "2026-02-01T00:60:00Z",
            "2026-02-01T00:00:60Z",
            "2026-02-01T00:00:00",
            "2026-02-01T00:00:00+00:00",
            "2026-02-01t00:00:00z",
            "12026-02-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "2100-02-29T00:00:00Z",
            "2026-2-01T00:00:00Z",
            "2026-02-0qT00:00:00Z",
            "2026-02-01T00:00:00ZZ",
            "2026-02-01T00:00:0",
            "00002026-02-01T00:00:00Z",
            "",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert!(Timestamp::parse("2000-02-29T23:59:59Z").is_some());
        assert!(Timestamp::parse("9999-12-31T23:59:59Z").is_some());
    }

    #[test]
    fn milliseconds_are_rounded_down() {
        for (millis, seconds) in [
            (1999.9, 1),
            (2000.0, 2),
            (-0.5, -1),
            (-1000.0, -1),
            (-1000.5, -2),
            (1_768_478_400_999.0, 1_768_478_400),
            (f64::NAN, 0),
        ] {
            assert_eq!(Timestamp::from_millis(millis).unix(), seconds, "{millis}");
        }
    }
}
