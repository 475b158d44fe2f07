//! HTTP below all rooms: connections, form fields, answers that several servers give.

mod connection;
mod fields;
pub(crate) mod reply;

pub use connection::Peer;
pub(crate) use connection::{disconnect, serve};
pub(crate) use fields::Fields;
