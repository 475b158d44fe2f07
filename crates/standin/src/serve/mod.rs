//! The running program: binds the ports, puts the service's routes together and serves them.

mod middleware;
mod scripts;
mod service;
mod start;

pub use start::{Standin, StartError};
