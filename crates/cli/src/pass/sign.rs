//! `iteras pass sign`: a pass from its fields, for tests and for moving readers from another system.

use std::path::PathBuf;
use std::process::ExitCode;

use iteras_guard::issue::Fields;
use iteras_guard::signature::PassKey;
use serde_json::json;

use super::KEY_VARIABLE;
use crate::keys::{Source, read};
use crate::output::print;
use crate::times::{later, now};

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Sign {
    /// Entitlement of the pass, at least one: `sub:n8fsoupukhv3`, `user:BBBB2222`.
    #[arg(long = "entitlement", value_name = "LEVEL:ID", required = true, value_parser = entitlement)]
    entitlements: Vec<(String, String)>,
    /// Life of the pass: 36h, 7d, 2w, or its end such as 2026-02-01T00:00:00Z, which may be over.
    #[arg(long, value_name = "DURATION|TIME", default_value = "30d")]
    expires: String,
    /// The subscriber's id.
    #[arg(long, value_name = "ID", default_value = "")]
    subscriber: String,
    /// The reader's IP address.
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    ip: String,
    /// File with the signing key; else the variable ITERAS_PASS_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

fn entitlement(text: &str) -> Result<(String, String), String> {
    let (level, id) = text
        .split_once(':')
        .ok_or("expected a level and a paywall id such as sub:n8fsoupukhv3")?;
    Ok((level.into(), id.into()))
}

impl Sign {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let expires = later(&self.expires, now()).map_err(|error| format!("--expires: {error}"))?;
        let source = Source::of(self.key_file.as_deref(), KEY_VARIABLE);
        let key = read(source, PassKey::from_file, PassKey::new)?;
        let entitlements: Vec<(&str, &str)> = (self.entitlements.iter())
            .map(|(level, id)| (level.as_str(), id.as_str()))
            .collect();
        let fields = Fields {
            entitlements: &entitlements,
            expires,
            subscriber: &self.subscriber,
            ip: &self.ip,
        };
        let refused = "no such pass: a field is empty or holds white space, quotes or one of , ; | \\, \
                       or it is longer than 4096 bytes";
        let pass = fields.sign(&key).ok_or(refused)?;
        print(&match self.json {
            true => json!({ "pass": pass, "expires": expires.to_string() }).to_string(),
            false => pass,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
