//! Parameters that make no other page of an address: ours, and those of campaigns and advertisers.
//!
//! ```
//! use iteras::tracking::is_ours_or_tracking;
//!
//! assert!(["iterasnext", "utm_source", "fbclid"].into_iter().all(is_ours_or_tracking));
//! assert!(!is_ours_or_tracking("page_id"));
//! ```
//!
//! One list for landing pages, gift links and meters (protocol, "This document").

use crate::text::parts;

/// Beginnings of names.
const BEGINNINGS: &str = "iteras utm_ mc_ mtm_ pk_ hsa_ _hs";

/// Whole names.
const NAMES: &str = "fbclid gclid gclsrc dclid gbraid wbraid msclkid twclid ttclid li_fat_id igshid igsh yclid \
    mkt_tok _ga _gl srsltid";

/// Tells a parameter of this name, decoded, that leaves the page the same.
pub fn is_ours_or_tracking(name: &str) -> bool {
    parts(BEGINNINGS, b' ').any(|beginning| name.starts_with(beginning))
        || parts(NAMES, b' ').any(|own| own == name)
}
