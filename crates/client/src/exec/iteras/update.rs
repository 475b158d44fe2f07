//! `customers/update/`: changes customers, several at once.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Iteras;
use crate::request::Nature;
use crate::{Error, json};

/// One change. `data` as [`Customer`](super::Customer) shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
pub enum Operation {
    /// Changes the named fields of a customer.
    UpdateCustomer {
        /// The customer's number.
        id: String,
        /// The fields.
        data: Map<String, Value>,
    },
    /// Makes a customer.
    CreateCustomer {
        /// The fields.
        data: Map<String, Value>,
    },
    /// Gives a customer a subscription.
    CreateSubscription {
        /// The customer's number.
        id: String,
        /// The fields.
        data: Map<String, Value>,
    },
}

/// The answer about the changes; `errors` and `ids` stand in the order of the operations.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Updated {
    /// The number of changes that were made.
    pub succeeded: u64,
    /// The number of changes that were not.
    pub failed: u64,
    /// For each operation what was wrong with it; empty = nothing.
    #[serde(default)]
    pub errors: Vec<Map<String, Value>>,
    /// For each operation the customer's number, if there is one.
    #[serde(default)]
    pub ids: Vec<Option<String>>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl Iteras {
    /// Makes changes. Those that are refused are in the result, not in the error.
    ///
    /// The call is never sent twice: if no answer comes that can be understood, the error is of kind
    /// [`UnknownOutcome`](crate::Kind::UnknownOutcome), and some of the changes may have been made.
    pub async fn update_customers(&self, operations: &[Operation]) -> Result<Updated, Error> {
        if operations.is_empty() {
            return Ok(Updated::default());
        }
        let list = serde_json::to_string(operations);
        let list = list.map_err(|error| self.programming(&error.to_string()))?;
        let request = self.post("customers/update/", Nature::Write);
        let request = request.with_form(&[("operations", &list)]);
        let updated: Updated = self.ask(&request).await?;
        let sent = operations.len();
        let whole = updated.succeeded.checked_add(updated.failed) == Some(sent as u64);
        if !whole || (updated.errors.len() != sent && updated.failed > 0) {
            let what = format!("expected the outcome of {sent} operations");
            return Err(self.misread(&request, &json::Malformed(what)));
        }
        Ok(updated)
    }
}
