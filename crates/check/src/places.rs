//! The places at which frames come into a page, as far as the page writes them out.

use serde::Serialize;

use crate::documented::method;
use crate::facts::{Facts, Place as Used};
use crate::html::Element;
use crate::script::{Call, Named, Written};
use crate::source::{Form, Source};

/// The most places of a page: more frames than that are no page of a publisher's.
const MOST: usize = 100;
/// The custom elements of the npm package that hold a frame.
const ELEMENTS: [&str; 3] = ["iteras-login", "iteras-order", "iteras-selfservice"];

/// A place at which a frame comes into a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The page, by its index among the sources.
    pub source: usize,
    /// The line of the page, from 1.
    pub line: u64,
    /// The call or element: `Iteras.paywalliframe`, `theme.js:8 Iteras.orderingiframe`, `<iteras-login>`.
    pub call: String,
    /// The place itself; `None` where only running the script would tell.
    pub target: Option<Target>,
}

/// The element beside which, or into which, a frame is put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Target {
    /// Right behind a script element.
    Script {
        /// The attribute `src`, as it stands there.
        src: Option<String>,
        /// The element's text.
        text: String,
        /// The count of such scripts with the same `src` and text before it.
        before: usize,
    },
    /// At the element with this id.
    Id {
        /// The id.
        id: String,
        /// The way in which it is put there.
        manner: Manner,
    },
    /// At the first element that fits this selector, which may be one that only jQuery knows.
    Selector {
        /// The selector.
        selector: String,
        /// The way in which it is put there.
        manner: Manner,
    },
    /// Into an element of this name.
    Element {
        /// The name.
        name: String,
        /// The count of elements of that name before it.
        before: usize,
    },
}

/// The way in which a script puts a frame at an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// Beside its content.
    Into,
    /// In the place of its content.
    Content,
    /// Beside it.
    Beside,
    /// In its place.
    Instead,
}

/// The places of these pages, with those that their scripts among the sources write at. A script belongs to the pages
/// with a tag whose address ends in its file name.
#[must_use]
pub fn places(sources: &[Source]) -> Vec<Place> {
    let facts: Vec<Facts<'_>> = sources.iter().map(Facts::of).collect();
    of_facts(&facts)
}

pub(crate) fn of_facts(all: &[Facts<'_>]) -> Vec<Place> {
    let mut places = Vec::new();
    for (source, facts) in all.iter().enumerate() {
        if facts.source.form != Form::Page {
            continue;
        }
        let first = places.len();
        let mut add = |line: u64, call: String, target: Option<Target>| {
            places.push(Place {
                source,
                line,
                call,
                target,
            });
        };
        let calls = facts.calls().filter(|(_, call, _)| gives_frame(call));
        for (used, call, _) in calls.take(MOST) {
            let script = match used.place {
                Used::Inline(index) => Some(index),
                Used::Handler(_) | Used::File => None,
            };
            let target = target(facts, call, script);
            add(used.line, format!("Iteras.{}", call.method), target);
        }
        for (index, element) in facts.elements.iter().enumerate() {
            if ELEMENTS.contains(&element.name.as_str()) {
                let target = Target::Element {
                    name: element.name.clone(),
                    before: count(&facts.elements[..index], |one| one.name == element.name),
                };
                add(element.line, format!("<{}>", element.name), Some(target));
            }
            for script in all.iter().filter(|one| is_loaded_by(one.source, element)) {
                let file = file_name(&script.source.name);
                for (used, call, _) in script.calls().filter(|(_, call, _)| gives_frame(call)) {
                    let name = format!("{file}:{} Iteras.{}", used.line, call.method);
                    add(element.line, name, target(facts, call, Some(index)));
                }
            }
        }
        places[first..].sort_by_key(|place| place.line);
        places.truncate(first + MOST);
    }
    places
}

fn gives_frame(call: &Call) -> bool {
    let is_string = method(&call.method).is_some_and(|method| method.is_frame());
    !call.queued && !call.dropped && (is_string || call.method == "frame")
}

/// `script` is the element whose script calls.
fn target(facts: &Facts<'_>, call: &Call, script: Option<usize>) -> Option<Target> {
    match call.written.clone()? {
        Written::At(Named::Id(id), manner) => Some(Target::Id { id, manner }),
        Written::At(Named::Selector(selector), manner) => {
            Some(Target::Selector { selector, manner })
        }
        Written::At(Named::Script, _) => None,
        Written::Here => {
            let index = script?;
            let (element, before) = (&facts.elements[index], &facts.elements[..index]);
            let src = |element: &Element| element.attribute("src").map(str::to_owned);
            let is_same = |one: &Element| {
                one.name == "script" && one.text == element.text && src(one) == src(element)
            };
            Some(Target::Script {
                src: src(element),
                text: element.text.clone(),
                before: count(before, is_same),
            })
        }
    }
}

fn count(elements: &[Element], fits: impl Fn(&Element) -> bool) -> usize {
    elements.iter().filter(|one| fits(one)).count()
}

fn is_loaded_by(source: &Source, element: &Element) -> bool {
    let src = element
        .attribute("src")
        .filter(|_| element.name == "script");
    source.form == Form::Script && src.is_some_and(|src| file_name(src) == file_name(&source.name))
}

/// The last part of a path or address, without query and fragment.
fn file_name(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
