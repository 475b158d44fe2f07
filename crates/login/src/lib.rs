//! A publisher's own log-in form: single sign-on to the frames of the Iteras service.
//!
//! Readers type their password on the publisher's page; this router asks the service (`authenticatecustomer/`,
//! surface, section 6) and hands back the token that `selfserviceiframe({ preauth })` takes. The service does not
//! limit attempts, so this does:
//!
//! 1. Only `POST`, and only from the site's own pages ([`iteras_guard::login::is_own_post`]).
//! 2. Failures are counted, not successes: 10 in 15 minutes for an account from one peer, 30 from one
//!    peer, 100 for one account. Over that: 429 with `Retry-After`.
//! 3. A wrong password and an unknown customer get the same answer, and so do too many attempts for either.
//! 4. Answers that may hold a token are `no-store`.
//! 5. An attempt whose end is not known is not repeated; it does not count as a failure.
//!
//! All of it is decided by [`iteras_guard::login`]; this crate reads requests, counts, asks and answers. It says who
//! the reader is, not what may be read: passes come from the log-in frame.

mod body;
mod counters;
mod log_in;
#[cfg(feature = "redis")]
mod redis;

pub use counters::Counters;
pub use iteras_guard::config_error::ConfigError;
pub use iteras_guard::login::Outcome;
pub use iteras_guard::peers::Peers;
pub use log_in::LogIn;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
