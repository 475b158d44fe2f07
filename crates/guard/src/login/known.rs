//! The ids of customers who have logged in by e-mail: from then on both names share their counters.

use alloc::collections::{BTreeMap, VecDeque};

use super::account::AccountKey;

/// The most names that are kept, some 10 MB; those that were learnt first are forgotten first. Only a right password adds one.
const CAPACITY: usize = 100_000;

/// Names by the hash under which failures count for them.
#[derive(Debug, Default)]
pub(super) struct Known {
    ids: BTreeMap<AccountKey, AccountKey>,
    order: VecDeque<AccountKey>,
}

impl Known {
    /// The account that a name counts for.
    pub(super) fn account(&self, name: AccountKey) -> AccountKey {
        self.ids.get(&name).copied().unwrap_or(name)
    }

    /// Notes whose name it is.
    pub(super) fn learn(&mut self, name: AccountKey, id: AccountKey) {
        if name == id {
            return;
        }
        if self.ids.insert(name, id).is_none() {
            self.order.push_back(name);
        }
        if self.order.len() > CAPACITY {
            let oldest = self.order.pop_front();
            oldest.map(|name| self.ids.remove(&name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn the_names_that_were_learnt_first_are_forgotten_first() {
        let (mut known, id) = (Known::default(), AccountKey::of("1"));
        for at in 0..=CAPACITY {
            known.learn(AccountKey::of(&format!("{at}@pub.example")), id);
            known.learn(id, id);
        }
        let first = AccountKey::of("0@pub.example");
        assert_eq!(known.account(first), first);
        assert_eq!(known.account(AccountKey::of("1@PUB.example")), id);
        assert_eq!((known.ids.len(), known.order.len()), (CAPACITY, CAPACITY));
    }
}
