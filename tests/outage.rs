//! Nobody who pays is lost in an outage, and nobody who was refused stays in (wire protocol, "Regeneration").
//!
//! `tests/readers/mod.rs` plays the readers; `cargo run --example outage` plots the requests that they make.

mod readers;

use readers::{DAY, Health, MINUTE, Random, Service, Simulation, Standing};

const READERS: usize = 1000;
const SPAN: u64 = 9 * DAY;

/// Down for 24 hours, in turn silent and failing.
fn long_outage() -> Service {
    let phases = vec![
        (3 * DAY, Health::Silent),
        (3 * DAY + DAY / 2, Health::Failing),
        (4 * DAY, Health::Up),
    ];
    Service { phases }
}

/// Up and down by turns of some minutes for a day.
fn flapping(seed: u64) -> Service {
    let mut random = Random(seed);
    let mut phases = Vec::new();
    let mut at = 3 * DAY;
    while at < 4 * DAY {
        let down = if random.below(2) == 0 {
            Health::Failing
        } else {
            Health::Silent
        };
        phases.push((at, down));
        at += MINUTE + random.below(10 * MINUTE);
        phases.push((at, Health::Up));
        at += MINUTE + random.below(10 * MINUTE);
    }
    Service { phases }
}

fn played(seed: u64, service: Service) -> Simulation {
    let mut simulation = Simulation::new(seed, service, READERS, SPAN);
    simulation.run();
    simulation
}

#[track_caller]
fn check(simulation: &Simulation) {
    let found_out = simulation
        .readers
        .iter()
        .filter(|reader| !reader.seen.refused.is_empty())
        .count();
    assert!(
        found_out > READERS / 20,
        "only {found_out} refusals: nothing was tried"
    );
    for reader in &simulation.readers {
        let seen = &reader.seen;
        let name = reader.describe();
        // The cookie goes by a refusal alone, and the service refuses ended subscriptions alone.
        for &at in &seen.refused {
            assert_eq!(reader.standing(at), Standing::Ended, "{name}: lost at {at}");
        }
        assert_eq!(seen.wrongly_shut, [], "{name}");
        assert_eq!(kept_too_long(simulation, reader), [], "{name} read on");
    }
}

/// The page views at which somebody read on who should have been found out before.
fn kept_too_long(simulation: &Simulation, reader: &readers::Reader) -> Vec<u64> {
    let Some(&(ended, _)) = reader.standings.first() else {
        return Vec::new();
    };
    // The view that is the first to have a check due finds out; another one within the hour may come before its
    // answer. Pauses after outages last an hour at most.
    let due = |at: u64, left: i64| {
        simulation.service.is_steady(at)
            && if reader.has_storage {
                at > ended + reader.renewed_late()
            } else {
                at > ended && left < 3 * 86_400
            }
    };
    let first = reader.seen.left.iter().find(|(at, left)| due(*at, *left));
    let Some(&(first, _)) = first else {
        return Vec::new();
    };
    let late = |at: &&u64| **at > first + readers::HOUR && reader.logs_out.is_none();
    reader.seen.read.iter().filter(late).copied().collect()
}

#[test]
fn f1_a_service_that_is_down_for_a_day_loses_nobody_and_keeps_nobody() {
    check(&played(1, long_outage()));
}

#[test]
fn f3_a_service_that_flaps_loses_nobody_and_keeps_nobody() {
    check(&played(2, flapping(7)));
}

#[test]
fn a_service_that_works_is_asked_about_once_a_day_and_reader() {
    let simulation = played(3, Service { phases: Vec::new() });
    check(&simulation);
    for reader in simulation.readers.iter().filter(|reader| reader.is_plain()) {
        let days = SPAN / DAY + 1;
        let asked = reader.seen.requests.len() as u64;
        // In the last three days of a pass it is once an hour until the service has given a new one: once.
        assert!(
            asked <= days + 1,
            "{}: asked {asked} times",
            reader.describe()
        );
    }
}

#[test]
fn a_service_that_is_down_is_left_alone() {
    let simulation = played(4, long_outage());
    let down = 3 * DAY..4 * DAY;
    for reader in simulation.readers.iter().filter(|reader| reader.is_plain()) {
        let pending = reader
            .seen
            .requests
            .iter()
            .filter(|at| down.contains(*at))
            .count();
        // 1, 2, 4, 8, 16, 32 minutes and then one an hour, for a reader who never leaves.
        assert!(
            pending <= 6 + 24,
            "{}: {pending} requests",
            reader.describe()
        );
    }
}
