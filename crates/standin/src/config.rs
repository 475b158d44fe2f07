//! What the stand-in knows when it starts: a TOML file of publishers and their readers.
//!
//! ```
//! let config = iteras_standin::Config::embedded();
//! assert_eq!(config.profiles[0].id, "lumen");
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::account::{Account, Level, Subscription};
use crate::check;
use crate::systems;
use crate::texts::Language;

const EMBEDDED: &str = include_str!("../standin.toml");

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
    /// The systems beside the service, with who may log in to them; none = they are not there.
    pub systems: Option<systems::Config>,
    /// The publishers, each with sites, keys and readers of its own.
    pub profiles: Vec<Profile>,
}

/// A publisher. Its id stands first in the path of every frame.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The short lower-case id of the option `profile`.
    pub id: String,
    /// The publication's name, shown in the frames.
    pub name: String,
    /// Origins whose pages may embed the frames; `{site}` stands for the demo site.
    pub sites: Vec<String>,
    /// Keys that passes are signed with: the first signs, all of them verify.
    pub signing_keys: Vec<String>,
    /// The key of the server API.
    pub api_key: String,
    /// What a pass can open.
    #[serde(default)]
    pub paywalls: Vec<Paywall>,
    /// What can be bought.
    #[serde(default)]
    pub products: Vec<Product>,
    /// The campaigns behind the ordering and sign-up frames.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// The readers at the start; see [`Store`](crate::store::Store).
    #[serde(default)]
    pub accounts: Vec<Account>,
}

/// Something that a pass can open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paywall {
    /// The id that stands in passes.
    pub id: String,
    /// Its name.
    pub name: Named,
}

/// Something that can be bought.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The id that `prefill.products` names.
    pub id: String,
    /// Its name.
    pub name: Named,
    /// One line about it.
    #[serde(default)]
    pub text: Named,
    /// Price in hundredths of a krone; 0 = free.
    pub price: u32,
    /// Days for which it is bought.
    pub days: u32,
    /// The level that it gives for each paywall id.
    #[serde(default)]
    pub access: BTreeMap<String, Level>,
}

/// An ordering or sign-up page: what the server API calls a campaign.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The option `orderingid` or `signupid`.
    pub id: String,
    /// Which of the two frames it is.
    pub kind: OrderKind,
    /// Its heading.
    pub name: Named,
    /// Ids of the products on offer, at least one.
    pub products: Vec<String>,
    /// Whether it is over: its frame is gone, and the server API shows it only when asked to.
    #[serde(default)]
    pub archived: bool,
}

/// Which frame an [`Order`] is shown in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OrderKind {
    /// The ordering frame: product, address, payment, receipt.
    Order,
    /// The older sign-up frame: one page, no payment.
    Signup,
}

/// A name in both languages.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// In Danish.
    pub da: String,
    /// In English.
    pub en: String,
}

impl Named {
    /// The name in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Danish => &self.da,
            Language::English => &self.en,
        }
    }
}

impl Config {
    /// The demo publisher that is built in.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("the embedded standin.toml is checked by the tests")
    }

    /// Reads a configuration file and checks what TOML can't: see [`ConfigError`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|e| ConfigError(e.to_string()))?;
        check::config(&config).map_err(ConfigError)?;
        Ok(config)
    }
}

impl Profile {
    /// The ordering or sign-up page with this id, archived or not.
    pub fn campaign(&self, id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// The campaign of a subscription: what it names, else the first that offers its product.
    pub fn campaign_of(&self, subscription: &Subscription) -> Option<&Order> {
        match &subscription.campaign {
            Some(id) => self.campaign(id),
            None => {
                (self.orders.iter()).find(|order| order.products.contains(&subscription.product))
            }
        }
    }

    /// The paywall with this id; ids are compared with case.
    pub fn paywall(&self, id: &str) -> Option<&Paywall> {
        self.paywalls.iter().find(|paywall| paywall.id == id)
    }

    /// The product with this id.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The ordering or sign-up page with this id, unless it is archived.
    pub fn order(&self, kind: OrderKind, id: &str) -> Option<&Order> {
        self.orders
            .iter()
            .find(|order| order.kind == kind && order.id == id && !order.archived)
    }
}

/// A configuration that can't be meant; the text is a sentence that names the setting.
#[derive(Clone, Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

impl std::error::Error for ConfigError {}

fn thirty() -> u32 {
    30
}

fn ninety() -> u32 {
    90
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_sound() {
        let config = Config::parse(EMBEDDED).unwrap();
        assert_eq!(config.pass_days, 30);
        assert_eq!(config.renew_expired_days, 90);
        assert_eq!(config.profiles[0].accounts.len(), 3);
    }

    #[test]
    fn unknown_settings_are_refused_with_their_name() {
        let error = Config::parse("token_kye = \"x\"").unwrap_err().to_string();
        assert!(error.contains("token_kye"), "{error}");
    }
}
