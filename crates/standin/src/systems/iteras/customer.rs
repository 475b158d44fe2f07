//! A customer as JSON of the server API.

use serde_json::{Map, Value, json};

use crate::config::{Account, Address, Profile, Subscription};
use crate::locale::{Language, countries, dates};

/// A part of a customer, as the parameter `fields` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Data,
    ActiveSubscriptions,
    Subscriptions,
}

impl Part {
    /// Reads one name of the list.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "data" => Some(Self::Data),
            "active_subscriptions" => Some(Self::ActiveSubscriptions),
            "subscriptions" => Some(Self::Subscriptions),
            _ => None,
        }
    }
}

/// The parts and the language in which customers are shown.
pub(super) struct View<'p> {
    pub(super) profile: &'p Profile,
    pub(super) parts: &'p [Part],
    pub(super) language: Language,
    /// `YYYY-MM-DD`.
    pub(super) today: &'p str,
}

impl View<'_> {
    /// One customer. Fields that are not filled in are left out of `data`.
    pub(super) fn of(&self, account: &Account) -> Value {
        let mut shown = Map::from_iter([("id".to_owned(), account.id.as_str().into())]);
        // Not documented: clients keep what they do not know.
        if let Some(first) = account.subscriptions.first() {
            shown.insert("created".into(), dates::begin_of(&first.begin).into());
        }
        let subscriptions = account.subscriptions.iter();
        for part in self.parts {
            let (name, value) = match part {
                Part::Data => ("data", data(account)),
                Part::ActiveSubscriptions => {
                    let active = subscriptions.clone().filter(|s| s.is_active(self.today));
                    let active = active.map(|s| Value::Object(self.campaign(s)));
                    ("active_subscriptions", active.collect())
                }
                Part::Subscriptions => {
                    let all = subscriptions.clone().map(|s| self.subscription(s));
                    ("subscriptions", all.collect())
                }
            };
            shown.insert(name.into(), value);
        }
        shown.into()
    }

    fn campaign(&self, subscription: &Subscription) -> Map<String, Value> {
        let campaign = self.profile.campaign_of(subscription);
        let name = campaign.map(|order| order.name.get(self.language));
        Map::from_iter([
            ("campaign_name".into(), name.into()),
            (
                "campaign_id".into(),
                campaign.map(|order| order.id.as_str()).into(),
            ),
        ])
    }

    fn subscription(&self, subscription: &Subscription) -> Value {
        let product = self.profile.product(&subscription.product);
        let name = product.map(|product| product.name.get(self.language));
        let begin = dates::begin_of(&subscription.begin);
        let mut period = self.campaign(subscription);
        let products = json!([{
            "name": name, "date": begin, "external_id": subscription.product,
        }]);
        period.insert("begin".into(), begin.into());
        let end = subscription.end.as_deref().map(dates::end_of);
        period.insert("end".into(), end.into());
        period.insert("products".into(), products);
        json!({ "data": {}, "periods": [period] })
    }
}

fn data(account: &Account) -> Value {
    let Address {
        street,
        postcode,
        city,
        country,
    } = &account.address;
    let location = [postcode.as_str(), city]
        .into_iter()
        .filter(|part| !part.is_empty());
    let location = location.collect::<Vec<_>>().join(" ");
    let code = countries::code(country).unwrap_or_default();
    let fields = [
        ("name", account.name.as_str()),
        ("email", &account.email),
        ("address", street),
        ("location", &location),
        ("country", country),
        ("country_code", code),
    ];
    let others = account
        .data
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    fields
        .into_iter()
        .chain(others)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect::<Map<_, _>>()
        .into()
}
