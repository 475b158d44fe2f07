//! `iteras meter-cookie show`: what a reader's cookie of free pages holds, for people who ask why a page stays shut.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use iteras::cookies;
use iteras::meter::{Limits, Seen};
use iteras::timestamp::Timestamp;
use iteras_guard::meter::{self, MeterKey, Page};
use serde_json::{Value, json};

use crate::input;
use crate::keys::{Source, read};
use crate::output::print;
use crate::times::{distance, moment, now};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tells what a cookie says that this key made for this host: its start, how many pages it has counted, its end.
    Show(Show),
}

impl Command {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        match self {
            Self::Show(command) => command.run(),
        }
    }
}

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Show {
    /// The cookie's value, or `Cookie` lines with it; without it or with - what comes in at the standard input.
    cookie: Option<String>,
    /// The host that the reader visited.
    #[arg(long, value_name = "HOST")]
    host: String,
    /// The gate's `free` and `days`, such as 3/30.
    #[arg(long, value_name = "FREE/DAYS", value_parser = limits)]
    meter: Limits,
    /// File with the key of the meter, the same as the gate's; else the variable ITERAS_METER_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The time to which start and end are compared, instead of now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

fn limits(text: &str) -> Result<Limits, String> {
    let expected = || {
        let (free, days) = (Limits::MOST_FREE, Limits::MOST_DAYS);
        format!("expected 1 to {free} pages in 1 to {days} days, such as 3/30")
    };
    Limits::parse(text).ok_or_else(expected)
}

impl Show {
    /// Exit code 1 when there is none that the gate would take.
    fn run(&self) -> Result<ExitCode, String> {
        let now = self.now.unwrap_or_else(now);
        let source = Source::of(self.key_file.as_deref(), "ITERAS_METER_KEY");
        let key = read(source, MeterKey::from_file, MeterKey::new)?;
        let text = input::text(self.cookie.as_deref(), "cookie")?;
        let header = input::cookie_header(&text, meter::NAME)
            .unwrap_or_else(|| [meter::NAME, "=", &text].concat());
        let values = cookies::values(&header, meter::NAME);
        let found: Vec<_> = values.map(|value| key.seen(value, &self.host)).collect();
        let counts = |seen: &Seen<Page>| {
            let now = u32::try_from(now.unix());
            now.is_ok_and(|now| seen.counts_at(self.meter, now))
        };
        if self.json {
            let cookies = found.iter().map(|seen| self.as_json(seen.as_ref(), counts));
            print(&json!({ "cookies": cookies.collect::<Vec<_>>() }).to_string())?;
        } else {
            let mut lines = Vec::new();
            match found.len() {
                0 => lines.push(format!("there is no cookie {}", meter::NAME)),
                1 => {}
                count => lines.push(format!(
                    "{count} values; that of the most pages counts for the gate:"
                )),
            }
            for seen in &found {
                lines.extend(self.as_text(seen.as_ref(), counts, now));
            }
            print(&lines.join("\n"))?;
        }
        let any = found.iter().flatten().any(counts);
        Ok(ExitCode::from(u8::from(!any)))
    }

    fn as_text(
        &self,
        seen: Option<&Seen<Page>>,
        counts: impl Fn(&Seen<Page>) -> bool,
        now: Timestamp,
    ) -> Vec<String> {
        let Some(seen) = seen else {
            return vec![format!(
                "none: this key did not make it for {:?}, so the reader starts again",
                self.host
            )];
        };
        let told = |name: &str, at: u32| {
            let at = Timestamp::from_unix(at.into());
            let far = distance(now, at);
            match at <= now {
                true => format!("  {name}  {at} ({far} ago)"),
                false => format!("  {name}  {at} (in {far})"),
            }
        };
        let is = match counts(seen) {
            true => "counts",
            false => "is over, or not begun, so the reader starts again",
        };
        vec![
            format!("genuine, and {is}"),
            told("start", seen.start),
            format!(
                "  pages  {} of {} free",
                seen.pages.len(),
                self.meter.free()
            ),
            told("until", seen.until(self.meter)),
        ]
    }

    fn as_json(&self, seen: Option<&Seen<Page>>, counts: impl Fn(&Seen<Page>) -> bool) -> Value {
        let time = |at: u32| Timestamp::from_unix(at.into()).to_string();
        match seen {
            None => json!({ "genuine": false }),
            Some(seen) => json!({
                "genuine": true,
                "counts": counts(seen),
                "start": time(seen.start),
                "pages": seen.pages.len(),
                "free": self.meter.free(),
                "until": time(seen.until(self.meter)),
            }),
        }
    }
}
