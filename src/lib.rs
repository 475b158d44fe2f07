//! Paywall and iframe SDK for publishers on the Iteras subscription service: what a page needs.
//!
//! ```
//! use iteras::policy::decide;
//! use iteras::{Access, Pass, Reason, Requirement, Timestamp};
//!
//! let pass = Pass::parse("user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00").unwrap();
//! let wall = Requirement { access: Access::Sub, ..Requirement::ANY };
//! let decision = decide(&pass, &wall, Timestamp::from_unix(1_768_478_400));
//! assert_eq!(decision.reason, Some(Reason::AccessLevel));
//! ```
//!
//! A pure core decides, thin doors let it into pages and servers. In reading order: [`pass`] and
//! [`timestamp`] say what a pass is, [`requirement`] what a page asks of it, [`policy`] what it opens,
//! [`renewal`] when it is checked again, [`landing`] where a visitor without a pass is sent, [`meter`] what is free; [`protocol`] holds
//! everything that the service has not published; [`cookies`], [`urls`] and [`html`] read and write those three
//! languages; [`service`] says what server code has to know of the service's API.
//!
//! Nothing here checks a signature, and nothing that is read here may open content on a server: that is the
//! crate `iteras-guard`, on which this one does not depend. So no key and no hash function can get into a page.
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod pass;
pub mod timestamp;

pub mod requirement;

pub mod policy;

pub mod renewal;

pub mod after_login;
pub mod again;
pub mod companion;
pub mod document;
pub mod landing;
pub mod marker;
pub mod meter;
pub mod needs;
pub mod opened;

pub mod protocol;

pub mod cookies;
pub mod html;
pub mod tracking;
pub mod urls;

pub mod service;

mod text;

pub mod page;

pub use pass::{Pass, PassError};
pub use policy::{Candidate, Decision, Reason};
pub use requirement::{Access, IdList, Ids, Requirement};
pub use timestamp::Timestamp;
