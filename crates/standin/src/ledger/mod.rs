//! Calls so far: the request log of the service, and each system's calls and tokens.

mod calls;
mod jwt;
mod requests;

pub(crate) use calls::IssuedToken;
pub use calls::{Report, SystemLedgers, TokenReport};
pub(crate) use requests::redacted;
pub use requests::{LoggedRequest, RequestLog};
