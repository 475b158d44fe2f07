//! `iteras pass verify`: the decision of a server about a pass, with the exact reason.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use iteras::policy::best;
use iteras::{IdList, Ids, Reason, Requirement, Timestamp};
use iteras_guard::signature::{Algorithms, Checked, PassKey, PassKeys, VerifiedPass};
use serde_json::{Value, json};

use super::KEY_VARIABLE;
use super::given::{Found, Given};
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

impl From<Access> for iteras::Access {
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
        let paywalls = IdList::new(self.paywalls.iter().map(String::as_str));
        let case = Case {
            wanted: Requirement {
                paywalls: Some(paywalls.as_ids()),
                access: self.access.into(),
                leeway: self.leeway,
            },
            now: self.now.unwrap_or_else(now),
            keys: &keys,
        };
        let found = Found::of(&self.given.text()?);
        let checked = best(found.values().into_iter(), |value| {
            keys.examine(value, &case.wanted, case.now)
        });
        print(&match self.json {
            true => case.as_json(&checked).to_string(),
            false => case.as_text(&checked),
        })?;
        Ok(ExitCode::from(u8::from(checked.reason().is_some())))
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

/// The question, for the answer to it.
struct Case<'a> {
    wanted: Requirement<'a>,
    now: Timestamp,
    keys: &'a PassKeys,
}

impl Case<'_> {
    fn as_text(&self, checked: &Checked<'_, '_>) -> String {
        match (checked.reason(), checked.verified()) {
            (None, Some(verified)) => {
                let (level, paywall) = checked.entitlement().unwrap_or_default();
                let pass = verified.pass();
                format!(
                    "allowed: {level} {paywall}, subscriber {}, until {}, key {}",
                    pass.subscriber(),
                    pass.expires(),
                    verified.key_id()
                )
            }
            (reason, verified) => {
                let reason = reason.unwrap_or(Reason::Signature);
                format!(
                    "denied: {}: {}",
                    reason.code(),
                    self.why(checked, verified, reason)
                )
            }
        }
    }

    /// The sentence behind the reason. The facts of an unsigned text are not told.
    fn why(
        &self,
        checked: &Checked<'_, '_>,
        verified: Option<VerifiedPass<'_, '_>>,
        reason: Reason,
    ) -> String {
        if reason == Reason::NoPass {
            return super::NO_COOKIE.into();
        }
        let Some(verified) = verified else {
            let verified = self.keys.verify_at(checked.value(), self.now);
            return verified.map_or_else(|error| error.to_string(), |_| String::new());
        };
        let pass = verified.pass();
        match reason {
            Reason::WrongPaywall => {
                let ids: Vec<&str> = pass.entitlements().map(|(_, id)| id).collect();
                let wanted = self.wanted.paywalls.into_iter();
                let wanted: Vec<&str> = wanted.flat_map(Ids::iter).collect();
                let (ids, wanted) = (ids.join(" and "), wanted.join(" or "));
                format!("it is for {ids}, wanted {wanted}")
            }
            Reason::AccessLevel => {
                let (level, id) = checked.entitlement().unwrap_or_default();
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
    fn as_json(&self, checked: &Checked<'_, '_>) -> Value {
        let verified = checked.verified();
        let pass = verified.as_ref().map(VerifiedPass::pass);
        let (level, paywall) = checked.entitlement().unzip();
        json!({
            "authorized": checked.reason().is_none(),
            "reason": checked.reason().map(Reason::code),
            "level": level,
            "paywallid": paywall,
            "subscriber": pass.map(|pass| pass.subscriber()),
            "expires": pass.map(|pass| pass.expires().to_string()),
            "keyId": verified.map(|verified| verified.key_id()),
        })
    }
}
