//! Operations of `customers/update/`, each checked like a form that a person filled in.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::call::ApiCall;
use crate::clock::now;
use crate::config::{Account, Subscription};
use crate::locale::dates::day;
use crate::locale::{Texts, countries, dates};
use crate::readers::validation::{LONGEST, is_email, text_error};
use crate::readers::{StoreError, Taken};
use crate::state::State;

/// Sentences by the name of the field; those about the operation as a whole by the empty name.
type Errors = BTreeMap<String, Vec<&'static str>>;
type Data = Map<String, Value>;

/// One operation. `data` of the first two has the fields that `customers/` shows.
#[derive(Debug, Deserialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
pub(super) enum Operation {
    UpdateCustomer { id: String, data: Data },
    CreateCustomer { id: Option<String>, data: Data },
    CreateSubscription { id: String, data: NewSubscription },
}

/// A subscription to enter. Its dates are `2010-12-24` or `2010-12-24T12:00:00`.
#[derive(Debug, Deserialize)]
pub(super) struct NewSubscription {
    campaign_id: String,
    /// Today when absent.
    begin: Option<String>,
    /// After the days of the campaign's product when absent.
    end: Option<String>,
}

impl Operation {
    /// Gives the customer's id, or the errors of the fields.
    pub(super) fn carry_out(
        &self,
        state: &State,
        call: &ApiCall<'_>,
    ) -> Result<Result<String, Errors>, StoreError> {
        let texts = call.language.texts();
        match self {
            Self::UpdateCustomer { id, data } => update(state, call, texts, id, data),
            Self::CreateCustomer { id, data } => {
                create(state, call, texts, id.as_deref().unwrap_or_default(), data)
            }
            Self::CreateSubscription { id, data } => subscribe(state, call, texts, id, data),
        }
    }
}

fn update(
    state: &State,
    call: &ApiCall<'_>,
    texts: &'static Texts,
    id: &str,
    data: &Data,
) -> Result<Result<String, Errors>, StoreError> {
    let profile = &call.profile().id;
    let email = data.get("email").and_then(Value::as_str);
    let other = email.and_then(|email| state.store.by_email(profile, email));
    if other.is_some_and(|other| other.id != id) {
        return Ok(Err(about("email", texts.taken_email)));
    }
    let mut errors = Errors::new();
    let changed = state.store.change(profile, id, |held| {
        let mut account = held.clone();
        match fill_in(&mut account, data, texts) {
            Ok(()) => *held = account,
            Err(found) => errors = found,
        }
    })?;
    Ok(match changed {
        None => Err(about("", texts.no_customer)),
        Some(account) if errors.is_empty() => Ok(account.id),
        Some(_) => Err(errors),
    })
}

fn create(
    state: &State,
    call: &ApiCall<'_>,
    texts: &'static Texts,
    id: &str,
    data: &Data,
) -> Result<Result<String, Errors>, StoreError> {
    if !id.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Ok(Err(about("id", texts.bad_id)));
    }
    let mut account = Account {
        id: id.into(),
        ..Account::default()
    };
    let filled = fill_in(&mut account, data, texts);
    if let Err(errors) = filled {
        return Ok(Err(errors));
    }
    if let Some(error) = text_error(texts, &account.name) {
        return Ok(Err(about("name", error)));
    }
    let created = state.store.create(&call.profile().id, account)?;
    Ok(created
        .map(|account| account.id)
        .map_err(|taken| match taken {
            Taken::Id => about("id", texts.taken_id),
            Taken::Email => about("email", texts.taken_email),
        }))
}

fn subscribe(
    state: &State,
    call: &ApiCall<'_>,
    texts: &'static Texts,
    id: &str,
    wanted: &NewSubscription,
) -> Result<Result<String, Errors>, StoreError> {
    let profile = call.profile();
    let campaign = profile.campaign(&wanted.campaign_id);
    let campaign = campaign.filter(|campaign| !campaign.archived);
    let product = campaign.and_then(|campaign| profile.product(campaign.products.first()?));
    let Some(product) = product else {
        return Ok(Err(about("campaign_id", texts.no_campaign)));
    };
    let (begin, end) = match wanted.dates(i64::from(product.days), texts) {
        Ok(dates) => dates,
        Err(errors) => return Ok(Err(errors)),
    };
    let subscription = Subscription {
        product: product.id.clone(),
        campaign: Some(wanted.campaign_id.clone()),
        begin,
        end: Some(end),
    };
    let changed = state.store.change(&profile.id, id, |account| {
        account.subscribe(product, subscription);
    })?;
    Ok(changed
        .map(|account| account.id)
        .ok_or_else(|| about("", texts.no_customer)))
}

impl NewSubscription {
    fn dates(&self, days: i64, texts: &Texts) -> Result<(String, String), Errors> {
        let date = |name, text: &Option<String>, otherwise: i64| match text {
            None => Ok(day(now() + otherwise * 86_400)),
            Some(text) => dates::read(text).ok_or_else(|| about(name, texts.bad_date)),
        };
        let (begin, end) = (
            date("begin", &self.begin, 0)?,
            date("end", &self.end, days)?,
        );
        if end < begin {
            return Err(about("end", texts.end_before_begin));
        }
        Ok((begin, end))
    }
}

fn about(field: &str, error: &'static str) -> Errors {
    Errors::from([(field.into(), vec![error])])
}

fn fill_in(account: &mut Account, data: &Data, texts: &'static Texts) -> Result<(), Errors> {
    let mut errors = Errors::new();
    for (name, value) in data {
        if let Err(error) = set(account, name, value, texts) {
            errors.entry(name.clone()).or_default().push(error);
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

// `null` and the empty text take a field's value away.
fn set(
    account: &mut Account,
    name: &str,
    value: &Value,
    texts: &'static Texts,
) -> Result<(), &'static str> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Null => "",
        _ => return Err(texts.not_text),
    };
    if text.chars().count() > LONGEST {
        return Err(texts.too_long);
    }
    match name {
        "name" if text.is_empty() => return Err(texts.fill_in),
        "name" => account.name = text.into(),
        "email" if !is_email(text) => return Err(texts.bad_email),
        "email" => account.email = text.into(),
        "address" => account.address.street = text.into(),
        "location" => {
            let (postcode, city) = text.split_once(' ').unwrap_or(("", text));
            account.address.postcode = postcode.into();
            account.address.city = city.into();
        }
        "country" => account.address.country = text.into(),
        "country_code" => {
            account.address.country = countries::name(text).ok_or(texts.no_country)?.into();
        }
        _ if account.data.contains_key(name) || (name.len() > 1 && name.starts_with(':')) => {
            account.data.insert(name.into(), text.into());
        }
        _ => return Err(texts.no_field),
    }
    Ok(())
}
