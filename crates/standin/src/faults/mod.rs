//! Faults that the control server can switch on, as data: which answer is broken, how, and how often.

mod broken;
mod canned;
mod mode;
mod renewal;
mod systems;

pub use canned::Canned;
pub use mode::{Mode, RetryAfter};
pub(crate) use renewal::Action;
pub use renewal::Fault;
pub(crate) use systems::CallPlan;
pub use systems::{CallFault, Refuse, Settings, Shape, System, TokenFormat};
