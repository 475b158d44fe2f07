//! Times as people write them.

use iteras::timestamp::Timestamp;

/// The machine's clock.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_unix(since.map_or(0, |since| since.as_secs() as i64))
}

/// A time such as 2026-02-01T00:00:00Z, or 36h, 7d, 2w after `now`. The error says what was expected.
pub(crate) fn later(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let refused = || format!("expected 36h, 7d, 2w or 2026-02-01T00:00:00Z, got {text:?}");
    if let Some(time) = Timestamp::parse(text) {
        return Ok(time);
    }
    let unit = text.chars().next_back().ok_or_else(refused)?;
    let seconds = match unit {
        'h' => 3600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(refused()),
    };
    let count: u32 = text[..text.len() - 1].parse().map_err(|_| refused())?;
    Ok(Timestamp::from_unix(
        now.unix() + i64::from(count) * seconds,
    ))
}

/// The time that `--expires` names, which must be to come.
pub(crate) fn end(expires: &str) -> Result<Timestamp, String> {
    let now = now();
    let end = later(expires, now).map_err(|error| format!("--expires: {error}"))?;
    if end <= now {
        return Err(format!("--expires: {end} is over"));
    }
    Ok(end)
}

/// A time such as 2026-02-01T00:00:00Z, for clap.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a time such as 2026-02-01T00:00:00Z".into())
}

/// The distance of two times, in the largest unit that says enough.
pub(crate) fn distance(from: Timestamp, to: Timestamp) -> String {
    let seconds = (to.unix() - from.unix()).unsigned_abs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "seconds"),
        120..7200 => (seconds / 60, "minutes"),
        7200..172_800 => (seconds / 3600, "hours"),
        _ => (seconds / 86_400, "days"),
    };
    format!("{count} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    #[test]
    fn expiries_are_durations_or_times() {
        let end = |text| later(text, NOW).map(Timestamp::unix);
        assert_eq!(end("36h"), Ok(NOW.unix() + 36 * 3600));
        assert_eq!(end("2w"), Ok(NOW.unix() + 14 * 86_400));
        assert_eq!(end("2026-02-01T00:00:00Z"), Ok(1_769_904_000));
        for odd in ["", "d", "7", "-1d", "7m", "99999999999d", "æ"] {
            assert!(end(odd).unwrap_err().starts_with("expected 36h"), "{odd}");
        }
    }

    #[test]
    fn distances_are_told_in_one_unit() {
        let far = |seconds| distance(NOW, Timestamp::from_unix(NOW.unix() + seconds));
        assert_eq!(far(90), "90 seconds");
        assert_eq!(far(-3600), "60 minutes");
        assert_eq!(far(86_400), "24 hours");
        assert_eq!(far(30 * 86_400), "30 days");
    }
}
