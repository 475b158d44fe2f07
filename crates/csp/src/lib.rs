//! Content-Security-Policies: the things that one lets a page do with the scripts and frames of the service.
//!
//! ```
//! use iteras_csp::Policy;
//! use url::Url;
//!
//! let policy = Policy::parse("script-src https://app.iteras.dk 'wasm-unsafe-eval'; frame-src 'self'");
//! let script = Url::parse("https://app.iteras.dk/static/api/iteras.js").unwrap();
//! assert!(policy.allows_script(&script, None, None) && policy.allows_wasm());
//! assert!(!policy.allows_frame(&script, None) && policy.allows_request(&script, None));
//! ```
#![forbid(unsafe_code)]

mod policy;

pub use policy::{COMPILED, FRAMES, HANDLERS, Policy, REQUESTS, SCRIPT_TAGS};
