//! `iteras pass verify`: the decision of a server about a pass, with the exact reason.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use iteras::pass::Pass;
use iteras::policy::{self, Finding, Reason, Requirement, best, decide};
use iteras::signature::{Algorithms, PassKey, PassKeys};
use iteras::timestamp::Timestamp;
use serde_json::{Value, json};

use super::KEY_VARIABLE;
use super::given::{Given, values};
use crate::keys::{Source, read};
use crate::output::print;
use crate::times::{distance, moment, now};

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    given: Given,
    /// Paywall id of the page; given several times, a pass for any one of them is enough.
    #[arg(long = "paywall", value_name = "ID", required = true, value_parser = paywall_id)]
    paywalls: Vec<String>,
    /// The level that the page asks for.
    #[arg(long, value_enum, default_value = "sub")]
    access: Access,
    /// Seconds after the expiry for which a pass still counts.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    leeway: u32,
    /// The time at which it is decided, instead of now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// File with a signing key, several while keys are rotated; else the variable ITERAS_PASS_KEY.
    #[arg(long = "key-file", value_name = "FILE")]
    key_files: Vec<PathBuf>,
    /// Accepts the HMAC-SHA1 signatures of older passes, too.
    #[arg(long)]
    allow_sha1: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Access {
    Any,
    User,
    Sub,
}

impl From<Access> for policy::Access {
    fn from(access: Access) -> Self {
        match access {
            Access::Any => Self::Any,
            Access::User => Self::User,
            Access::Sub => Self::Sub,
        }
    }
}

// "Any paywall" would let the passes of other walls in.
fn paywall_id(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
        .ok_or_else(|| "expected a paywall id such as n8fsoupukhv3".into())
}

impl Verify {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let keys = self.keys()?;
        let paywalls = self.paywalls.join("\n");
        let case = Case {
            wanted: Requirement {
                paywalls: Some(&paywalls),
                access: self.access.into(),
                leeway: self.leeway,
            },
            now: self.now.unwrap_or_else(now),
            keys: &keys,
        };
        let text = self.given.text()?;
        let finding = best(values(&text).into_iter(), |value| {
            keys.examine(value, &case.wanted, case.now)
        });
        print(&match self.json {
            true => case.as_json(&finding).to_string(),
            false => case.as_text(&finding),
        })?;
        Ok(ExitCode::from(u8::from(finding.reason.is_some())))
    }

    fn keys(&self) -> Result<PassKeys, String> {
        let key = |source| read(source, PassKey::from_file, PassKey::new);
        let keys: Vec<(String, PassKey)> = if self.key_files.is_empty() {
            vec![(KEY_VARIABLE.into(), key(Source::Variable(KEY_VARIABLE))?)]
        } else {
            let files = self.key_files.iter();
            let named =
                files.map(|file| Ok((file.display().to_string(), key(Source::File(file))?)));
            named.collect::<Result<_, String>>()?
        };
        let algorithms = match self.allow_sha1 {
            true => Algorithms::Sha256AndSha1,
            false => Algorithms::Sha256,
        };
        PassKeys::new(keys, algorithms).map_err(|error| error.to_string())
    }
}

/// What was asked, for the answer.
struct Case<'a> {
    wanted: Requirement<'a>,
    now: Timestamp,
    keys: &'a PassKeys,
}

impl Case<'_> {
    fn as_text(&self, finding: &Finding<'_>) -> String {
        let Some(reason) = finding.reason else {
            let pass = finding.pass();
            let said = pass.map_or(String::new(), |pass| self.said(&pass));
            return format!("allowed: {said}, key {}", self.key(finding).unwrap_or(""));
        };
        format!("denied: {}: {}", reason.code(), self.why(finding, reason))
    }

    fn said(&self, pass: &Pass<'_>) -> String {
        let (level, paywall) = self.entitlement(pass).unwrap_or_default();
        let (subscriber, expires) = (pass.subscriber(), pass.expires());
        format!("{level} {paywall}, subscriber {subscriber}, until {expires}")
    }

    /// The sentence behind the reason. What an unsigned text says is not told.
    fn why(&self, finding: &Finding<'_>, reason: Reason) -> String {
        if reason == Reason::NoPass {
            return super::NO_COOKIE.into();
        }
        let Some(pass) = finding.pass() else {
            let verified = self.keys.verify_at(&finding.value, self.now);
            return verified.map_or_else(|error| error.to_string(), |_| String::new());
        };
        match reason {
            Reason::WrongPaywall => {
                let ids: Vec<&str> = pass.entitlements().map(|(_, id)| id).collect();
                let wanted = self
                    .wanted
                    .paywalls
                    .unwrap_or_default()
                    .replace('\n', " or ");
                format!("it is for {}, wanted {wanted}", ids.join(" and "))
            }
            Reason::AccessLevel => {
                let (level, id) = self.entitlement(&pass).unwrap_or_default();
                let wanted = self.wanted.access.name().unwrap_or("any");
                format!("its level for {id} is {level}, wanted {wanted}")
            }
            _ => {
                let far = distance(pass.expires(), self.now);
                let leeway = self.wanted.leeway;
                format!(
                    "it was valid until {}, {far} ago; leeway {leeway} seconds",
                    pass.expires()
                )
            }
        }
    }

    /// The shape of verdicts on servers (documented surface, section 2.2); all null until a signature matched.
    fn as_json(&self, finding: &Finding<'_>) -> Value {
        let pass = finding.pass();
        let entitlement = pass.and_then(|pass| {
            let (level, paywall) = decide(&pass, &self.wanted, self.now).entitlement?;
            Some((level.to_owned(), paywall.to_owned()))
        });
        let (level, paywall) = entitlement.unzip();
        json!({
            "authorized": finding.reason.is_none(),
            "reason": finding.reason.map(Reason::code),
            "level": level,
            "paywallid": paywall,
            "subscriber": pass.map(|pass| pass.subscriber()),
            "expires": pass.map(|pass| pass.expires().to_string()),
            "keyId": self.key(finding),
        })
    }

    fn entitlement<'p>(&self, pass: &Pass<'p>) -> Option<(&'p str, &'p str)> {
        decide(pass, &self.wanted, self.now).entitlement
    }

    fn key(&self, finding: &Finding<'_>) -> Option<&str> {
        self.keys.id(finding.key()?)
    }
}
