//! Sites that are registered by the command line, besides those of the configuration file.

use super::error::ConfigError;
use super::file::Config;
use super::origins::{is_origin, origin_of};

impl Config {
    /// Registers a site, so that its pages may embed the frames of one publisher: the one with this profile id,
    /// else the first. The error is a sentence that names what can be meant.
    ///
    /// ```
    /// let mut config = iteras_standin::Config::embedded();
    /// config.register_site("https://magazine.example", None).unwrap();
    /// assert!(config.profiles[0].sites.contains(&"https://magazine.example".to_owned()));
    /// ```
    pub fn register_site(&mut self, site: &str, profile: Option<&str>) -> Result<(), ConfigError> {
        if !is_origin(site) {
            let meant = origin_of(site).filter(|origin| is_origin(origin));
            let meant = meant.as_deref().unwrap_or("https://magazine.example");
            return Err(ConfigError(format!(
                "{site} is not an origin such as {meant}"
            )));
        }
        let at = profile.map_or(Ok(0), |id| self.position_of(id))?;
        let sites = &mut self.profiles[at].sites;
        if !sites.iter().any(|held| held == site) {
            sites.push(site.into());
        }
        Ok(())
    }

    /// The position of a profile; the error is a sentence that names those that there are.
    pub(super) fn position_of(&self, profile: &str) -> Result<usize, ConfigError> {
        let found = self.profiles.iter().position(|held| held.id == profile);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.profiles.iter().map(|p| p.id.as_str()).collect();
            let known = known.join(", ");
            ConfigError(format!(
                "there is no profile {profile} in the configuration, only {known}"
            ))
        })
    }
}
