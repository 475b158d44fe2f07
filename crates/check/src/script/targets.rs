//! The places into which scripts put what calls return, as far as a script writes them out.
//!
//! Found are `document.write(…)`, `box.innerHTML = …`, `box.append(…)` and its like, also of jQuery, where the box is
//! `document.getElementById("…")`, `document.querySelector("…")`, `$("…")` or a variable that was set to one of them;
//! and the same by way of a variable that holds the call's string.

use std::collections::BTreeMap;

use super::tokens::{Kind, Token};
use super::{LONGEST_ARGUMENT, OWNERS, is_assignment, is_mark, is_name};
use crate::places::Manner;

/// The place of what a call returns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    /// The place of the script itself.
    Here,
    /// At this element.
    At(Named, Manner),
}

/// An element as a script names it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Named {
    Id(String),
    /// The first element that fits this selector.
    Selector(String),
    /// The script's own.
    Script,
}

const WRITES: [&str; 2] = ["write", "writeln"];
const INSERTS: [(&str, Manner); 9] = [
    ("append", Manner::Into),
    ("appendChild", Manner::Into),
    ("prepend", Manner::Into),
    ("insertAdjacentHTML", Manner::Into),
    ("html", Manner::Content),
    ("replaceChildren", Manner::Content),
    ("after", Manner::Beside),
    ("before", Manner::Beside),
    ("replaceWith", Manner::Instead),
];
/// The same with jQuery, the other way round: `$(frame).appendTo("#box")`.
const INSERTED: [(&str, Manner); 4] = [
    ("appendTo", Manner::Into),
    ("prependTo", Manner::Into),
    ("insertAfter", Manner::Beside),
    ("insertBefore", Manner::Beside),
];
const PROPERTIES: [(&str, Manner); 2] = [
    ("innerHTML", Manner::Content),
    ("outerHTML", Manner::Instead),
];
/// Of `insertAdjacentHTML`.
const OUTSIDE: [&str; 2] = ["beforebegin", "afterend"];

/// A script's tokens, with the elements that its variables are set to.
pub(super) struct Targets<'a> {
    tokens: &'a [Token],
    /// For each closing bracket the index of the one that opens it.
    opening: BTreeMap<usize, usize>,
    variables: BTreeMap<&'a str, Vec<(usize, Named)>>,
}

impl<'a> Targets<'a> {
    /// `pairs` has for each opening bracket the index of the one that closes it.
    pub(super) fn of(tokens: &'a [Token], pairs: &[usize]) -> Self {
        let opens = |at: &usize| matches!(tokens[*at].kind, Kind::Mark('(' | '[' | '{'));
        let opening = (0..tokens.len()).filter(opens);
        let opening = opening.map(|at| (pairs[at], at)).collect();
        let mut variables: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for at in 0..tokens.len() {
            let Kind::Name(name) = &tokens[at].kind else {
                continue;
            };
            let is_member = at > 0 && is_mark(tokens, at - 1, '.');
            if !is_member
                && is_assignment(tokens, at + 1)
                && let Some(element) = element(tokens, at + 2)
            {
                variables.entry(name).or_default().push((at, element));
            }
        }
        Self {
            tokens,
            opening,
            variables,
        }
    }

    /// The place of what the call between these two tokens returns.
    pub(super) fn of_call(&self, start: usize, end: usize) -> Option<Written> {
        if let Some(found) = self.of_value(start, end) {
            return Some(found);
        }
        // `var frame = Iteras.…`, and the place of `frame` further down.
        let equals = start.checked_sub(1)?;
        let Kind::Name(variable) = &self.tokens.get(equals.checked_sub(1)?)?.kind else {
            return None;
        };
        if !is_assignment(self.tokens, equals) {
            return None;
        }
        let last = self.tokens.len().min(end.saturating_add(LONGEST_ARGUMENT));
        let mut uses = (end + 1..last).filter(|at| is_name(self.tokens, *at, variable));
        uses.find_map(|at| self.of_value(at, at))
    }

    /// The place of an expression that goes straight into one.
    fn of_value(&self, start: usize, end: usize) -> Option<Written> {
        let mut start = start;
        // `"<div>" + Iteras.…`, `insertAdjacentHTML("beforeend", …)`, `${Iteras.…}`
        while start > 0
            && matches!(
                self.tokens[start - 1].kind,
                Kind::Text(_) | Kind::Template | Kind::Mark('+' | ',')
            )
        {
            start -= 1;
        }
        let before = start.checked_sub(1)?;
        match self.tokens[before].kind {
            Kind::Mark('(') => self
                .inserted(end)
                .or_else(|| self.argument_of(before.checked_sub(1)?, before + 1)),
            Kind::Mark('=') if is_assignment(self.tokens, before) => {
                let mut name = before.checked_sub(1)?;
                let adds = is_mark(self.tokens, name, '+');
                if adds {
                    name = name.checked_sub(1)?;
                }
                let manner = self.manner(&PROPERTIES, name)?;
                let manner = if adds { Manner::Into } else { manner };
                self.object(name).map(|object| at(object, manner))
            }
            _ => None,
        }
    }

    fn manner(&self, names: &[(&str, Manner)], at: usize) -> Option<Manner> {
        let named = names
            .iter()
            .find(|(name, _)| is_name(self.tokens, at, name));
        named.map(|(_, manner)| *manner)
    }

    fn inserted(&self, end: usize) -> Option<Written> {
        let closes = is_mark(self.tokens, end + 1, ')') && is_mark(self.tokens, end + 2, '.');
        let manner = self.manner(&INSERTED, end + 3).filter(|_| closes)?;
        let selector = text(self.tokens, end + 5);
        selector
            .filter(|_| is_mark(self.tokens, end + 4, '('))
            .map(|selector| at(Named::Selector(selector.to_owned()), manner))
    }

    /// The place of an argument of the method whose name stands there; `first` is the first token of them.
    fn argument_of(&self, method: usize, first: usize) -> Option<Written> {
        let writes = WRITES.iter().any(|name| is_name(self.tokens, method, name));
        let owner = method.checked_sub(2);
        if writes && owner.is_some_and(|at| is_name(self.tokens, at, "document")) {
            return Some(Written::Here);
        }
        let manner = self.manner(&INSERTS, method)?;
        let is_outside = is_name(self.tokens, method, "insertAdjacentHTML")
            && text(self.tokens, first).is_some_and(|place| OUTSIDE.contains(&place));
        let manner = if is_outside { Manner::Beside } else { manner };
        self.object(method).map(|object| at(object, manner))
    }

    /// The element whose member the name there is.
    fn object(&self, member: usize) -> Option<Named> {
        let dot = member.checked_sub(1)?;
        let last = dot
            .checked_sub(1)
            .filter(|_| is_mark(self.tokens, dot, '.'))?;
        match &self.tokens[last].kind {
            Kind::Mark(')') => {
                let function = self.opening.get(&last)?.checked_sub(1)?;
                let (found, after) = asked(self.tokens, function)?;
                (after == last).then_some(found)
            }
            Kind::Name(name) => {
                let mut first = last;
                while first >= 2 && is_mark(self.tokens, first - 1, '.') {
                    first -= 2;
                    if is_name(self.tokens, first, "currentScript") {
                        return Some(Named::Script);
                    }
                }
                if first != last {
                    return element(self.tokens, first);
                }
                let set = self.variables.get(name.as_str())?;
                let before = set.partition_point(|(at, _)| *at < member);
                let nearest = set.get(before.saturating_sub(1))?;
                Some(nearest.1.clone())
            }
            _ => None,
        }
    }
}

/// The element that an expression beginning there names, and nothing else of it.
fn element(tokens: &[Token], mut at: usize) -> Option<Named> {
    let owners = || OWNERS.iter().copied().chain(["document"]);
    while owners().any(|owner| is_name(tokens, at, owner)) && is_mark(tokens, at + 1, '.') {
        at += 2;
    }
    if is_name(tokens, at, "body") && !is_mark(tokens, at + 1, '(') {
        return Some(Named::Selector("body".to_owned()));
    }
    let (found, after) = asked(tokens, at)?;
    // `$("#box").find(…)` is another element.
    (!is_mark(tokens, after + 1, '.')).then_some(found)
}

/// `getElementById("…")` and its like, with the index of the closing bracket.
fn asked(tokens: &[Token], function: usize) -> Option<(Named, usize)> {
    let Kind::Name(name) = &tokens.get(function)?.kind else {
        return None;
    };
    let argument = text(tokens, function + 2)
        .filter(|_| is_mark(tokens, function + 1, '(') && is_mark(tokens, function + 3, ')'))?;
    let found = match name.as_str() {
        "getElementById" => Named::Id(argument.to_owned()),
        "querySelector" => Named::Selector(argument.to_owned()),
        // `$("<div>")` makes an element that is nowhere yet.
        "$" | "jQuery" if !argument.trim_start().starts_with('<') => {
            Named::Selector(argument.to_owned())
        }
        _ => return None,
    };
    Some((found, function + 3))
}

fn at(object: Named, manner: Manner) -> Written {
    match object {
        Named::Script => Written::Here,
        object => Written::At(object, manner),
    }
}

fn text(tokens: &[Token], at: usize) -> Option<&str> {
    match &tokens.get(at)?.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}
