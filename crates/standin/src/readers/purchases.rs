//! Purchases: the subscription, the level and the bill that a reader gets for a product.

use crate::config::{Account, Invoice, Level, Product, Subscription};

/// The parts of a purchase's [`Invoice`] that the product doesn't give.
#[derive(Clone, Debug)]
pub struct Bill {
    /// The bill's number.
    pub number: String,
    /// True once it was paid.
    pub paid: bool,
}

impl Account {
    /// Enters a purchase: the higher of the old and the new level, a subscription and its bill,
    /// if it costs anything. Dates are `YYYY-MM-DD`.
    pub fn buy(&mut self, product: &Product, begin: &str, end: &str, bill: Option<Bill>) {
        self.subscribe(
            product,
            Subscription {
                product: product.id.clone(),
                campaign: None,
                begin: begin.into(),
                end: Some(end.into()),
            },
        );
        let Some(bill) = bill else { return };
        self.invoices.push(Invoice {
            number: bill.number,
            date: begin.into(),
            product: product.id.clone(),
            amount: product.price,
            paid: bill.paid,
        });
    }

    /// Enters a subscription of a product with the higher of the old and the new level.
    pub fn subscribe(&mut self, product: &Product, subscription: Subscription) {
        for (paywall, level) in &product.access {
            let held = self.access.entry(paywall.clone()).or_insert(Level::None);
            *held = (*held).max(*level);
        }
        self.subscriptions.push(subscription);
    }
}
