//! The rules of servers in front of content and behind a log-in form, pure and without IO.
//!
//! ```
//! use iteras::{Access, Timestamp};
//! use iteras_guard::signature::{Algorithms, PassKey, PassKeys};
//!
//! let key = PassKey::new("j8kau2v3lzp0n12ilw1d0hurr6059gyo").unwrap();
//! let pass = key.sign("sub|n8fsoupukhv3|2099-12-31T23:59:59Z|31168|192.0.2.7");
//! let keys = PassKeys::new(vec![("2026".into(), key)], Algorithms::Sha256).unwrap();
//! assert_eq!(keys.verify(&pass).unwrap().pass().subscriber(), "31168");
//! ```
//!
//! In reading order: [`keys`] and [`signature`] say whether a pass is genuine, [`cookies`] finds it in headers of any
//! kind, [`issue`] makes one and [`reissue`] sends one back; [`gift`], [`editor`], [`meter`] and [`crawlers`] open
//! pages without one, and [`copied`] counts where a pass is used; [`rules`] say what a request has to satisfy, by
//! [`paths`], [`patterns`] and [`parameters`]; [`peers`] and [`headers`] read requests and write answers, [`landing`]
//! says where those are sent who are denied, [`page`] which pages can be rewritten; [`plan`] puts all that together into
//! what a gate does about a request; [`login`] is the other end of a publisher's own log-in form. With the feature
//! `testing` the module `testing` makes passes for tests.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod keys;
pub mod signature;
mod tag;
mod verified;

pub mod cookies;

pub mod issue;
pub mod reissue;

pub mod editor;
pub mod gift;
pub mod meter;
mod token;

pub mod config_error;
pub mod requirement;
pub mod rules;

pub mod parameters;
pub mod paths;
pub mod patterns;
mod scripts;

pub mod copied;
pub mod crawlers;

pub mod headers;
pub mod landing;
pub mod page;
pub mod peers;

pub mod plan;

pub mod login;

#[cfg(feature = "testing")]
pub mod testing;

#[cfg(test)]
mod hmac_vectors;

pub use keys::PassKey;
pub use plan::{Denial, Opening, Plan, Verdict};
pub use signature::{Algorithms, OwnedPass, PassKeys, VerifiedPass};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
