//! The other end of a publisher's own log-in form, without IO: whose posts count, how often, and what is answered.
//!
//! ```
//! use iteras_guard::login::{Answer, Body, LogIn, MemoryCounters, Request, Settings, Step};
//!
//! let mut log_in = LogIn::new(Settings::default()); let mut counters = MemoryCounters::new(1000); let request =
//! Request { method: "POST", host: "pub.example", reader: "192.0.2.1".parse().ok(), ..Request::default() }; let mut
//! attempt = log_in.attempt(&request, Body::Whole(b"email=ane%40pub.example&password=lumen")); let outcome = loop {
//!     match attempt.step() {
//!         Step::Count(count) => attempt.counted(counters.begin(count, 0).map_err(Into::into)),
//!         Step::Ask(_question) => log_in.answered(&mut attempt, Answer::None("status 503")),
//!         Step::TakeBack(count) => {
//!             counters.take_back(count, 0);
//!             attempt.taken_back();
//!         }
//!         Step::Done(outcome) => break outcome,
//!     }
//! };
//! assert_eq!(log_in.reply(outcome, "text/html").status, 303);
//! ```
//!
//! The service does not limit how often passwords are tried, so whoever passes them on has to (surface, section 6;
//! rules, "Log-in proxies"). A door reads the body, at most [`MAX_FORM`] bytes, and does what each [`Step`] says:
//!
//! 1. Only posts of the site's own form get further: [`is_own_post`].
//! 2. Accounts that are longer than any are wrong, and nothing is counted.
//! 3. Within [`WINDOW`] seconds there are no more failures than [`LIMITS`] says, for each of the attempt's counters.
//!    Where these are kept is the door's matter: [`MemoryCounters`], or a store that several machines share.
//! 4. The service is asked once. The rule for a yes stands in [`iteras::service`].
//! 5. An attempt counts from its beginning and is taken back unless it failed: otherwise a thousand attempts at once
//!    would all find room.

mod account;
mod address;
mod answer;
mod attempt;
mod counters;
mod form;
mod json;
mod known;
mod memory;
mod outcome;
mod reply;
mod request;
mod settings;

pub use answer::{Answer, MAX_ANSWER, Question};
pub use attempt::{Attempt, LogIn, Step};
pub use counters::{Count, Counter, LIMITS, Limited, Refusal, WINDOW};
pub use form::{Body, MAX_FORM, MAX_READ};
pub use memory::MemoryCounters;
pub use outcome::Outcome;
pub use reply::Reply;
pub use request::{Request, is_own_post};
pub use settings::{MAX_PREAUTH_SECONDS, Origin, Page, Settings};
