//! Synthetic customers: computed from their number when somebody asks, as many as a test wants, none of them kept.

use serde::{Deserialize, Serialize};

use crate::config::{Account, Address, Profile, Subscription};

/// The first of their ids, far above those of customers who sign up.
pub const FIRST_ID: u32 = 10_000_000;
const MOST: u32 = 10_000_000;
const MOST_BYTES: u32 = 1_000_000;
const GIVEN: [&str; 6] = ["Åse", "Bjørn", "Cæcilie", "Dorthe", "Erik", "Øjvind"];
const FAMILY: [&str; 5] = [
    "Ærø",
    "Prøvesen",
    "Tester",
    "O'Eksempel",
    "Sørensen \"Stand-in\"",
];
const TOWNS: [(&str, &str); 4] = [
    ("2100", "København Ø"),
    ("8000", "Aarhus C"),
    ("5000", "Odense C"),
    ("6700", "Esbjerg"),
];

/// The number of synthetic customers of every publisher, and their size.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SyntheticCustomers {
    /// Their number.
    pub count: u32,
    /// The size in bytes of a custom field that each of them has.
    #[serde(default)]
    pub bytes: u32,
}

impl SyntheticCustomers {
    /// Checks the limits; the error is a sentence.
    pub fn check(self) -> Result<Self, String> {
        if self.count > MOST {
            return Err(format!(
                "count: expected at most {MOST}, got {}",
                self.count
            ));
        }
        if self.bytes > MOST_BYTES {
            return Err(format!(
                "bytes: expected at most {MOST_BYTES}, got {}",
                self.bytes
            ));
        }
        Ok(self)
    }

    /// The customer with this id.
    pub fn find(self, profile: &Profile, id: &str) -> Option<Account> {
        let at = id.parse::<u32>().ok()?.checked_sub(FIRST_ID)?;
        (at < self.count && id.len() == 8).then(|| self.account(profile, at))
    }

    /// All of them, one after the other.
    pub fn all(self, profile: Profile) -> impl Iterator<Item = Account> + Send {
        (0..self.count).map(move |at| self.account(&profile, at))
    }

    fn account(self, profile: &Profile, at: u32) -> Account {
        let pick = at as usize;
        let (postcode, city) = TOWNS[pick % TOWNS.len()];
        let filler = "0123456789abcdef"
            .chars()
            .cycle()
            .skip(pick % 16)
            .take(self.bytes as usize);
        let mut account = Account {
            id: (FIRST_ID + at).to_string(),
            email: format!("reader{at}@example.org"),
            name: format!(
                "{} {}",
                GIVEN[pick % GIVEN.len()],
                FAMILY[pick % FAMILY.len()]
            ),
            address: Address {
                street: format!("Opdigtet Allé {}\n{}. sal", at % 300 + 1, at % 6),
                postcode: postcode.into(),
                city: city.into(),
                country: "Danmark".into(),
            },
            ..Account::default()
        };
        account.data.insert(":Løbenummer".into(), at.to_string());
        account.data.insert(":Fyld".into(), filler.collect());
        if !profile.products.is_empty() {
            let product = &profile.products[pick % profile.products.len()];
            let subscription = Subscription {
                product: product.id.clone(),
                campaign: None,
                begin: "2010-12-24".into(),
                end: at.is_multiple_of(3).then(|| "2011-12-24".into()),
            };
            account.subscribe(product, subscription);
        }
        account
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn one_is_the_same_whether_found_or_listed() {
        let profile = Config::embedded().profiles.remove(0);
        let synthetic = SyntheticCustomers {
            count: 3,
            bytes: 20,
        };
        let all: Vec<Account> = synthetic.all(profile.clone()).collect();
        assert_eq!(all.len(), 3);
        for account in &all {
            let found = synthetic.find(&profile, &account.id).unwrap();
            assert_eq!(format!("{found:?}"), format!("{account:?}"));
            assert_eq!(found.data[":Fyld"].len(), 20);
        }
        for id in ["10000003", "9999999", "+10000000", "010000000", "x", ""] {
            assert!(synthetic.find(&profile, id).is_none(), "{id}");
        }
        assert!(
            SyntheticCustomers {
                count: 10_000_001,
                bytes: 0
            }
            .check()
            .is_err()
        );
    }
}
