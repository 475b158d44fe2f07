//! The page of the demo in which a publisher tries things out: what a cookie says, how a frame is called, what a
//! Content-Security-Policy stops, which rule of a gate decides. Pure: JSON in, JSON out, time included.
//!
//! ```
//! use serde_json::{Value, json};
//!
//! let request = json!({
//!     "text": "iteraspass=sub|A|2026-02-01T00:00:00Z|31168|/sha256:00", "now": 1_768_478_400_000_u64,
//!     "walls": "B", "key": "", "sha1": false,
//! });
//! let answer = iteras_playground::cookie::show(&request.to_string()).unwrap();
//! assert_eq!(answer["passes"][0]["subscriber"], "31168");
//! assert_eq!(answer["walls"][1]["paywall"], "B");
//! assert_eq!(answer["walls"][1]["levels"][0]["page"], "wrongpaywall");
//! # let _: Value = answer;
//! ```
//!
//! A request with a member too many or too few is an error, which is a sentence. No error shows a pass or a key.
#![forbid(unsafe_code)]

pub mod cookie;
pub mod frames;
pub mod gate;
pub mod links;
pub mod policy;
pub mod rules;

#[cfg(target_arch = "wasm32")]
mod door;

use serde::de::DeserializeOwned;

/// A request of the page.
fn request<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        // A message of the parser may hold what was typed in.
        format!("the request is none, in column {}", error.column())
    })
}
