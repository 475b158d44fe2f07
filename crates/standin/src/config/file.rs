//! The configuration file: settings of the stand-in, its publishers, and who may log in to other systems.

use serde::Deserialize;

use super::profile::Profile;
use super::systems::SystemAccounts;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Days for which a new pass is valid.
    #[serde(default = "thirty")]
    pub pass_days: u32,
    /// Days after its expiry within which a pass is still renewed.
    #[serde(default = "ninety")]
    pub renew_expired_days: u32,
    /// Signs the log-in tokens of the frames; at least 16 bytes.
    pub token_key: String,
    /// Accounts of the systems beside the service; none = these systems are not there.
    pub systems: Option<SystemAccounts>,
    /// The publishers, each with sites, keys and readers of its own.
    pub profiles: Vec<Profile>,
}

fn thirty() -> u32 {
    30
}

fn ninety() -> u32 {
    90
}
