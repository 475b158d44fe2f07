//! `customers/`: some customers or all of them, one by one while they arrive.

use std::collections::VecDeque;

use bytes::{Buf as _, Bytes};
use futures_util::stream::{Stream, unfold};

use super::{Customer, Iteras};
use crate::exec::platform::Body;
use crate::exec::platform::within;
use crate::json::{Items, Rest};
use crate::{Error, Kind, json};

/// The longest `id` parameter, in bytes: addresses over some 8 KB are refused on the way.
const LONGEST_LIST: usize = 2000;
/// A pause longer than this in an answer is an outage.
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_secs(30);

/// The choice of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of the account.
    All,
    /// The customers with these numbers. None of them = nobody, and nothing is sent.
    Ids(Vec<String>),
}

impl<T: AsRef<str>> FromIterator<T> for Which {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self::Ids(ids.into_iter().map(|id| id.as_ref().to_owned()).collect())
    }
}

/// The parts of a customer that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// `data`.
    pub data: bool,
    /// `active_subscriptions`.
    pub active_subscriptions: bool,
    /// `subscriptions`.
    pub subscriptions: bool,
}

impl Fields {
    /// The parts that the service sends when none are named: data and active subscriptions.
    pub const USUAL: Self = Self {
        data: true,
        active_subscriptions: true,
        subscriptions: false,
    };
    /// Everything.
    pub const ALL: Self = Self {
        data: true,
        active_subscriptions: true,
        subscriptions: true,
    };

    fn list(self) -> String {
        let fields = [
            (self.data, "data"),
            (self.active_subscriptions, "active_subscriptions"),
            (self.subscriptions, "subscriptions"),
        ];
        let wanted = fields.into_iter().filter(|(wanted, _)| *wanted);
        wanted.map(|(_, name)| name).collect::<Vec<_>>().join(",")
    }
}

impl Iteras {
    /// The customers, to be taken one by one. Nothing is sent before the first is asked for; long lists of
    /// ids go out in several requests, one after the other. Memory does not grow with the number of customers.
    pub fn customers(&self, which: Which, fields: Fields) -> CustomerStream {
        let (batches, wrong) = match which {
            Which::All => (VecDeque::from([None]), None),
            Which::Ids(ids) => (batches(&ids).map(Some).collect(), wrong_id(&ids)),
        };
        let unusable = wrong
            .map(|at| format!("expected ids without commas and spaces; the one at {at} is none"));
        let nothing = (fields.list().is_empty()).then(|| "expected at least one field".to_owned());
        CustomerStream {
            iteras: self.clone(),
            fields: fields.list(),
            batches,
            answer: None,
            refused: unusable.or(nothing),
        }
    }
}

/// Customers while they arrive. After an error there are no more.
pub struct CustomerStream {
    iteras: Iteras,
    fields: String,
    batches: VecDeque<Option<String>>,
    answer: Option<Answer>,
    refused: Option<String>,
}

struct Answer {
    body: Body,
    items: Items,
    chunk: Bytes,
    count: u64,
}

impl CustomerStream {
    /// The next customer; none = that was all.
    pub async fn next(&mut self) -> Option<Result<Customer, Error>> {
        let next = self.advance().await;
        if let Err(error) = next {
            self.batches.clear();
            self.answer = None;
            return Some(Err(error));
        }
        next.transpose()
    }

    /// The same as a `Stream`.
    pub fn into_stream(self) -> impl Stream<Item = Result<Customer, Error>> {
        unfold(self, async |mut customers| {
            let next = customers.next().await?;
            Some((next, customers))
        })
    }

    async fn advance(&mut self) -> Result<Option<Customer>, Error> {
        if let Some(text) = self.refused.take() {
            return Err(self.iteras.programming(&text));
        }
        loop {
            let mut answer = match self.answer.take() {
                Some(answer) => answer,
                None => match self.batches.pop_front() {
                    Some(batch) => self.open(batch.as_deref()).await?,
                    None => return Ok(None),
                },
            };
            if let Some(customer) = answer
                .next()
                .await
                .map_err(|failure| self.failed(failure))?
            {
                self.answer = Some(answer);
                return Ok(Some(customer));
            }
            self.end(answer)?;
        }
    }

    async fn open(&self, ids: Option<&str>) -> Result<Answer, Error> {
        let mut request = self
            .iteras
            .get("customers/")
            .with_query("fields", &self.fields);
        if let Some(ids) = ids {
            request = request.with_query("id", ids);
        }
        Ok(Answer {
            body: self.iteras.client.open(&request).await?,
            items: Items::new("customers"),
            chunk: Bytes::new(),
            count: 0,
        })
    }

    fn end(&self, answer: Answer) -> Result<(), Error> {
        match answer.items.end() {
            Ok(Rest::Nothing) => Ok(()),
            Ok(Rest::Mistake(code)) => {
                Err(self.iteras.mistake(&self.iteras.get("customers/"), &code))
            }
            Err(malformed) => Err(self.failed(Failure::Malformed(malformed))),
        }
    }

    fn failed(&self, failure: Failure) -> Error {
        match failure {
            Failure::Malformed(malformed) => self
                .iteras
                .misread(&self.iteras.get("customers/"), &malformed),
            Failure::Broken(text) => {
                let text = format!("the answer to GET customers/ broke off: {text}");
                self.iteras.client.error(Kind::Outage, text)
            }
        }
    }
}

enum Failure {
    Malformed(json::Malformed),
    Broken(String),
}

impl Answer {
    async fn next(&mut self) -> Result<Option<Customer>, Failure> {
        loop {
            let count = self.count;
            let mut bytes: &[u8] = &self.chunk;
            let came = self.items.next(&mut bytes, |item| json::item(item, count));
            let taken = self.chunk.len() - bytes.len();
            self.chunk.advance(taken);
            if let Some(customer) = came.map_err(Failure::Malformed)? {
                self.count += 1;
                return customer.map(Some).map_err(Failure::Malformed);
            }
            match within(LONGEST_PAUSE, self.body.chunk()).await {
                Some(Ok(Some(chunk))) => self.chunk = chunk,
                Some(Ok(None)) => return Ok(None),
                Some(Err(broken)) => return Err(Failure::Broken(broken.into_text())),
                None => return Err(Failure::Broken("nothing came for 30 s".into())),
            }
        }
    }
}

/// The ids in lists of at most [`LONGEST_LIST`] bytes.
fn batches(ids: &[String]) -> impl Iterator<Item = String> {
    let mut ids = ids.iter().peekable();
    std::iter::from_fn(move || {
        let mut list = ids.next()?.clone();
        while let Some(id) = ids.next_if(|id| list.len() + 1 + id.len() <= LONGEST_LIST) {
            list.push(',');
            list.push_str(id);
        }
        Some(list)
    })
}

/// The position, counted from 1, of what can't be an id.
fn wrong_id(ids: &[String]) -> Option<usize> {
    let wrong = |id: &String| {
        id.is_empty() || id.contains(|c: char| c == ',' || c.is_whitespace() || c.is_control())
    };
    ids.iter().position(wrong).map(|at| at + 1)
}
