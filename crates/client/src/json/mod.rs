//! Reads the service's JSON: whole answers, and long lists item by item.

mod items;
mod read;

pub(crate) use items::{Items, Rest};
pub(crate) use read::{Malformed, item, object, users_mistake, whole};
