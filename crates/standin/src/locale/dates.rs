//! Dates as the stand-in keeps them, `YYYY-MM-DD` in UTC, and as the server API writes them.

use iteras::timestamp::Timestamp;

/// The date of a time (Unix seconds).
pub(crate) fn day(unix: i64) -> String {
    let mut text = Timestamp::from_unix(unix).to_string();
    text.truncate(10);
    text
}

/// The first second of a date, as a time stamp without a zone (documented surface, section 6).
pub(crate) fn begin_of(date: &str) -> String {
    format!("{date}T00:00:00")
}

/// The last second of a date, as a time stamp without a zone.
pub(crate) fn end_of(date: &str) -> String {
    format!("{date}T23:59:59")
}

/// The date in `YYYY-MM-DD` or in a time stamp without a zone; none if there is no such day.
pub(crate) fn read(text: &str) -> Option<String> {
    let stamp = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        _ => format!("{text}Z"),
    };
    Timestamp::parse(&stamp).map(|time| day(time.unix()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_stamps_without_a_zone_are_read() {
        assert_eq!(read("2024-02-29").as_deref(), Some("2024-02-29"));
        assert_eq!(read("2010-12-24T12:00:00").as_deref(), Some("2010-12-24"));
        for odd in [
            "",
            "2025-02-29",
            "2010-12-24T12:00:00Z",
            "2010-12-24T12:00:00+01:00",
            "24-12-2010",
            "æøåæøåæøå1",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(end_of(&day(0)), "1970-01-01T23:59:59");
    }
}
