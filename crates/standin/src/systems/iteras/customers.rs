//! `GET customers/`: all customers or those that are named, written while they are sent, so that an
//! answer of any size costs no memory here.

use std::collections::HashSet;
use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

use super::call::{ApiCall, ApiError};
use super::customer::{Part, View};
use crate::clock::now;
use crate::config::{Account, Profile};
use crate::locale::Language;
use crate::locale::dates::day;
use crate::state::Shared;

// The limit of web servers in front of applications; a client has to ask for long lists in parts.
const LONGEST_QUERY: usize = 8000;
const CHUNK: usize = 64 * 1024;

type Accounts = Box<dyn Iterator<Item = Account> + Send>;

/// `id` is a list of ids, unknown ones are left out; without it everybody is meant. `fields` is a list
/// of `data`, `active_subscriptions`, `subscriptions`; without it the first two.
pub(super) async fn customers(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.as_deref();
    if query.is_some_and(|query| query.len() > LONGEST_QUERY) {
        let text = format!("the query is longer than {LONGEST_QUERY} bytes");
        return ApiError::new(StatusCode::URI_TOO_LONG, text).into_response();
    }
    match ApiCall::read(&state, &headers, query).and_then(|call| Writer::new(&state, &call)) {
        Ok(writer) => {
            let kind = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (kind, Body::from_stream(stream::iter(writer))).into_response()
        }
        Err(mistake) => mistake.into_response(),
    }
}

/// Writes the answer's body piece by piece.
struct Writer {
    profile: Profile,
    parts: Vec<Part>,
    language: Language,
    today: String,
    accounts: Accounts,
    place: Place,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    Among,
    End,
}

impl Writer {
    fn new(state: &Shared, call: &ApiCall<'_>) -> Result<Self, ApiError> {
        Ok(Self {
            profile: call.profile().clone(),
            parts: parts(call)?,
            language: call.language,
            today: day(now()),
            accounts: accounts(state, call),
            place: Place::Start,
        })
    }
}

impl Iterator for Writer {
    type Item = Result<Bytes, Infallible>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.place == Place::End {
            return None;
        }
        let view = View {
            profile: &self.profile,
            parts: &self.parts,
            language: self.language,
            today: &self.today,
        };
        let mut text = String::with_capacity(CHUNK + CHUNK / 8);
        while text.len() < CHUNK {
            let before = match self.place {
                Place::Start => "{\"customers\":[",
                _ => ",",
            };
            let Some(account) = self.accounts.next() else {
                if self.place == Place::Start {
                    text.push_str(before);
                }
                text.push_str("]}");
                self.place = Place::End;
                break;
            };
            text.push_str(before);
            text.push_str(&view.of(&account).to_string());
            self.place = Place::Among;
        }
        Some(Ok(text.into()))
    }
}

fn parts(call: &ApiCall<'_>) -> Result<Vec<Part>, ApiError> {
    let Some(list) = call.query.some("fields") else {
        return Ok(vec![Part::Data, Part::ActiveSubscriptions]);
    };
    let part = |name| {
        let text = || {
            format!("fields: expected data, active_subscriptions or subscriptions, got {name:?}")
        };
        Part::parse(name).ok_or_else(|| ApiError::bad(text()))
    };
    list.split(',').map(part).collect()
}

fn accounts(state: &Shared, call: &ApiCall<'_>) -> Accounts {
    let profile = call.profile();
    let Some(list) = call.query.some("id") else {
        let synthetic = state.synthetic_customers().all(profile.clone());
        return Box::new(
            state
                .store
                .accounts(&profile.id)
                .into_iter()
                .chain(synthetic),
        );
    };
    let mut seen = HashSet::new();
    let ids: Vec<String> = (list.split(',').map(str::trim))
        .filter(|id| seen.insert(*id))
        .map(str::to_owned)
        .collect();
    let (state, profile) = (state.clone(), profile.clone());
    Box::new(
        ids.into_iter()
            .filter_map(move |id| state.customer(&profile, &id)),
    )
}
