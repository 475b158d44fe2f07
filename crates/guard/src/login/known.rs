//! The ids of customers who have logged in by e-mail: from then on the one counts for the other, too.

use alloc::collections::{BTreeMap, VecDeque};

use super::account::AccountKey;

/// The most names that are kept, some 10 MB; those that were learnt first are forgotten first. Only a right password
/// adds one.
const CAPACITY: usize = 100_000;

/// Ids by name, as hashes.
#[derive(Debug)]
pub(super) struct Known {
    capacity: usize,
    ids: BTreeMap<AccountKey, AccountKey>,
    order: VecDeque<AccountKey>,
}

impl Default for Known {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl Known {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            ids: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }

    /// The id of the customer who has this name.
    pub(super) fn id(&self, name: AccountKey) -> Option<AccountKey> {
        self.ids.get(&name).copied()
    }

    /// Notes whose name it is.
    pub(super) fn learn(&mut self, name: AccountKey, id: AccountKey) {
        if name == id {
            return;
        }
        if self.ids.insert(name, id).is_none() {
            self.order.push_back(name);
        }
        if self.order.len() > self.capacity {
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
        let (mut known, id) = (Known::with_capacity(100), AccountKey::of("1"));
        for at in 0..=100 {
            known.learn(AccountKey::of(&format!("{at}@pub.example")), id);
            known.learn(id, id);
        }
        assert_eq!(known.id(AccountKey::of("0@pub.example")), None);
        assert_eq!(known.id(AccountKey::of("1@PUB.example")), Some(id));
        assert_eq!(known.id(id), None);
        assert_eq!((known.ids.len(), known.order.len()), (100, 100));
    }
}
