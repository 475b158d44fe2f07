//! The progress of an export, on the terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressFinish, ProgressState, ProgressStyle};

const TICK: Duration = Duration::from_millis(100);

/// Counts what was exported. The last line stays, also where the export fails.
pub(super) struct Progress {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
}

impl Progress {
    /// Shows nothing and counts all the same.
    pub(super) fn hidden() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            bytes: Arc::default(),
        }
    }

    /// Shows itself at the standard error; `ids` is how many customers were asked for, if it is known.
    pub(super) fn shown(ids: Option<u64>) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let (bar, template) = match ids {
            Some(ids) => {
                let template =
                    "{bar:24} {human_pos} of {human_len} customers, {exported}, {elapsed}";
                (ProgressBar::new(ids), template)
            }
            None => {
                let template = "{spinner} {human_pos} customers, {exported}, {elapsed}";
                (ProgressBar::new_spinner(), template)
            }
        };
        let style = ProgressStyle::with_template(template).expect("both are well-formed");
        let counted = bytes.clone();
        let style = style.with_key(
            "exported",
            move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
                let bytes = HumanBytes(counted.load(Ordering::Relaxed));
                write!(text, "{bytes}").expect("it is written to memory");
            },
        );
        bar.set_style(style);
        bar.enable_steady_tick(TICK);
        Self {
            bar: bar.with_finish(ProgressFinish::Abandon),
            bytes,
        }
    }

    /// One customer more.
    pub(super) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.bar.inc(1);
    }

    /// Customers so far.
    pub(super) fn count(&self) -> u64 {
        self.bar.position()
    }
}
