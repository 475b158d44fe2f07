//! A customer as `customers/` tells of one. Fields that this does not know are kept in `more`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{id, list};
use crate::LocalTime;

/// A customer. Of the lists, those are there that were asked for.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Customer {
    /// The customer's number, as text.
    pub id: String,
    /// Name, address and the publisher's own fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<CustomerData>,
    /// Current subscriptions.
    #[serde(
        default,
        deserialize_with = "list",
        skip_serializing_if = "Option::is_none"
    )]
    pub active_subscriptions: Option<Vec<ActiveSubscription>>,
    /// All subscriptions, past ones included.
    #[serde(
        default,
        deserialize_with = "list",
        skip_serializing_if = "Option::is_none"
    )]
    pub subscriptions: Option<Vec<Subscription>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Name and address of a customer, and the publisher's own fields. Addresses have line breaks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct CustomerData {
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Street and house, in lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Postcode and town, in lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The country's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The country's code, such as `DK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The publisher's own fields, whose names begin with `:`, and what this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl CustomerData {
    /// One of the publisher's own fields, named without its `:`.
    pub fn custom(&self, name: &str) -> Option<&Value> {
        self.more.get(&format!(":{name}"))
    }
}

/// A subscription that runs.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct ActiveSubscription {
    /// The campaign's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_name: Option<String>,
    /// The campaign's id.
    #[serde(
        default,
        deserialize_with = "id",
        skip_serializing_if = "Option::is_none"
    )]
    pub campaign_id: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A subscription with its whole past.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Subscription {
    /// The publisher's own fields and others.
    #[serde(default)]
    pub data: Map<String, Value>,
    /// Its periods.
    #[serde(default)]
    pub periods: Vec<Period>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A time for which a campaign was subscribed to.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Period {
    /// The campaign's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_name: Option<String>,
    /// The campaign's id.
    #[serde(
        default,
        deserialize_with = "id",
        skip_serializing_if = "Option::is_none"
    )]
    pub campaign_id: Option<String>,
    /// The time at which it began.
    pub begin: LocalTime,
    /// The time at which it ended or will; none = it goes on.
    pub end: Option<LocalTime>,
    /// The products that were bought with it.
    #[serde(default)]
    pub products: Vec<Product>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Something bought: an issue, an extra.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Product {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<LocalTime>,
    /// The publisher's id for it.
    #[serde(
        default,
        deserialize_with = "id",
        skip_serializing_if = "Option::is_none"
    )]
    pub external_id: Option<String>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}
