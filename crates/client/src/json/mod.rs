//! Reads the service's JSON: whole answers, and long lists item by item.

mod items;
mod read;

pub use items::Items;
pub(crate) use items::Rest;
pub(crate) use read::{Malformed, item, users_mistake, whole};
