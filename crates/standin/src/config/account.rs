//! Accounts in the configuration and the data file: identity, access, subscriptions, bills of a reader.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Entitlement level behind one paywall; a higher level includes the lower ones.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing any more: a subscription that ran out.
    None,
    /// Access of registered readers.
    User,
    /// Access of subscribers.
    Sub,
}

impl Level {
    /// The level's name as it stands in passes and in the control server's answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::User => "user",
            Self::Sub => "sub",
        }
    }
}

/// A customer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The customer id, called subscriber id in passes.
    pub id: String,
    /// The e-mail address, which logs in as well as the id does.
    pub email: String,
    /// The password as it is: nothing in a stand-in is secret. Nobody logs in with an empty one.
    pub password: String,
    /// The full name.
    pub name: String,
    /// The postal address.
    #[serde(default)]
    pub address: Address,
    /// Further fields of the customer in the server API: custom fields, whose names begin with `:`, and
    /// some that its documentation does not name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// The level for each paywall id that the reader has or had access to.
    #[serde(default)]
    pub access: BTreeMap<String, Level>,
    /// Subscriptions, oldest first.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// Bills, oldest first.
    #[serde(default)]
    pub invoices: Vec<Invoice>,
}

/// A postal address.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// Country, as the reader writes it.
    pub country: String,
}

/// A product over a time. Dates are `YYYY-MM-DD`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The product's id.
    pub product: String,
    /// The campaign that it was bought from; none = the first that offers the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The first day.
    pub begin: String,
    /// The last day; none = until it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// A bill.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// The bill's number.
    pub number: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// The product's id.
    pub product: String,
    /// Hundredths of a krone.
    pub amount: u32,
    /// True once it was paid.
    pub paid: bool,
}

impl Subscription {
    /// True when the last day is over on the day `today`.
    pub fn has_ended(&self, today: &str) -> bool {
        // Dates are written so that their order is that of the letters.
        self.end.as_deref().is_some_and(|end| end < today)
    }

    /// True when the day `today` is one of its days.
    pub fn is_active(&self, today: &str) -> bool {
        self.begin.as_str() <= today && !self.has_ended(today)
    }
}

impl Account {
    /// True for the account's password. An account that has none can't be logged in to.
    pub fn has_password(&self, typed: &str) -> bool {
        !self.password.is_empty() && self.password == typed
    }

    /// True for the account's e-mail address in any case. No account has the empty one.
    pub fn has_email(&self, email: &str) -> bool {
        !email.is_empty() && self.email.eq_ignore_ascii_case(email)
    }

    /// The paywall ids that are open to the reader, each with its level; none for an expired one.
    pub fn rights(&self) -> impl Iterator<Item = (Level, &str)> {
        let open = self
            .access
            .iter()
            .filter(|(_, level)| **level != Level::None);
        open.map(|(id, level)| (*level, id.as_str()))
    }

    /// The level for one paywall id.
    pub fn level(&self, paywall: &str) -> Level {
        self.access.get(paywall).copied().unwrap_or(Level::None)
    }

    /// Sets the level for one paywall id, or for all that the reader has or had.
    pub fn set_level(&mut self, paywall: Option<&str>, level: Level) {
        match paywall {
            Some(id) => {
                self.access.insert(id.into(), level);
            }
            None => self.access.values_mut().for_each(|held| *held = level),
        }
    }
}
