//! The time that answers take, and the number of those under way, in the text format that Prometheus reads.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Upper bounds of the buckets, in seconds: forward-auth answers in the first three, a proxy as fast as its origin.
const BOUNDS: [f64; 10] = [
    0.000_1, 0.000_5, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 30.0,
];

const IN_FLIGHT: [&str; 2] = [
    "iteras_gate_requests_in_flight",
    "Requests whose answer has not ended; on `listen` the one that asks is among them.",
];
const DURATION: [&str; 2] = [
    "iteras_gate_request_duration_seconds",
    "Seconds until the head of an answer, the origin's time included, as a histogram.",
];

/// Times of one process. Without a lock: every request writes them twice.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// Answers by the first bound that their time is not over; the last are over all of them.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
    under_way: AtomicU64,
}

/// A request that is being answered, until this is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    times: Arc<Times>,
    since: Instant,
}

impl UnderWay {
    pub(super) fn begin(times: Arc<Times>) -> Self {
        times.under_way.fetch_add(1, Relaxed);
        let since = Instant::now();
        Self { times, since }
    }

    /// Notes the time until now, at which the head of the answer is there.
    pub(super) fn answered(&self) {
        self.times.note(self.since.elapsed());
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.times.under_way.fetch_sub(1, Relaxed);
    }
}

impl Times {
    fn note(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        self.buckets[bucket.unwrap_or(BOUNDS.len())].fetch_add(1, Relaxed);
        let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Relaxed);
    }

    /// Appends a gauge and a histogram.
    pub(super) fn push_text(&self, text: &mut String) {
        let ([gauge, about_gauge], [name, about]) = (IN_FLIGHT, DURATION);
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "# HELP {gauge} {about_gauge}\n# TYPE {gauge} gauge\n{gauge} {}\n\
             # HELP {name} {about}\n# TYPE {name} histogram",
            self.under_way.load(Relaxed)
        );
        let mut count = 0;
        let bounds = BOUNDS.iter().map(f64::to_string);
        for (bound, bucket) in bounds.chain(["+Inf".to_owned()]).zip(&self.buckets) {
            count += bucket.load(Relaxed);
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}");
        }
        let sum = Duration::from_micros(self.microseconds.load(Relaxed)).as_secs_f64();
        let _ = writeln!(text, "{name}_sum {sum}\n{name}_count {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bucket_holds_those_before_it() {
        let times = Arc::new(Times::default());
        for microseconds in [100, 101, 30_000_000, 30_000_001] {
            times.note(Duration::from_micros(microseconds));
        }
        let first = UnderWay::begin(times.clone());
        drop(UnderWay::begin(times.clone()));
        let mut text = String::new();
        times.push_text(&mut text);
        for line in [
            "iteras_gate_requests_in_flight 1\n",
            "_bucket{le=\"0.0001\"} 1\n",
            "_bucket{le=\"0.0005\"} 2\n",
            "_bucket{le=\"10\"} 2\n",
            "_bucket{le=\"30\"} 3\n",
            "_bucket{le=\"+Inf\"} 4\n",
            "_sum 60.000202\n",
            "_count 4\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        drop(first);
    }
}
