//! One attempt from the request to its outcome: what a door has to do next.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use super::account::{AccountKey, MAX_ACCOUNT};
use super::answer::{Answer, Question};
use super::counters::{Count, Refusal};
use super::form::{Body, Form};
use super::known::Known;
use super::outcome::Outcome;
use super::reply::Reply;
use super::request::{Request, is_own_post};
use super::settings::Settings;

/// A log-in form's other end: its settings, and which names belong to one customer.
#[derive(Debug, Default)]
pub struct LogIn {
    /// The publisher's settings.
    pub settings: Settings,
    known: Known,
}

impl LogIn {
    /// One with these settings that knows nobody yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            known: Known::default(),
        }
    }

    /// Begins an attempt. Nothing is counted or asked before its steps are carried out.
    pub fn attempt(&self, request: &Request<'_>, body: Body<'_>) -> Attempt {
        if !is_own_post(request, &self.settings.origins) {
            return Attempt::ended(Outcome::Foreign);
        }
        let form = match body {
            Body::Whole(body) => Form::parse(body),
            Body::TooLong => return Attempt::ended(Outcome::TooLong),
            Body::Broken => Err("form can't be read"),
        };
        let form = match form {
            Ok(form) => form,
            Err(problem) => return Attempt::ended(Outcome::BadForm(problem)),
        };
        if form.account.text().len() > MAX_ACCOUNT {
            return Attempt::ended(Outcome::Wrong);
        }
        let name = form.account.key();
        let count = Count::new(name, self.known.id(name), request.reader);
        let question = (form.account.can_be_asked_for())
            .then(|| Question::new(form, self.settings.preauth_seconds.get()));
        Attempt {
            stage: Stage::Count(count, question),
            name,
            notes: Vec::new(),
        }
        .noting(request.reader.is_none().then(|| NO_ADDRESS.to_string()))
    }

    /// Hands in the service's answer.
    pub fn answered(&mut self, attempt: &mut Attempt, answer: Answer<'_>) {
        let Stage::Ask(count, _) = attempt.take_stage() else {
            return attempt.misled();
        };
        let outcome = answer.outcome().unwrap_or_else(|problem| {
            attempt
                .notes
                .push(format!("a password could not be checked: {problem}"));
            Outcome::Outage
        });
        if let Outcome::Welcome { id, .. } = &outcome {
            self.known.learn(attempt.name, AccountKey::of(id));
        }
        attempt.stage = match outcome {
            Outcome::Wrong => Stage::Done(Outcome::Wrong),
            no_failure => Stage::TakeBack(count, no_failure),
        };
    }

    /// The answer to the reader, for a request with this `Accept` header; "" without one.
    pub fn reply(&self, outcome: &Outcome, accept: &str) -> Reply {
        Reply::new(&self.settings, outcome, accept)
    }
}

const NO_ADDRESS: &str =
    "the reader's address can't be told, so failures count for the account alone";

/// An attempt under way.
#[derive(Debug)]
pub struct Attempt {
    stage: Stage,
    name: AccountKey,
    notes: Vec<String>,
}

#[derive(Debug)]
enum Stage {
    /// Without a question nobody needs to be asked: there is no such customer.
    Count(Count, Option<Question>),
    Ask(Count, Question),
    TakeBack(Count, Outcome),
    Done(Outcome),
}

/// The next thing that a door has to do.
#[derive(Debug)]
pub enum Step<'a> {
    /// Note an attempt with all of these counters, or with none where one has reached its limit; then
    /// [`Attempt::counted`].
    Count(&'a Count),
    /// Ask the service, once; then [`LogIn::answered`].
    Ask(&'a Question),
    /// Take the attempt back from these counters, since it was no failure; then [`Attempt::taken_back`].
    TakeBack(&'a Count),
    /// Answer the reader: [`LogIn::reply`].
    Done(&'a Outcome),
}

impl Attempt {
    fn ended(outcome: Outcome) -> Self {
        Self {
            stage: Stage::Done(outcome),
            name: AccountKey([0; 16]),
            notes: Vec::new(),
        }
    }

    fn noting(mut self, note: Option<String>) -> Self {
        self.notes.extend(note);
        self
    }

    /// The next thing to do; the same until it is done.
    pub fn step(&self) -> Step<'_> {
        match &self.stage {
            Stage::Count(count, _) => Step::Count(count),
            Stage::Ask(_, question) => Step::Ask(question),
            Stage::TakeBack(count, _) => Step::TakeBack(count),
            Stage::Done(outcome) => Step::Done(outcome),
        }
    }

    /// Says that it is counted, or why it may not be made.
    pub fn counted(&mut self, counted: Result<(), Refusal>) {
        let Stage::Count(count, question) = self.take_stage() else {
            return self.misled();
        };
        self.stage = match (counted, question) {
            (Err(Refusal::Wait(retry_after)), _) => Stage::Done(Outcome::TooMany { retry_after }),
            (Err(Refusal::Unknown), _) => Stage::Done(Outcome::Outage),
            (Ok(()), Some(question)) => Stage::Ask(count, question),
            (Ok(()), None) => Stage::Done(Outcome::Wrong),
        };
    }

    /// Says that it counts no longer, or that this was attempted.
    pub fn taken_back(&mut self) {
        let Stage::TakeBack(_, outcome) = self.take_stage() else {
            return self.misled();
        };
        self.stage = Stage::Done(outcome);
    }

    /// Sentences for the publisher's log, without secrets and without what the reader sent.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Leaves an outage behind.
    fn take_stage(&mut self) -> Stage {
        mem::replace(&mut self.stage, Stage::Done(Outcome::Outage))
    }

    /// A door that takes another step than the one it was told ends the attempt.
    fn misled(&mut self) {
        self.stage = Stage::Done(Outcome::Outage);
    }
}
