//! The four systems, with every way in that their documentation lists.
//!
//! Each function gives a [`System`](crate::System) with the documented addresses and names, all of which can be
//! changed.

pub mod dtz;
pub mod integrify;
pub mod iteras;
pub mod iterop;
