//! A domain of a search engine's own machines.

use alloc::format;
use alloc::string::String;

use crate::config_error::{ConfigError, shown};

/// A domain below which all names are a search engine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain(String);

/// Names below these are those of anybody's requests: fetchers that users set off, machines that are let.
const ANYBODY: [&str; 2] = ["google.com", "googleusercontent.com"];

impl Domain {
    /// Reads a domain such as `googlebot.com`. Refuses a single label, which is everybody's, and those of Google from
    /// which users have pages fetched.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if !is_host_name(&name) || !name.contains('.') {
            let problem = format!(
                "expected a domain such as \"googlebot.com\", got {}",
                shown(text)
            );
            return Err(ConfigError::new("domains", problem));
        }
        if ANYBODY
            .iter()
            .any(|other| name == *other || is_below(&name, other))
        {
            let problem = format!(
                "{} has machines that fetch pages for anybody; of Google's, Googlebot's own are below \"googlebot.com\"",
                shown(text)
            );
            return Err(ConfigError::new("domains", problem));
        }
        Ok(Self(name))
    }

    /// Tells whether a name, with or without the dot of a fully qualified one, lies below the domain. The domain itself
    /// does not, nor what is no name of a host, such as one with an escaped dot in a label.
    pub fn covers(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        is_host_name(&name) && is_below(&name, &self.0)
    }
}

fn is_below(name: &str, domain: &str) -> bool {
    let above = name
        .strip_suffix(domain)
        .and_then(|rest| rest.strip_suffix('.'));
    above.is_some_and(|labels| !labels.is_empty())
}

fn is_host_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(fits);
    name.len() <= 253 && name.split('.').all(is_label)
}
