//! The documented calls of Iteras (documented surface, section 6), typed.

mod authenticate;
mod campaigns;
mod customer;
mod customers;
mod fields;
mod update;

pub use authenticate::{Authenticated, Who};
pub use campaigns::{Campaign, Campaigns, Paywall};
pub use customer::{ActiveSubscription, Customer, CustomerData, Period, Product, Subscription};
pub use customers::{CustomerStream, Fields, Which};
pub use update::{Operation, Updated};

use serde::de::DeserializeOwned;

use crate::request::{Nature, Request};
use crate::secret::ApiKey;
use crate::{Client, ConfigError, Error, Kind, json, redact, systems};

/// The calls of one Iteras account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Iteras {
    client: Client,
    language: Option<String>,
}

impl Iteras {
    /// The service at its documented address, the key in its header.
    pub fn new(key: ApiKey) -> Result<Self, ConfigError> {
        Client::new(systems::iteras::header(key)?).map(Self::with_client)
    }

    /// With a client that was set up otherwise, as for another address.
    pub fn with_client(client: Client) -> Self {
        Self {
            client,
            language: None,
        }
    }

    /// Asks for texts meant for people in this language: `da`, `en` and so on.
    #[must_use]
    pub fn with_language(mut self, language: &str) -> Self {
        self.language = Some(language.into());
        self
    }

    /// The client that sends the calls, for requests that have no typed one.
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn get(&self, path: &str) -> Request {
        self.localised(Request::get(path))
    }

    fn post(&self, path: &str, nature: Nature) -> Request {
        self.localised(Request::post(path, nature))
    }

    fn localised(&self, request: Request) -> Request {
        match &self.language {
            Some(language) => request.with_query("language", language),
            None => request,
        }
    }

    async fn ask<T: DeserializeOwned>(&self, request: &Request) -> Result<T, Error> {
        let body = zeroize::Zeroizing::new(self.client.send(request).await?);
        json::object(&body).map_err(|malformed| match json::users_mistake(&body) {
            Some(code) => self.mistake(request, &code),
            None => self.misread(request, &malformed),
        })
    }

    /// An answer of status 200 that says what a person did wrong.
    fn mistake(&self, request: &Request, code: &str) -> Error {
        let code = redact::quote(code, &self.client.secrets(request));
        let text = format!("{request:?} was refused: {code}");
        self.client.error(Kind::User, text).with_code(code)
    }

    /// An answer of status 200 that can't be understood: whether a write was carried out stays open.
    fn misread(&self, request: &Request, malformed: &json::Malformed) -> Error {
        let kind = match request.nature {
            Nature::Write => Kind::UnknownOutcome,
            Nature::Read | Nature::Check => Kind::Outage,
        };
        let text = format!("the answer to {request:?} can't be read: {malformed}");
        self.client.error(kind, text).with_status(200)
    }

    fn programming(&self, text: &str) -> Error {
        self.client.error(Kind::Programming, text)
    }
}
