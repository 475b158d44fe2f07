//! The sites of the configuration: what they protect, by the rules of `guard`.

use iteras::Access;
use iteras_guard::paths::normal_host;
use url::Url;

use super::config::{self, Config};
use crate::{ConfigError, Match, Preset, Requirement, Rule, Rules, Site, Unmatched};

/// The rules of all sites. Refuses what can't be meant; settings are named as in `sites[0].rules[1].path`.
pub(crate) fn rules(config: &Config) -> Result<Rules, ConfigError> {
    if config.sites.is_empty() {
        return Err(ConfigError::new("sites", "no site"));
    }
    let landing = config.denied.landing.as_deref();
    let sites = config.sites.iter().enumerate().map(|(at, written)| {
        site(written, landing).map_err(|error| error.within(&format!("sites[{at}]")))
    });
    Rules::sites(sites.collect::<Result<Vec<_>, _>>()?)
}

fn site(written: &config::Site, landing: Option<&str>) -> Result<Site, ConfigError> {
    let unmatched = match written.default {
        config::Unmatched::Open => Unmatched::Open,
        config::Unmatched::Protected => {
            Unmatched::Protected(requirement(&written.paywalls, written.access)?)
        }
    };
    let shuts = |preset: &Preset| preset.shuts();
    let protects = matches!(unmatched, Unmatched::Protected(_))
        || written.rules.iter().any(|rule| !rule.open)
        || written.preset.0.iter().any(shuts);
    if !protects && !written.paywalls.is_empty() {
        let problem = "the site names paywalls, and nothing asks for them: expected default = \"protected\" or a rule";
        return Err(ConfigError::new("rules", problem));
    }
    let mut site = Site::new(written.hosts.iter().map(String::as_str), unmatched)?;
    if written.preset.0.iter().any(shuts) && !written.paywalls.is_empty() {
        site = site.wall(requirement(&written.paywalls, written.access)?);
    }
    for preset in &written.preset.0 {
        site = site.preset(*preset);
    }
    if let Some(page) = landing.and_then(|target| page_at(target, &written.hosts)) {
        // A target that is no page of a site is refused where the answers are made.
        site = site.landing(&page)?;
    }
    for (at, rule) in written.rules.iter().enumerate() {
        let rule = self::rule(rule, written);
        site = site.rule(rule.map_err(|error| error.within(&format!("rules[{at}]")))?);
    }
    Ok(site)
}

/// Path and query of the landing page, where it is on a site of these hosts.
pub(crate) fn page_at(target: &str, hosts: &[String]) -> Option<String> {
    if target.starts_with('/') {
        return Some(target.split('#').next().unwrap_or("").to_owned());
    }
    let url = Url::parse(target).ok()?;
    let of_url = normal_host(url.host_str()?)?;
    let is_here = |host: &String| normal_host(host).as_deref() == Some(&of_url);
    hosts.iter().any(is_here).then(|| {
        let query = url.query().map(|query| format!("?{query}"));
        format!("{}{}", url.path(), query.unwrap_or_default())
    })
}

fn rule(written: &config::Rule, site: &config::Site) -> Result<Rule, ConfigError> {
    let mut on = Match::path(&written.path)?;
    if let Some(name) = &written.parameter {
        on = on.with_parameter(name)?;
    }
    match written.open {
        true if written.paywalls.is_some() || written.access.is_some() || written.meter => {
            let problem =
                "an open rule asks for nothing, so it has no `paywalls`, `access` or `meter`";
            Err(ConfigError::new("open", problem))
        }
        true => Ok(Rule::open(on)),
        false => {
            let ids = written.paywalls.as_ref().unwrap_or(&site.paywalls);
            let access = written.access.unwrap_or(site.access);
            let requirement = requirement(ids, access)?;
            Ok(Rule::protected(
                on,
                match written.meter {
                    true => requirement.with_meter(),
                    false => requirement,
                },
            ))
        }
    }
}

fn requirement(ids: &[String], access: config::Access) -> Result<Requirement, ConfigError> {
    let access = match access {
        config::Access::Sub => Access::Sub,
        config::Access::User => Access::User,
        config::Access::Any => Access::Any,
    };
    Requirement::new(ids.iter().map(String::as_str), access)
}
