//! `iteras customers`: the export of customers.

mod chosen;
mod export;
mod format;
mod progress;
mod sink;
mod table;

pub(crate) use export::Customers;
