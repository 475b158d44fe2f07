//! The setting `preset`: the name of one or a list of them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::Preset;

/// Presets in the order written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presets(pub(crate) Vec<Preset>);

impl<'de> Deserialize<'de> for Presets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMore)
    }
}

impl Serialize for Presets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|preset| preset.name()))
    }
}

struct OneOrMore;

impl<'de> Visitor<'de> for OneOrMore {
    type Value = Presets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a preset or a list of them")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Presets, E> {
        Ok(Presets(vec![named(name)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Presets, A::Error> {
        let mut presets = Vec::new();
        while let Some(name) = names.next_element::<String>()? {
            presets.push(named(&name)?);
        }
        Ok(Presets(presets))
    }
}

fn named<E: Error>(name: &str) -> Result<Preset, E> {
    const NAMES: [&str; 3] = ["basics", "wordpress", "ghost"];
    Preset::of_name(name).ok_or_else(|| E::unknown_variant(name, &NAMES))
}
