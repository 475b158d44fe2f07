//! Calls of `Iteras` in a script, found without running it.
//!
//! Found are `Iteras.name(…)`, also by `window`, `self` or `globalThis`, with `?.` or `["name"]`, and the queue,
//! `Iteras.q.push(["name", …])`. Calls by another name (`var api = Iteras`) are not followed.

mod targets;
mod tokens;
mod values;

use targets::Targets;
pub(crate) use targets::{Named, Written};
use tokens::{Kind, Token, tokens};
pub(crate) use values::{Argument, Value};

/// One use of the global.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    /// From 1, within the script.
    pub(crate) line: u64,
    pub(crate) what: What,
}

/// A call, or an assignment that matters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Call(Call),
    /// `Iteras = …` without `Iteras ||` before what is assigned.
    Overwritten,
    /// `Iteras.name = …`
    Defined(String),
}

/// A call of a method.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) argument: Argument,
    /// True for calls by the queue.
    pub(crate) queued: bool,
    /// True when nothing takes what the call returns.
    pub(crate) dropped: bool,
    /// True inside of a function, which may run later.
    pub(crate) deferred: bool,
    /// The place of what it returns, where the script writes it out.
    pub(crate) written: Option<Written>,
}

const GLOBAL: &str = "Iteras";
const OWNERS: [&str; 3] = ["window", "self", "globalThis"];
const QUEUE: &str = "q";
/// In tokens: pages of strangers must not make reading take long.
const LONGEST_ARGUMENT: usize = 2_000;

/// The uses of the global in a script, in order.
pub(crate) fn uses(text: &str) -> Vec<Use> {
    let tokens = tokens(text);
    let pairs = pairs(&tokens);
    let deferred = deferred(&tokens, &pairs);
    let targets = Targets::of(&tokens, &pairs);
    let mut uses = Vec::new();
    for at in 0..tokens.len() {
        if !is_name(&tokens, at, GLOBAL) || !is_global(&tokens, at) {
            continue;
        }
        let found = match member(&tokens, at + 1) {
            Some((name, after)) => of_member(&tokens, name, after),
            None if is_assignment(&tokens, at + 1) && !keeps_what_was(&tokens, at + 2) => {
                Some(What::Overwritten)
            }
            None => None,
        };
        if let Some(mut what) = found {
            if let What::Call(call) = &mut what {
                call.deferred = deferred[at];
                let (start, end) = extent(&tokens, at, &pairs);
                call.dropped = !call.queued && is_dropped(&tokens, start, end);
                call.written = targets.of_call(start, end).filter(|_| !call.queued);
            }
            uses.push(Use {
                line: tokens[at].line,
                what,
            });
        }
    }
    uses
}

/// The tokens of an argument; a longer one is read in part.
fn from(tokens: &[Token], start: usize) -> &[Token] {
    let rest = tokens.get(start..).unwrap_or_default();
    &rest[..rest.len().min(LONGEST_ARGUMENT)]
}

/// True for the global itself, not for a member or a key of that name.
fn is_global(tokens: &[Token], at: usize) -> bool {
    if is_mark(tokens, at + 1, ':') {
        return false;
    }
    match at.checked_sub(1) {
        Some(before) if is_mark(tokens, before, '.') => {
            let owner = before.checked_sub(1);
            owner.is_some_and(|owner| OWNERS.iter().any(|name| is_name(tokens, owner, name)))
        }
        _ => true,
    }
}

/// The member behind the global, and the index of what follows it.
fn member(tokens: &[Token], mut at: usize) -> Option<(&str, usize)> {
    if is_mark(tokens, at, '?') && is_mark(tokens, at + 1, '.') {
        at += 1;
    }
    if is_mark(tokens, at, '.') {
        return match &tokens.get(at + 1)?.kind {
            Kind::Name(name) => Some((name, at + 2)),
            _ => None,
        };
    }
    match (&tokens.get(at)?.kind, &tokens.get(at + 1)?.kind) {
        (Kind::Mark('['), Kind::Text(name)) if is_mark(tokens, at + 2, ']') => Some((name, at + 3)),
        _ => None,
    }
}

fn of_member(tokens: &[Token], name: &str, after: usize) -> Option<What> {
    if name == QUEUE {
        return queued(tokens, after).map(What::Call);
    }
    let mut open = after;
    if is_mark(tokens, open, '?') && is_mark(tokens, open + 1, '.') {
        open += 2;
    }
    if is_mark(tokens, open, '(') {
        return Some(What::Call(Call {
            method: name.to_owned(),
            argument: values::argument(from(tokens, open + 1)),
            queued: false,
            dropped: false,
            deferred: false,
            written: None,
        }));
    }
    is_assignment(tokens, after).then(|| What::Defined(name.to_owned()))
}

/// `.push(["name", {…}])`
fn queued(tokens: &[Token], at: usize) -> Option<Call> {
    let pushes = is_mark(tokens, at, '.')
        && is_name(tokens, at + 1, "push")
        && is_mark(tokens, at + 2, '(')
        && is_mark(tokens, at + 3, '[');
    let Kind::Text(method) = &tokens.get(at + 4).filter(|_| pushes)?.kind else {
        return None;
    };
    let has_argument = is_mark(tokens, at + 5, ',');
    let argument = match has_argument {
        true => values::argument(from(tokens, at + 6)),
        false => Argument::Absent,
    };
    Some(Call {
        method: method.clone(),
        argument,
        queued: true,
        dropped: false,
        deferred: false,
        written: None,
    })
}

fn is_assignment(tokens: &[Token], at: usize) -> bool {
    is_mark(tokens, at, '=') && !is_mark(tokens, at + 1, '=') && !is_mark(tokens, at + 1, '>')
}

/// `Iteras || …`, `window.Iteras ?? …`, and `Object.assign(…)`, which keeps members.
fn keeps_what_was(tokens: &[Token], at: usize) -> bool {
    let owned = OWNERS.iter().any(|name| is_name(tokens, at, name)) && is_mark(tokens, at + 1, '.');
    let at = if owned { at + 2 } else { at };
    is_name(tokens, at, GLOBAL) || is_name(tokens, at, "Object")
}

/// The first and the last token of the call that the global begins.
fn extent(tokens: &[Token], at: usize, pairs: &[usize]) -> (usize, usize) {
    let start = match at.checked_sub(2) {
        Some(owner) if is_mark(tokens, at - 1, '.') => owner,
        _ => at,
    };
    let open = (at..tokens.len()).find(|at| is_mark(tokens, *at, '('));
    (start, open.map_or(tokens.len(), |open| pairs[open]))
}

/// True for a call that is a statement of its own.
fn is_dropped(tokens: &[Token], start: usize, end: usize) -> bool {
    let begins = match start.checked_sub(1).map(|before| &tokens[before].kind) {
        None | Some(Kind::Mark(';' | '{' | '}')) => true,
        Some(Kind::Mark(')')) => tokens[start].new_line,
        _ => false,
    };
    let ends = match tokens.get(end + 1) {
        None => true,
        Some(token) => matches!(token.kind, Kind::Mark(';' | '}')) || token.new_line,
    };
    begins && ends
}

/// For each opening bracket the index of the one that closes it; the end, where none does.
fn pairs(tokens: &[Token]) -> Vec<usize> {
    let mut pairs = vec![tokens.len(); tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark('(' | '[' | '{') => open.push(at),
            Kind::Mark(')' | ']' | '}') => {
                if let Some(opening) = open.pop() {
                    pairs[opening] = at;
                }
            }
            _ => {}
        }
    }
    pairs
}

/// For each token true inside of a function that does not run on the spot, `(function () {…})()`.
fn deferred(tokens: &[Token], pairs: &[usize]) -> Vec<bool> {
    let mut changes = vec![0i32; tokens.len() + 1];
    for at in 0..tokens.len() {
        let arrow = is_mark(tokens, at, '=') && is_mark(tokens, at + 1, '>');
        let body = if is_name(tokens, at, "function") {
            // `function (`, `function name(`, `function* name(`
            let open = (at + 1..at + 4).find(|at| is_mark(tokens, *at, '('));
            open.map(|open| pairs[open] + 1)
        } else {
            arrow.then_some(at + 2)
        };
        let Some(body) = body.filter(|body| is_mark(tokens, *body, '{')) else {
            continue;
        };
        let end = pairs[body];
        let called = is_mark(tokens, end + 1, '(')
            || (is_mark(tokens, end + 1, ')') && is_mark(tokens, end + 2, '('));
        if !called {
            changes[body] += 1;
            changes[end] -= 1;
        }
    }
    let mut depth = 0;
    let depths = changes[..tokens.len()].iter().map(|change| {
        depth += change;
        depth > 0
    });
    depths.collect()
}

fn is_mark(tokens: &[Token], at: usize, mark: char) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| token.kind == Kind::Mark(mark))
}

fn is_name(tokens: &[Token], at: usize, name: &str) -> bool {
    matches!(tokens.get(at), Some(Token { kind: Kind::Name(held), .. }) if held == name)
}

#[cfg(test)]
mod tests;
