//! The page's door: the questions that a page's script asks, answered by the core.
//!
//! ```
//! use iteras::page::answer;
//!
//! let question = "p\u{1f}iteraspass=user|AAAA1111|2026-02-01T00:00:00Z|31168|/sha256:00";
//! assert_eq!(answer(question, f64::NAN), "\u{1f}1769904000\u{1f}31168\u{1f}\u{1f}user\u{1f}AAAA1111");
//! ```
//!
//! One function, text in, text out, is the whole transport. It imports nothing of the page and keeps
//! nothing between two calls, so page code, however it patched the doors and from wherever it calls in,
//! finds nothing half-changed in here; and it works alike for WebAssembly and for the same module as
//! JavaScript. What the texts say is a schema (`questions.rs`, and `questions.js` on the other side; a
//! test holds both against `questions.json`). Several exports instead of one would each bring glue and
//! conversions of their own: more bytes than the schema.

// Allocator and panics come from `std` wherever `bare` does not bring its own.
#[cfg(not(all(target_arch = "wasm32", feature = "bare")))]
extern crate std;

#[cfg_attr(
    feature = "companion",
    allow(dead_code, unused_imports, reason = "it asks fewer questions")
)]
mod answers;
#[cfg(all(target_arch = "wasm32", feature = "bare"))]
mod bare;
#[cfg(any(test, feature = "companion"))]
mod companion;
#[cfg(all(target_arch = "wasm32", feature = "browser"))]
pub mod exports;
#[cfg(any(not(feature = "bare"), feature = "meter"))]
pub mod meter;
#[cfg_attr(
    feature = "companion",
    allow(unused_imports, reason = "it asks fewer questions")
)]
mod questions;
#[cfg_attr(
    feature = "companion",
    allow(dead_code, reason = "it asks fewer questions")
)]
mod wire;

pub use questions::answer;
