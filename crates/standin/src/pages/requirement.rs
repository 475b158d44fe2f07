//! The requirement of the page that a log-in frame stands in, and how much of it a customer has.

use iteras::Access;

use super::context::Context;
use crate::config::{Account, Level, Order, Paywall, Product, Profile};

/// Paywalls of which any one is enough, at a level.
#[derive(Clone, Debug)]
pub(crate) struct Requirement<'p> {
    /// The paywalls; none where the page names only unknown ids.
    pub(crate) walls: Vec<&'p Paywall>,
    /// The lowest level that is enough.
    pub(crate) level: Level,
}

/// The access of a customer, beside a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// One of the paywalls is open at the level.
    Open,
    /// One of the paywalls is open, but at a lower level.
    TooLow,
    /// None of the paywalls is open.
    Closed,
}

impl<'p> Requirement<'p> {
    /// The requirement of a visit: the paywalls of `iterasneeds`, else the frame's own.
    pub(crate) fn of(context: &Context<'p>, frame_walls: &[&'p Paywall]) -> Self {
        let profile = &context.publisher.profile;
        let walls = match context.field("iterasneeds") {
            Some(ids) => (ids.split(',').map(str::trim))
                .filter_map(|id| profile.paywall(id))
                .collect(),
            None => frame_walls.to_vec(),
        };
        let level = match context.wanted_access() {
            Access::Any | Access::User => Level::User,
            Access::Sub => Level::Sub,
        };
        Self { walls, level }
    }

    /// The access of one customer.
    pub(crate) fn standing(&self, account: &Account) -> Standing {
        let levels = self.walls.iter().map(|wall| account.level(&wall.id));
        match levels.max() {
            Some(level) if level >= self.level => Standing::Open,
            Some(Level::User) => Standing::TooLow,
            _ => Standing::Closed,
        }
    }

    /// The ordering pages that sell access, each with the first product that is enough.
    pub(crate) fn offers(&self, profile: &'p Profile) -> Vec<(&'p Order, &'p Product)> {
        let is_enough = |product: &&Product| {
            let level = |wall: &&Paywall| product.access.get(&wall.id).copied();
            (self.walls.iter().filter_map(level)).any(|level| level >= self.level)
        };
        let on_sale = profile.orders.iter().filter(|order| !order.archived);
        on_sale
            .filter_map(|order| {
                let mut products = order.products.iter().filter_map(|id| profile.product(id));
                Some((order, products.find(is_enough)?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_best_of_the_frames_paywalls_counts() {
        let profile = &Config::embedded().profiles[0];
        let [anna, bo, cleo] = &profile.accounts[..] else {
            panic!("three accounts")
        };
        let [lumen, archive] = &profile.paywalls[..] else {
            panic!("two paywalls")
        };
        for (walls, account, level, expected) in [
            (&[lumen][..], anna, Level::Sub, Standing::Open),
            (&[archive, lumen], anna, Level::Sub, Standing::Open),
            (&[archive], anna, Level::User, Standing::Closed),
            (&[lumen], bo, Level::User, Standing::Open),
            (&[lumen], bo, Level::Sub, Standing::TooLow),
            (&[lumen], cleo, Level::User, Standing::Closed),
            (&[], anna, Level::User, Standing::Closed),
        ] {
            let requirement = Requirement {
                walls: walls.to_vec(),
                level,
            };
            assert_eq!(
                requirement.standing(account),
                expected,
                "{} {level:?}",
                account.name
            );
        }
    }

    #[test]
    fn offers_are_enough_for_wall_and_level() {
        let profile = &Config::embedded().profiles[0];
        let [lumen, archive] = &profile.paywalls[..] else {
            panic!("two paywalls")
        };
        let offers = |walls: &[&'static str], level| {
            let walls = walls.iter().filter_map(|id| profile.paywall(id)).collect();
            let requirement = Requirement { walls, level };
            let offers = requirement.offers(profile).into_iter();
            let ids = offers.map(|(order, product)| format!("{} {}", order.id, product.id));
            ids.collect::<Vec<_>>()
        };
        assert_eq!((&*lumen.id, &*archive.id), ("n8fsoupukhv3", "BBBB2222"));
        let subscribers = ["lumen-order 12MPro", "lumen-signup 1MTrial"];
        assert_eq!(offers(&["n8fsoupukhv3"], Level::Sub), subscribers);
        let readers = ["lumen-order 12MPro", "lumen-signup Reader"];
        assert_eq!(offers(&["n8fsoupukhv3"], Level::User), readers);
        let archive = ["lumen-order 12MPro"];
        assert_eq!(offers(&["BBBB2222"], Level::User), archive);
        assert!(offers(&[], Level::User).is_empty());
    }
}
