//! A publisher's own log-in form: single sign-on to the frames of the Iteras service.
//!
//! Readers type their password on the publisher's page; this router asks the service
//! (`authenticatecustomer/`, documented surface, section 6) and hands back the token that
//! `selfserviceiframe({ preauth })` takes. The service does not limit tries, so this does:
//!
//! 1. Only `POST`, and only from the site's own pages ([`iteras_guard::login::is_own_post`]).
//! 2. Failures are counted, not successes: 10 in 15 minutes for an account from one peer, 30 from one
//!    peer, 100 for one account ([`iteras_guard::login`]). Over that: 429 with `Retry-After`.
//! 3. A wrong password and an unknown customer get the same answer, and so do too many tries for either.
//! 4. What may hold a token is `no-store`.
//! 5. A try whose end is not known is not repeated; it does not count as a failure.
//!
//! It says who the reader is, not what may be read: passes come from the log-in frame.

mod error;
mod form;
mod log_in;
mod outcome;
#[cfg(feature = "redis")]
mod shared;
mod tries;

pub use error::ConfigError;
pub use iteras_guard::login::Ending;
pub use iteras_guard::peers::Peers;
pub use log_in::LogIn;
pub use outcome::Outcome;
pub use tries::Tries;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
