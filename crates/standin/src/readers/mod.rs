//! Publishers and their readers while the stand-in runs: accounts, purchases, log-in tokens, passes.

mod pending_orders;
mod publisher;
mod purchases;
mod store;
mod synthetic_customers;
mod tokens;
pub(crate) mod validation;

pub use pending_orders::{PendingOrder, PendingOrders};
pub use publisher::Publisher;
pub use purchases::Bill;
pub use store::{LogInError, Store, StoreError, Taken};
pub use synthetic_customers::{FIRST_ID, SyntheticCustomers};
pub use tokens::{Purpose, TokenKey};
