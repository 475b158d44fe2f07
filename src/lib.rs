//! Paywall and iframe SDK for publishers on the Iteras subscription service.
//!
//! A pure core decides, thin doors let it into pages and servers. In reading order: [`pass`] and
//! [`timestamp`] say what a pass is, [`policy`] what it opens, `signature` (feature `verify`)
//! whether it is genuine; [`cookies`], [`urls`] and [`html`] read and write those three languages;
//! [`protocol`] holds everything that the service has not published; [`page`] is one page's state.
#![no_std]
#![cfg_attr(not(feature = "bare"), forbid(unsafe_code))]

extern crate alloc;
#[cfg(any(test, not(feature = "bare")))]
extern crate std;

pub mod cookies;
pub mod html;
pub mod page;
pub mod pass;
pub mod policy;
pub mod protocol;
#[cfg(feature = "verify")]
pub mod signature;
pub mod timestamp;
pub mod urls;

#[cfg(all(target_arch = "wasm32", feature = "browser"))]
mod browser;
