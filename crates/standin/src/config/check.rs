//! Checks of a configuration before anything starts, so that nothing fails open later.

use std::collections::BTreeSet;

use iteras_guard::signature::PassKey;

use super::account::Level;
use super::file::Config;
use super::origins::{SITE_PLACEHOLDER, is_origin};
use super::profile::Profile;

/// First segments of the service's own paths, which no profile can take.
const RESERVED: [&str; 7] = [
    "api",
    "static",
    "media",
    "standin",
    "iterop",
    "integrify",
    "dtz",
];

/// Checks a whole file; the error is a sentence that names the setting.
pub(crate) fn config(config: &Config) -> Result<(), String> {
    token_key(&config.token_key).map_err(|e| format!("token_key: {e}"))?;
    if let Some(systems) = &config.systems {
        systems.check().map_err(|e| format!("systems.{e}"))?;
    }
    if config.profiles.is_empty() {
        return Err("profiles: at least one is needed".into());
    }
    unique("profiles.id", config.profiles.iter().map(|p| &p.id))?;
    unique(
        "profiles.api_key",
        config.profiles.iter().map(|p| &p.api_key),
    )?;
    config
        .profiles
        .iter()
        .try_for_each(|p| profile(p).map_err(|e| format!("profile {}: {e}", p.id)))
}

/// Checks the length of the key that signs log-in tokens; the error is a sentence without its subject.
pub(crate) fn token_key(key: &str) -> Result<(), String> {
    if key.len() < 16 {
        return Err(format!("it has {} bytes, expected at least 16", key.len()));
    }
    Ok(())
}

fn profile(profile: &Profile) -> Result<(), String> {
    let id_fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if profile.id.is_empty() || !profile.id.chars().all(id_fits) {
        return Err("id: expected lower-case letters, digits and hyphens".into());
    }
    if RESERVED.contains(&profile.id.as_str()) {
        return Err(format!(
            "id: {} is a path of the service itself",
            profile.id
        ));
    }
    if let Some(site) = profile
        .sites
        .iter()
        .find(|s| *s != SITE_PLACEHOLDER && !is_origin(s))
    {
        return Err(format!(
            "sites: {site} is not an origin such as https://magazine.example"
        ));
    }
    if profile.signing_keys.is_empty() {
        return Err("signing_keys: at least one is needed".into());
    }
    for key in &profile.signing_keys {
        PassKey::new(key).map_err(|e| format!("signing_keys: {e}"))?;
    }
    if profile.api_key.is_empty() {
        return Err("api_key: it is empty".into());
    }
    unique("paywalls.id", profile.paywalls.iter().map(|p| &p.id))?;
    unique("products.id", profile.products.iter().map(|p| &p.id))?;
    unique("orders.id", profile.orders.iter().map(|o| &o.id))?;
    unique("accounts.id", profile.accounts.iter().map(|a| &a.id))?;
    unique("accounts.email", profile.accounts.iter().map(|a| &a.email))?;
    paywall_ids(profile)?;
    products(profile)?;
    accounts(profile)
}

// Ids end up between `,` and `|` in a pass.
fn paywall_ids(profile: &Profile) -> Result<(), String> {
    let fits = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    match profile.paywalls.iter().find(|p| !fits(&p.id)) {
        Some(paywall) => Err(format!(
            "paywalls.id: {} is not letters and digits only",
            paywall.id
        )),
        None => Ok(()),
    }
}

fn products(profile: &Profile) -> Result<(), String> {
    for product in &profile.products {
        for (paywall, level) in &product.access {
            if profile.paywall(paywall).is_none() {
                return Err(format!(
                    "product {}: there is no paywall {paywall}",
                    product.id
                ));
            }
            if *level == Level::None {
                return Err(format!(
                    "product {}: a product can't give the level none",
                    product.id
                ));
            }
        }
    }
    for order in &profile.orders {
        if order.products.is_empty() {
            return Err(format!("order {}: it offers no product", order.id));
        }
        if let Some(id) = order
            .products
            .iter()
            .find(|id| profile.product(id).is_none())
        {
            return Err(format!("order {}: there is no product {id}", order.id));
        }
    }
    Ok(())
}

fn accounts(profile: &Profile) -> Result<(), String> {
    for account in &profile.accounts {
        if account.id.is_empty() || !account.id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!(
                "account {}: its id is not letters and digits only",
                account.id
            ));
        }
        let campaigns = account
            .subscriptions
            .iter()
            .filter_map(|s| s.campaign.as_ref());
        if let Some(id) = campaigns
            .into_iter()
            .find(|id| profile.campaign(id).is_none())
        {
            return Err(format!("account {}: there is no order {id}", account.id));
        }
        if let Some(id) = account
            .access
            .keys()
            .find(|id| profile.paywall(id).is_none())
        {
            return Err(format!("account {}: there is no paywall {id}", account.id));
        }
    }
    Ok(())
}

fn unique<'a>(setting: &str, values: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value.to_ascii_lowercase()) {
            return Err(format!("{setting}: {value} stands there twice"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::file::Config;

    const SOUND: &str = include_str!("../../standin.toml");

    #[track_caller]
    fn refused(find: &str, replace: &str, message: &str) {
        assert!(SOUND.contains(find), "{find}");
        let error = Config::parse(&SOUND.replacen(find, replace, 1)).unwrap_err();
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn mistakes_are_named() {
        refused(
            "token_key = \"stand-in-token-key-for-development\"",
            "token_key = \"short\"",
            "token_key: it has 5 bytes, expected at least 16",
        );
        refused(
            "\"{site}\"",
            "\"https://a.example/\"",
            "profile lumen: sites: https://a.example/ is not an origin such as https://magazine.example",
        );
        refused(
            "lumenpasskeyfordevelopment000001",
            "short",
            "profile lumen: signing_keys: signing key has 5 bytes, expected at least 16",
        );
        refused(
            "id = \"lumen\"",
            "id = \"api\"",
            "profile api: id: api is a path of the service itself",
        );
        refused(
            "31169",
            "31168",
            "profile lumen: accounts.id: 31168 stands there twice",
        );
        refused(
            "n8fsoupukhv3 = \"sub\", BBBB2222",
            "n8fsoupukhv3 = \"sub\", CCCC3333",
            "profile lumen: product 12MPro: there is no paywall CCCC3333",
        );
        refused(
            "\"12MPro\", \"12MDigital\"",
            "\"12MPro\", \"None\"",
            "profile lumen: order lumen-order: there is no product None",
        );
        refused(
            "id = \"BBBB2222\"",
            "id = \"BB|BB\"",
            "profile lumen: paywalls.id: BB|BB is not letters and digits only",
        );
    }
}
