//! Paywall and iframe SDK for publishers on the Iteras subscription service.
//!
//! A pure core decides, thin doors let it into pages and servers. In reading order: [`pass`] and
//! [`timestamp`] say what a pass is, [`policy`] what it opens, `signature` (feature `verify`)
//! whether it is genuine, [`renewal`] when it is checked again; [`cookies`], [`urls`] and [`html`]
//! read and write those three languages; [`landing`] says where a visitor without a pass is sent, and
//! [`protocol`] holds everything that the service has not published. `paths` and `gift` (feature `verify`)
//! are for servers in front of content, `issue` for those who make passes.
#![no_std]
#![cfg_attr(not(feature = "bare"), forbid(unsafe_code))]
#![cfg_attr(feature = "bare", deny(unsafe_code))]

extern crate alloc;
#[cfg(any(test, not(feature = "bare")))]
extern crate std;

pub mod cookies;
#[cfg(feature = "verify")]
pub mod gift;
#[cfg(all(test, feature = "verify"))]
mod hmac_vectors;
pub mod html;
#[cfg(feature = "verify")]
pub mod issue;
pub mod landing;
pub mod pass;
#[cfg(feature = "verify")]
pub mod paths;
pub mod policy;
pub mod protocol;
pub mod renewal;
#[cfg(feature = "verify")]
pub mod signature;
mod text;
pub mod timestamp;
pub mod urls;

#[cfg(all(target_arch = "wasm32", any(feature = "browser", feature = "bare")))]
mod browser;
