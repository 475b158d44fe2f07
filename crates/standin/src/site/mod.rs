//! The publisher's site: the demo magazine or a folder of test pages, with a log-in form of its own.

mod files;
mod headers_file;
mod log_in;
mod paths;
mod rewrite;

pub(crate) use files::app;
pub(crate) use log_in::app as log_in;
pub use rewrite::{USUAL_CONTROL, USUAL_SERVICE};
