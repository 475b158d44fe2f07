//! The gate's configuration of any text: read or refused, and no error shows what stands in the file.

mod checks;
#[path = "../../../../tests/shared/fuzz.rs"]
mod fuzz;

use fuzz::{edited, holds, soup};
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::Index;

const TOML: [&str; 44] = [
    "\n",
    "\n",
    " = ",
    "=",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    ",",
    ".",
    "#",
    "\\",
    "\\u",
    "mode",
    "listen",
    "admin",
    "\"proxy\"",
    "\"127.0.0.1:0\"",
    "origin",
    "leeway",
    "true",
    "1",
    "-1",
    "1e9",
    "nan",
    "2026-02-01T00:00:00Z",
    "keys",
    "id",
    "file",
    "env",
    "until",
    "sites",
    "hosts",
    "default",
    "\"open\"",
    "rules",
    "path",
    "clients",
    "idle_timeout",
];

#[test]
fn c64_no_configuration_shows_a_value() {
    let readme = include_str!("../../README.md");
    let (_, example) = readme
        .split_once("```toml\n")
        .expect("the README shows one");
    let example = example.split_once("```").expect("which ends").0.to_owned();
    let texts = prop_oneof![soup(&TOML, 30), edited(vec![example], &TOML, 4)];
    // A key in the wrong place: anywhere at all.
    let inputs = (texts, any::<Index>()).prop_map(|(text, place)| {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = places
            .get(place.index(places.len().max(1)))
            .copied()
            .unwrap_or(0);
        format!("{}{}{}", &text[..at], checks::KEY, &text[at..])
    });
    holds("configuration", 4000, inputs, |text| {
        checks::configuration(text)
    });
}
