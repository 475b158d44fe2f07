//! Cookie strings: finding the pass among its neighbours, and setting it.
//!
//! ```
//! use iteras::cookies::pass_values;
//!
//! assert_eq!(pass_values("tema=blue; iteraspass=sub|A; x=1").next().as_deref(), Some("sub|A"));
//! ```
//!
//! A neighbour may hold anything without harm. Split on `;` only, trim space and tab only, the name
//! matches exactly, quotes are never stripped (rules, "Extracting the pass from cookies").

mod store;
mod values;

pub use store::{is_own_domain, store};
pub use values::{MAX_VALUES, pass_values, values};

/// The cookie's name.
pub const NAME: &str = "iteraspass";
