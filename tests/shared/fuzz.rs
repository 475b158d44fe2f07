//! Properties of any input, tried on inputs by the dice and on those that broke one before.
//!
//! The same seed gives the same inputs, so a run can be repeated. `PROPTEST_RNG_SEED` is another seed,
//! `PROPTEST_CASES` another number of inputs: `PROPTEST_CASES=1000000 PROPTEST_RNG_SEED=7 cargo test --test fuzz`.
#![allow(
    dead_code,
    reason = "each test that includes this file makes some kinds of inputs"
)]

use std::env;
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Inputs that broke a property once, each with the property's name.
const FOUND: &str = include_str!("../vectors/fuzz_cases.json");
const SEED: u64 = 1_768_478_400;

/// Checks a property on the inputs of that name in `fuzz_cases.json`, then on as many by the dice; `check` panics
/// where it does not hold. A failure tells the seed and the smallest input, as a line for that file.
pub(crate) fn holds<S>(property: &str, cases: u32, inputs: S, check: impl Fn(&S::Value))
where
    S: Strategy,
    S::Value: Serialize + DeserializeOwned + Debug,
{
    let found: Value = serde_json::from_str(FOUND).expect("the vector file is JSON");
    let found = found["cases"]
        .as_array()
        .expect("the vector file has cases");
    for case in found.iter().filter(|case| case["property"] == property) {
        let input = serde_json::from_value(case["input"].clone());
        check(&input.expect("an input has the type of its property"));
    }
    let seed = number("PROPTEST_RNG_SEED").unwrap_or(SEED);
    let cases = number("PROPTEST_CASES").map_or(cases, |cases| cases as u32);
    let mut runner = TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&inputs, |input| {
        check(&input);
        Ok::<(), TestCaseError>(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!(
            "{property} does not hold with PROPTEST_RNG_SEED={seed}: {reason}\n\
             once mended, this belongs in tests/vectors/fuzz_cases.json:\n{}",
            json!({ "property": property, "input": input })
        ),
        Err(TestError::Abort(reason)) => panic!("{property}: no inputs could be made: {reason}"),
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().expect("a number in a variable for fuzzing"))
}

/// One of these pieces, or any character.
fn piece(pieces: &[&str]) -> impl Strategy<Value = String> + use<> {
    let pieces: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    prop_oneof![
        6 => select(pieces),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// Texts of up to `most` of these pieces and of any characters.
pub(crate) fn soup(pieces: &[&str], most: usize) -> impl Strategy<Value = String> + use<> {
    vec(piece(pieces), 0..=most).prop_map(|pieces| pieces.concat())
}

/// One of these texts with up to `most` characters replaced, taken out, or followed by a piece.
pub(crate) fn edited(
    texts: Vec<String>,
    pieces: &[&str],
    most: usize,
) -> impl Strategy<Value = String> + use<> {
    let edit = (any::<Index>(), 0..3_u8, piece(pieces));
    (select(texts), vec(edit, 0..=most)).prop_map(|(text, edits)| {
        let mut letters: Vec<String> = text.chars().map(String::from).collect();
        for (place, kind, piece) in edits {
            let at = place.index(letters.len().max(1));
            match (kind, letters.get_mut(at)) {
                (0, Some(letter)) => *letter = piece,
                (1, Some(_)) => drop(letters.remove(at)),
                (_, _) => letters.insert((at + 1).min(letters.len()), piece),
            }
        }
        letters.concat()
    })
}

/// The bytes of such texts, some of them replaced by any byte.
pub(crate) fn bytes(texts: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    (texts, vec((any::<Index>(), any::<u8>()), 0..4)).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (place, byte) in edits {
            if !bytes.is_empty() {
                let at = place.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes
    })
}
