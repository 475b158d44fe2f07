//! The wire protocol: what the service has not published, in one place, as plain data.
//!
//! Whoever knows the real service fills in the URL templates in `endpoints.rs` (five values), and, where
//! messages or answers differ, [`Message::read`] and [`Answer::read`]. Nothing else in the project knows a URL.
//!
//! ```
//! use iteras::IdList;
//! use iteras::protocol::Endpoint;
//!
//! let url = Endpoint::Ordering.url("", "", "lumen", IdList::new(["autumn 12"]).as_ids());
//! assert_eq!(url, "https://app.iteras.dk/lumen/order/autumn%2012/?iframe=1");
//! ```

mod answers;
mod endpoints;
mod frames;
mod messages;
mod parameters;

pub use answers::{Answer, Field};
pub use endpoints::{DEFAULT_BASE, Endpoint, base_of_script, is_template, usable_base};
pub use frames::{FrameKind, FrameRequest, is_path_value};
pub use messages::Message;
pub use parameters::{ACCESS, GIFT, NEEDS, NEXT, PREAUTH, carried};
pub(crate) use parameters::{PRIVATE, push_others};
