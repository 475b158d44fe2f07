//! The places that a citation may name: headings, steps and rows of the specification.

use std::collections::{BTreeMap, BTreeSet};

/// The documents by the word that cites them.
pub(super) const FILES: [(&str, &str); 6] = [
    ("surface", "docs/spec/surface.md"),
    ("protocol", "docs/spec/protocol.md"),
    ("rules", "docs/spec/rules.md"),
    ("schemes", "docs/spec/schemes.md"),
    ("companion", "docs/spec/companion.md"),
    ("reach", "docs/spec/reach.md"),
];

/// The documents whose one numbered list is cited; others have several.
const HAVE_STEPS: [&str; 2] = ["rules", "companion"];

#[derive(Default)]
pub(super) struct Spec {
    documents: BTreeMap<&'static str, Document>,
    /// Ids of `cases.md`, in the order of its rows.
    rows: Vec<String>,
    /// Ids of the shared vectors.
    vectors: BTreeSet<String>,
}

#[derive(Default)]
struct Document {
    /// `2.3`
    sections: BTreeSet<String>,
    /// Without number, code marks and trailing `[O]`.
    headings: BTreeSet<String>,
    steps: BTreeSet<String>,
}

/// One place within a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Section(String),
    Heading(String),
    Step(String),
}

impl Spec {
    pub(super) fn add_document(&mut self, name: &'static str, markdown: &str) {
        let mut document = Document::default();
        for line in markdown.lines() {
            if line.starts_with('#') {
                let heading = line.trim_start_matches('#').trim();
                let number: String = heading
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || *c == '.')
                    .collect();
                let title = heading[number.len()..].replace('`', "");
                document
                    .sections
                    .insert(number.trim_end_matches('.').to_owned());
                let title = title.trim_end_matches("[O]").trim().to_owned();
                document.headings.insert(title);
            } else if HAVE_STEPS.contains(&name)
                && let Some((number, _)) = line.split_once(". ")
                && number.bytes().all(|byte| byte.is_ascii_digit())
            {
                document.steps.insert(number.to_owned());
            }
        }
        document.sections.remove("");
        self.documents.insert(name, document);
    }

    /// Takes the ids from the first column of the tables.
    pub(super) fn add_rows(&mut self, markdown: &str) {
        let cells = markdown.lines().filter_map(|line| line.strip_prefix("| "));
        let firsts = cells.filter_map(|cells| cells.split(' ').next());
        let ids = firsts.filter(|id| id.bytes().any(|byte| byte.is_ascii_digit()));
        self.rows.extend(ids.map(str::to_owned));
    }

    /// Takes the value of each `"id"` member.
    pub(super) fn add_vectors(&mut self, json: &str) {
        for behind in json.split("\"id\"").skip(1) {
            self.vectors
                .extend(behind.split('"').nth(1).map(str::to_owned));
        }
    }

    pub(super) fn rows(&self) -> Vec<&str> {
        self.rows.iter().map(String::as_str).collect()
    }

    pub(super) fn has_id(&self, id: &str) -> bool {
        self.vectors.contains(id) || self.rows.iter().any(|row| row == id)
    }

    pub(super) fn has_heading(&self, document: &str, heading: &str) -> bool {
        self.documents
            .get(document)
            .is_some_and(|document| document.headings.contains(heading))
    }

    /// The complaint about a place that the document doesn't have.
    pub(super) fn complaint(&self, document: &str, place: &Place) -> Option<String> {
        let held = self.documents.get(document)?;
        match place {
            Place::Section(number) => (!held.sections.contains(number))
                .then(|| format!("{document} has no section {number}")),
            Place::Step(number) if held.steps.is_empty() => {
                Some(format!("{document} has no steps, so no step {number}"))
            }
            Place::Step(number) => {
                (!held.steps.contains(number)).then(|| format!("{document} has no step {number}"))
            }
            Place::Heading(heading) if held.headings.contains(heading) => None,
            Place::Heading(heading) => {
                let meant = held.headings.iter().find(|held| is_close(held, heading));
                let meant = meant
                    .map(|meant| format!("; it has \"{meant}\""))
                    .unwrap_or_default();
                Some(format!("{document} has no heading \"{heading}\"{meant}"))
            }
        }
    }
}

/// Another case, a part of the heading, or more than the heading.
fn is_close(held: &str, asked: &str) -> bool {
    let (held, asked) = (held.to_lowercase(), asked.to_lowercase());
    held.contains(&asked) || asked.contains(&held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> Spec {
        let mut spec = Spec::default();
        spec.add_document(
            "surface",
            "# Surface\n\n## 2. `wall(options)`\n### 2.2 The verdict [O]\n1. first\n",
        );
        spec.add_document(
            "rules",
            "# Rules\n\n## Messages\n\n1. **Size**\n2. **Split**\n\nA day. Or two.\n",
        );
        spec.add_rows("| id | fault |\n| --- | --- |\n| F3 | 500 |\n| C12 | pass |\n");
        spec.add_vectors(r#"[{"id": "P001", "name": "a"}, {"id":"H02"}]"#);
        spec
    }

    #[test]
    fn places_that_exist_are_found() {
        let spec = spec();
        let found = |document, place| assert_eq!(spec.complaint(document, &place), None);
        found("surface", Place::Section("2".to_owned()));
        found("surface", Place::Section("2.2".to_owned()));
        found("surface", Place::Heading("The verdict".to_owned()));
        found("surface", Place::Heading("wall(options)".to_owned()));
        found("rules", Place::Step("2".to_owned()));
        assert!(
            ["F3", "C12", "P001", "H02"]
                .iter()
                .all(|id| spec.has_id(id))
        );
        assert_eq!(spec.rows(), ["F3", "C12"]);
    }

    #[test]
    fn places_that_do_not_exist_are_named() {
        let spec = spec();
        let missing = |document, place, told: &str| {
            assert_eq!(spec.complaint(document, &place).as_deref(), Some(told));
        };
        missing(
            "surface",
            Place::Section("2.9".to_owned()),
            "surface has no section 2.9",
        );
        missing(
            "surface",
            Place::Step("1".to_owned()),
            "surface has no steps, so no step 1",
        );
        missing("rules", Place::Step("3".to_owned()), "rules has no step 3");
        missing(
            "rules",
            Place::Heading("Doors".to_owned()),
            "rules has no heading \"Doors\"",
        );
        let told = "rules has no heading \"messages\"; it has \"Messages\"";
        missing("rules", Place::Heading("messages".to_owned()), told);
        let told = "rules has no heading \"Messages (in)\"; it has \"Messages\"";
        missing("rules", Place::Heading("Messages (in)".to_owned()), told);
        assert!(!spec.has_id("C3") && !spec.has_id("id"));
    }
}
