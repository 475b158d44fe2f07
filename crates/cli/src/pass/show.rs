//! `iteras pass show`: the facts that a pass states, for people who ask why a page stays shut.

use std::process::ExitCode;

use iteras::pass::{Envelope, Pass, PassError};
use iteras::timestamp::Timestamp;
use serde_json::{Value, json};

use super::given::{Found, Given};
use crate::output::print;
use crate::times::{distance, moment, now};

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Show {
    #[command(flatten)]
    given: Given,
    /// The time to which its expiry is compared, instead of now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Show {
    /// Exit code 1 when no pass could be read.
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let now = self.now.unwrap_or_else(now);
        let found = Found::of(&self.given.text()?);
        let values = found.values();
        let passes: Vec<_> = values.iter().map(|value| read(value)).collect();
        if self.json {
            let passes: Vec<Value> = passes.iter().map(|pass| as_json(pass, now)).collect();
            print(&json!({ "verified": false, "passes": passes }).to_string())?;
        } else {
            print(&as_text(&passes, now))?;
        }
        let any = passes.iter().any(Result::is_ok);
        Ok(ExitCode::from(u8::from(!any)))
    }
}

fn read(value: &str) -> Result<(Pass<'_>, &str), PassError> {
    let envelope = Envelope::cut(value)?;
    Ok((envelope.open()?, envelope.algorithm()))
}

type Read<'a> = Result<(Pass<'a>, &'a str), PassError>;

fn as_text(passes: &[Read<'_>], now: Timestamp) -> String {
    let mut lines = Vec::new();
    match passes.len() {
        0 => lines.push(format!("nopass: {}", super::NO_COOKIE)),
        1 => {}
        count => lines.push(format!(
            "{count} values, in the order in which servers look at them:"
        )),
    }
    for pass in passes {
        match pass {
            Ok((pass, algorithm)) => lines.extend(facts(pass, algorithm, now)),
            Err(error) => lines.push(format!("malformed: {error}")),
        }
    }
    lines.join("\n")
}

fn facts(pass: &Pass<'_>, algorithm: &str, now: Timestamp) -> Vec<String> {
    let far = distance(now, pass.expires());
    let when = match is_over(pass, now) {
        true => format!("{far} ago"),
        false => format!("in {far}"),
    };
    let mut lines = vec!["UNVERIFIED: nobody has checked that any of this is true".to_owned()];
    for (level, paywall) in pass.entitlements() {
        lines.push(format!("  entitlement  {level} {paywall}"));
    }
    lines.push(format!("  expires      {} ({when})", pass.expires()));
    lines.push(format!("  subscriber   {}", pass.subscriber()));
    lines.push(format!("  ip           {}", pass.ip()));
    lines.push(format!("  algorithm    {algorithm}"));
    lines
}

fn as_json(pass: &Read<'_>, now: Timestamp) -> Value {
    match pass {
        Ok((pass, algorithm)) => {
            let (levels, paywalls): (Vec<_>, Vec<_>) = pass.entitlements().unzip();
            json!({
                "levels": levels,
                "paywallids": paywalls,
                "expires": pass.expires().to_string(),
                "expired": is_over(pass, now),
                "subscriber": pass.subscriber(),
                "ip": pass.ip(),
                "algorithm": algorithm,
            })
        }
        Err(error) => json!({ "reason": "malformed", "error": error.to_string() }),
    }
}

fn is_over(pass: &Pass<'_>, now: Timestamp) -> bool {
    pass.expires() < now
}
