//! A publisher in the configuration: its sites, keys, paywalls, products, ordering pages and readers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::account::{Account, Level, Subscription};
use crate::locale::Language;

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
    /// The paywalls that a pass can open.
    #[serde(default)]
    pub paywalls: Vec<Paywall>,
    /// The products on offer.
    #[serde(default)]
    pub products: Vec<Product>,
    /// The campaigns behind the ordering and sign-up frames.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// The readers at the start; see [`Store`](crate::readers::Store).
    #[serde(default)]
    pub accounts: Vec<Account>,
}

/// A paywall: something that a pass can open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paywall {
    /// The id that stands in passes.
    pub id: String,
    /// Its name.
    pub name: Named,
}

/// A product: something that can be bought.
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

/// An ordering or sign-up page, a campaign in the words of the server API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The option `orderingid` or `signupid`.
    pub id: String,
    /// The frame that shows it.
    pub kind: OrderKind,
    /// Its heading.
    pub name: Named,
    /// Ids of the products on offer, at least one.
    pub products: Vec<String>,
    /// True once it is over: its frame is gone, and the server API shows it only when asked to.
    #[serde(default)]
    pub archived: bool,
}

/// The frame that shows an [`Order`].
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

impl Profile {
    /// The ordering or sign-up page with this id, archived or not.
    pub fn campaign(&self, id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// The campaign of a subscription: the one that it names, else the first that offers its product.
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
