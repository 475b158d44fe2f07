//! Orders between the form and the payment. Kept in memory only.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::config::Account;
use crate::lock::lock;

const KEPT: usize = 1000;

/// The orders that wait, by number.
#[derive(Debug, Default)]
pub struct PendingOrders(Mutex<(u64, VecDeque<(u64, PendingOrder)>)>);

/// An order whose payment is still to come.
#[derive(Clone, Debug)]
pub struct PendingOrder {
    /// The ordering page's id.
    pub order: String,
    /// The product's id.
    pub product: String,
    /// The buyer: one who exists already, or one without an id yet.
    pub buyer: Account,
}

impl PendingOrders {
    /// Keeps an order until it is paid; gives its number. The oldest of 1000 are forgotten.
    pub fn hold(&self, order: PendingOrder) -> u64 {
        let mut pending = lock(&self.0);
        pending.0 += 1;
        let number = pending.0;
        if pending.1.len() == KEPT {
            pending.1.pop_front();
        }
        pending.1.push_back((number, order));
        number
    }

    /// A held order, without taking it.
    pub fn held(&self, number: u64) -> Option<PendingOrder> {
        let pending = lock(&self.0);
        pending
            .1
            .iter()
            .find(|(held, _)| *held == number)
            .map(|(_, order)| order.clone())
    }

    /// Takes a held order, so that it can be paid only once.
    pub fn take(&self, number: u64) -> Option<PendingOrder> {
        let mut pending = lock(&self.0);
        let at = pending.1.iter().position(|(held, _)| *held == number)?;
        pending.1.remove(at).map(|(_, order)| order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn an_order_is_paid_once() {
        let orders = PendingOrders::default();
        let buyer = Config::embedded().profiles[0].accounts[0].clone();
        let held = PendingOrder {
            order: "o".into(),
            product: "p".into(),
            buyer,
        };
        let number = orders.hold(held);
        assert!(orders.held(number).is_some());
        assert!(orders.take(number).is_some());
        assert!(orders.take(number).is_none());
    }
}
