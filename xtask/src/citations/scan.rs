//! Citations found in one file: in its comments (in all of a Markdown file), and row ids anywhere.

use std::ops::Range;

use super::spec::{FILES, Place, Spec};

/// A citation that leads nowhere, or something that was meant as one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// From 1.
    pub(super) line: usize,
    pub(super) what: String,
}

/// Everything that is wrong with the citations of one file, in order.
pub(super) fn complaints(spec: &Spec, name: &str, text: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut complain = |line, what| complaints.push(Complaint { line, what });
    let prose = Prose::of(name, text);
    let mut cited = Vec::new();
    for (document, _) in FILES {
        for at in words(&prose.text, document) {
            let Some((places, length)) = places(&prose.text[at + document.len()..]) else {
                if let Some(what) =
                    comma_missing(spec, document, &prose.text[at + document.len()..])
                {
                    complain(prose.line(at), what);
                }
                continue;
            };
            cited.push(at..at + document.len() + length);
            for place in places {
                if let Some(what) = spec.complaint(document, &place) {
                    complain(prose.line(at), what);
                }
            }
        }
    }
    for (at, what) in near_misses(name, &prose.text, &cited) {
        complain(prose.line(at), what);
    }
    for (number, line) in text.lines().enumerate() {
        for id in row_ids(line).into_iter().chain(test_ids(line).0) {
            if !spec.has_id(&id) {
                complain(
                    number + 1,
                    format!("neither docs/spec/cases.md nor tests/vectors has a row {id}"),
                );
            }
        }
    }
    complaints.sort_by_key(|complaint| complaint.line);
    complaints
}

/// The ids that tests of the file name: in names of functions, and anywhere in a file of tests.
pub(super) fn named_by_tests(name: &str, text: &str) -> Vec<String> {
    let is_test = name.starts_with("tests/") || name.contains("/tests/");
    let mut named = Vec::new();
    for line in text.lines() {
        let (first, further) = test_ids(line);
        named.extend(first.into_iter().chain(further));
        if is_test {
            named.extend(row_ids(line));
        }
    }
    named
}

/// Comments of a file, each run of lines joined by blanks, so that a citation may be broken anywhere.
struct Prose {
    text: String,
    /// The beginning of each line of the file in `text`.
    starts: Vec<usize>,
}

impl Prose {
    fn of(name: &str, text: &str) -> Self {
        let mut prose = Self {
            text: String::new(),
            starts: Vec::new(),
        };
        for line in text.lines() {
            prose.starts.push(prose.text.len());
            let comment = if name.ends_with(".md") {
                Some(line.trim_start_matches([' ', '#', '>']))
            } else {
                comment(name, line)
            };
            match comment {
                Some(comment) => {
                    prose.text.push_str(comment.trim());
                    prose.text.push(' ');
                }
                None => prose.text.push('\n'),
            }
        }
        prose
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }
}

/// The comment on a line, without its marks.
fn comment<'a>(name: &str, line: &'a str) -> Option<&'a str> {
    let trimmed = line.trim_start();
    let has_hashes = ["toml", "conf", "Caddyfile"]
        .iter()
        .any(|end| name.ends_with(end));
    if has_hashes {
        return trimmed.strip_prefix('#');
    }
    for mark in ["//!", "///", "//", "/*", "*", "<!--"] {
        if let Some(comment) = trimmed.strip_prefix(mark) {
            return Some(comment);
        }
    }
    line.split_once(" // ").map(|(_, comment)| comment)
}

/// The places of the word in the text, in lower case or with a capital.
fn words(text: &str, word: &str) -> Vec<usize> {
    let lower = text.to_ascii_lowercase();
    let found = lower.match_indices(word).map(|(at, _)| at);
    let is_part = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    found
        .filter(|at| !lower[..*at].ends_with(is_part))
        .collect()
}

/// Places behind a document's name, `, section 2 and 2.1`, and how many bytes they take.
fn places(behind: &str) -> Option<(Vec<Place>, usize)> {
    let mut rest = behind.strip_prefix(", ")?;
    let mut places: Vec<Place> = Vec::new();
    let mut length = 0;
    while let Some((place, after)) = place(rest, places.last()) {
        places.push(place);
        length = behind.len() - after.len();
        let next = [", and ", ", ", " and ", " to "].iter();
        match next
            .filter_map(|between| after.strip_prefix(between))
            .next()
        {
            Some(after) => rest = after,
            None => break,
        }
    }
    (!places.is_empty()).then_some((places, length))
}

/// One place; a bare number is of the kind of the one before.
fn place<'a>(text: &'a str, before: Option<&Place>) -> Option<(Place, &'a str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (heading, after) = quoted.split_once('"')?;
        // A heading that stands first has a capital: other quotations are none of ours.
        let is_heading = before.is_some() || heading.starts_with(char::is_uppercase);
        return is_heading.then(|| (Place::Heading(heading.to_owned()), after));
    }
    let sections = ["sections ", "section "]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let steps = ["steps ", "step "]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let (kind, text): (fn(String) -> Place, &str) = match (sections, steps, before) {
        (Some(text), ..) => (Place::Section, text),
        (_, Some(text), _) => (Place::Step, text),
        (.., Some(Place::Section(_))) => (Place::Section, text),
        (.., Some(Place::Step(_))) => (Place::Step, text),
        _ => return None,
    };
    let number = number(text)?;
    Some((kind(number.to_owned()), &text[number.len()..]))
}

/// `2.3`, without a full stop behind it.
fn number(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number = text[..end].trim_end_matches('.');
    number
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(number)
}

/// A quoted heading right behind the document's name.
fn comma_missing(spec: &Spec, document: &str, behind: &str) -> Option<String> {
    let heading = behind.trim_start().strip_prefix('"')?.split('"').next()?;
    let exists = spec.has_heading(document, heading);
    exists.then(|| format!("cite with a comma: {document}, \"{heading}\""))
}

/// Phrases that are meant as citations and follow another grammar.
fn near_misses(name: &str, prose: &str, cited: &[Range<usize>]) -> Vec<(usize, String)> {
    let mut misses = Vec::new();
    let is_cited = |at: usize| cited.iter().any(|range| range.contains(&at));
    for word in ["section ", "sections "] {
        for at in words(prose, word).into_iter().filter(|at| !is_cited(*at)) {
            let Some(number) = number(&prose[at + word.len()..]) else {
                continue;
            };
            if !is_of_a_standard(&prose[..at]) {
                misses.push((
                    at,
                    format!(
                        "section {number} of which document? cite as: surface, section {number}"
                    ),
                ));
            }
        }
    }
    for at in words(prose, "rules for every runtime,") {
        misses.push((at, "cite as: rules, \"…\"".to_owned()));
    }
    misses.extend(
        prose
            .match_indices('§')
            .map(|(at, _)| (at, "cite as: surface, section …".to_owned())),
    );
    if !name.ends_with(".md") {
        for file in [
            "surface.md",
            "protocol.md",
            "rules.md",
            "schemes.md",
            "cases.md",
            "iteras.md",
        ] {
            for at in words(prose, file) {
                misses.push((
                    at,
                    format!("cite a place by its document, not the file {file}"),
                ));
            }
        }
    }
    misses
}

/// Sections of other people's standards: `RFC 9110, section 10.2.3`.
fn is_of_a_standard(before: &str) -> bool {
    let start = before.rfind(['(', ';', '\n']).unwrap_or(0);
    let clause = &before[start..];
    clause.contains("RFC ") || clause.contains("standard")
}

/// Row ids that stand alone, as `C12`, `F3` or, of vectors, `P001`, `H02`, `R04`.
fn row_ids(line: &str) -> Vec<String> {
    // Neighbours of escapes and of base64 make no id.
    let is_other = |c: char| c.is_alphanumeric() || "_%\\#+/=&-".contains(c);
    let mut ids = Vec::new();
    for (at, kind) in line.match_indices(['C', 'F', 'P', 'H', 'R']) {
        let digits: &str = &line[at + 1..];
        let length = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let (digits, after) = digits.split_at(length);
        let fits = match kind {
            "P" => length == 3,
            "H" | "R" => length == 2,
            _ => (1..=2).contains(&length) && !digits.starts_with('0'),
        };
        let alone = !line[..at].ends_with(is_other) && !after.starts_with(is_other);
        if fits && alone {
            ids.push(format!("{kind}{digits}"));
        }
    }
    ids
}

/// Row ids in the name of a function, `c12_f3_…`: those that it begins with, and others within it.
fn test_ids(line: &str) -> (Vec<String>, Vec<String>) {
    let Some((_, name)) = line.split_once("fn ") else {
        return (Vec::new(), Vec::new());
    };
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    let is_id = |part: &&str| {
        let digits = part.strip_prefix(['c', 'f']).unwrap_or("");
        (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = name[..end].split('_').collect();
    let leading = if parts.len() == 1 {
        0
    } else {
        parts.iter().take_while(|part| is_id(part)).count()
    };
    let (first, further) = parts.split_at(leading);
    let ids = |parts: &[&str]| {
        parts
            .iter()
            .copied()
            .filter(|part| is_id(part))
            .map(str::to_uppercase)
            .collect()
    };
    (ids(first), ids(further))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> Spec {
        let mut spec = Spec::default();
        spec.add_document(
            "surface",
            "## 2. `wall`\n### 2.3 Options\n## 4. Iframes\n### 6.1 Webhooks\n",
        );
        spec.add_document("protocol", "## Messages\n## URLs\n");
        spec.add_document("rules", "## No wasm\n1. Size\n2. Split\n3. MAC\n");
        spec.add_rows("| C12 | a |\n| F3 | b |\n| F8 | c |\n");
        spec.add_vectors(r#"{"id": "P001"}"#);
        spec
    }

    /// Complaints as `line: what`.
    #[track_caller]
    fn told(name: &str, text: &str, expected: &[&str]) {
        let complaints = complaints(&spec(), name, text);
        let lines: Vec<String> = complaints
            .iter()
            .map(|one| format!("{}: {}", one.line, one.what))
            .collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn citations_that_lead_somewhere_are_silent() {
        told("a.rs", "//! Options (surface, section 2.3).", &[]);
        told(
            "a.rs",
            "/// Frames (documented surface,\n    /// sections 2 and 4; protocol, \"Messages\" and\n/// \"URLs\")",
            &[],
        );
        told("a.rs", "// Rules, steps 1 to 3; rules, \"No wasm\".", &[]);
        told("a.mjs", "let a = 1; // (surface, section 4)", &[]);
        told("a.toml", "# (surface, section 4)", &[]);
        told(
            "a.md",
            "Faults F3 to F8, case C12 and P001: protocol, \"URLs\".",
            &[],
        );
        told("a.rs", "    async fn f3_c12_waits_and_f8_too() {", &[]);
        told("a.mjs", "test(`F3 C12: ${name}`, run);", &[]);
    }

    #[test]
    fn missing_places_are_named_with_their_line() {
        told(
            "a.rs",
            "//! Fine.\n//! (surface, section 2.4)",
            &["2: surface has no section 2.4"],
        );
        told(
            "a.rs",
            "// (surface, sections 2.3 and 9)",
            &["1: surface has no section 9"],
        );
        told(
            "a.rs",
            "// (surface,\n// section 4, \"Webhook\")",
            &["1: surface has no heading \"Webhook\"; it has \"Webhooks\""],
        );
        told(
            "a.rs",
            "// (protocol, \"Message\")",
            &["1: protocol has no heading \"Message\"; it has \"Messages\""],
        );
        told("a.rs", "// (rules, step 4)", &["1: rules has no step 4"]);
    }

    #[test]
    fn unknown_rows_are_named() {
        let unknown =
            |id: &str| format!("1: neither docs/spec/cases.md nor tests/vectors has a row {id}");
        told("a.rs", "fn c13_f3_fits() {", &[&unknown("C13")]);
        told("a.mjs", "test(\"F4 C12: waits\", run);", &[&unknown("F4")]);
        told("a.md", "P002", &[&unknown("P002")]);
        told(
            "a.rs",
            "fn as_f64() { \"%C3%A6 C0 U+F9 H1 9A/C4 0xF5\" } fn f64() {}",
            &[],
        );
    }

    #[test]
    fn what_is_meant_as_a_citation_is_refused_in_another_form() {
        let which = "1: section 2.3 of which document? cite as: surface, section 2.3";
        told("a.rs", "// (section 2.3)", &[which]);
        told("a.rs", "// documented surface section 2.3", &[which]);
        told("a.md", "see sections 2.3", &[which]);
        told(
            "a.rs",
            "// rules for every runtime, \"No wasm\"",
            &["1: cite as: rules, \"…\""],
        );
        told(
            "a.rs",
            "// protocol \"Messages\"",
            &["1: cite with a comma: protocol, \"Messages\""],
        );
        told("a.js", "// iteras §7", &["1: cite as: surface, section …"]);
        told(
            "a.js",
            "// `rules.md`, Paths",
            &["1: cite a place by its document, not the file rules.md"],
        );
    }

    #[test]
    fn other_prose_and_code_cite_nothing() {
        told(
            "a.rs",
            "// RFC 9110, section 10.2.3; HTML standard, section 4.12.1",
            &[],
        );
        told("a.rs", "// (RFC 9110,\n// section 10.2.3)", &[]);
        told(
            "a.mjs",
            "const parts = [protocol, \"Messages!\"]; // the protocol, \"https:\" here",
            &[],
        );
        told("a.md", "The rules are five, and the protocol, too.", &[]);
    }

    #[test]
    fn tests_name_rows_by_function_and_title() {
        assert_eq!(
            named_by_tests("src/a.rs", "fn c1_f2_works_and_c3_too() {} // C4"),
            ["C1", "F2", "C3"]
        );
        assert_eq!(
            named_by_tests("crates/a/tests/it/b.rs", "//! C68: lists"),
            ["C68"]
        );
        assert_eq!(
            named_by_tests("tests/e2e/a.test.mjs", "test(\"C5: a\", f);"),
            ["C5"]
        );
    }
}
