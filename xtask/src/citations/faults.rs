//! `docs/faults.md`: each row of `cases.md` with the runtimes that it is tried in, and the files of its tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The file, made by `cargo xtask citations --write`.
pub(super) const FILE: &str = "docs/faults.md";

/// The list of what an engine can't do: where there is one, the page tests run in several.
const ENGINES: &str = "tests/e2e/driver/cannot.json";

/// The runtimes of a test by the beginning of its file's name; the first that fits counts.
const RUNTIMES: [(&str, &[&str]); 31] = [
    ("tests/e2e/", &["page"]),
    ("tests/wasm_", &["core in Chromium"]),
    ("tests/mutations/", &["guard", "guard in Node"]),
    ("tests/servers/axum", &["layer"]),
    ("tests/servers/caddy", &["Caddy"]),
    ("tests/servers/gate", &["gate"]),
    ("tests/servers/mutations", &["guard", "guard in Node"]),
    ("tests/servers/nginx", &["nginx"]),
    ("tests/servers/real-service", &["CLI"]),
    ("tests/servers/traefik", &["Traefik"]),
    ("tests/servers/verdicts", &["layer", "nginx"]),
    ("tests/servers/", &["nginx", "Caddy", "Traefik"]),
    ("tests/consumers/server-runtimes", &["Node", "Deno", "Bun"]),
    ("tests/consumers/server", &["Node"]),
    ("tests/consumers/worker", &["workerd"]),
    ("tests/consumers/", &["page of a built project"]),
    ("tests/types/", &["TypeScript"]),
    ("tests/", &["core"]),
    ("src/", &["core"]),
    ("crates/guard/tests/wasm_", &["guard in Chromium"]),
    // Included natively and in the browser.
    (
        "crates/guard/tests/server/",
        &["guard", "guard in Chromium"],
    ),
    ("crates/guard/", &["guard"]),
    ("crates/gate/tests/server/", &["gate"]),
    ("crates/gate/", &["layer"]),
    ("crates/client/tests/core/", &["client", "client in Node"]),
    ("crates/client/tests/node", &["client in Node"]),
    ("crates/client/", &["client"]),
    ("crates/login/", &["log-in"]),
    ("crates/teaser/", &["teaser"]),
    ("crates/cli/", &["CLI"]),
    ("crates/standin/", &["stand-in"]),
];

/// Files of tests by the row that they name.
pub(super) type Tests = BTreeMap<String, BTreeSet<String>>;

/// A row of `cases.md`.
struct Row<'a> {
    id: &'a str,
    expected: &'a str,
}

/// Tells a file whose runtime is known; others are no tests, though they may speak of rows.
pub(super) fn has_runtime(name: &str) -> bool {
    runtimes(name).is_some()
}

fn runtimes(name: &str) -> Option<&'static [&'static str]> {
    let is_code = [".rs", ".mjs", ".js", ".ts", ".tsx"];
    let mut table = RUNTIMES.iter();
    let fits = table.find(|(beginning, _)| name.starts_with(beginning));
    fits.filter(|_| is_code.iter().any(|end| name.ends_with(end)))
        .map(|(_, runtimes)| *runtimes)
}

/// Complaints about rows that no test names.
pub(super) fn complaints(cases: &str, tests: &Tests) -> Vec<String> {
    rows(cases)
        .iter()
        .filter(|row| !tests.contains_key(row.id))
        .map(|row| format!("docs/spec/cases.md: no test names {}", row.id))
        .collect()
}

/// The whole file. `engines` says whether the page tests run in several engines.
pub(super) fn document(cases: &str, tests: &Tests, engines: bool) -> String {
    let page = if engines {
        "*page* is a page in Chromium, and in Firefox and WebKitGTK where\n`tests/e2e/driver/cannot.json` does not say that they can't"
    } else {
        "*page* is a page in Chromium"
    };
    let mut text = format!(
        "# Faults and cases, and where they are tried\n\n\
         Made from the names of tests by `cargo xtask citations --write`; `cargo xtask test lint` fails where it is not\n\
         fresh. Each test carries the id of its row (`docs/spec/cases.md`) in its name.\n\n\
         Runtimes: {page};\n\
         *core* and *guard* are the crates natively, and their modules *in Chromium* or *in Node*; *gate* is the program,\n\
         *layer* the tower layer.\n\n\
         | row | expected | runtimes | tests |\n| --- | --- | --- | --- |\n"
    );
    let nothing = BTreeSet::new();
    for row in rows(cases) {
        let files = tests.get(row.id).unwrap_or(&nothing);
        let runtimes: BTreeSet<&str> = files
            .iter()
            .filter_map(|file| runtimes(file))
            .flatten()
            .copied()
            .collect();
        let (runtimes, tests) = if files.is_empty() {
            ("none".to_owned(), "waits for a test".to_owned())
        } else {
            let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
            (
                runtimes.into_iter().collect::<Vec<_>>().join(", "),
                files.join(", "),
            )
        };
        let (id, expected) = (row.id, row.expected);
        // Writing to a String can't fail.
        let _ = writeln!(text, "| {id} | {expected} | {runtimes} | {tests} |");
    }
    text
}

/// Tells that the page tests run in several engines.
pub(super) fn has_engines() -> bool {
    crate::root().join(ENGINES).is_file()
}

fn rows(cases: &str) -> Vec<Row<'_>> {
    let lines = cases.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let (id, rest) = cells.split_once(" | ")?;
        let (_, expected) = rest.rsplit_once(" | ")?;
        let is_id = id.bytes().any(|byte| byte.is_ascii_digit());
        is_id.then_some(Row { id, expected })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = "| id | fault | expected |\n| --- | --- | --- |\n| F1 | refused | kept |\n\
                         | C79 | late \\| early | no error |\n| C2 | a, `b | c` | allow |\n";

    fn tests(named: &[(&str, &str)]) -> Tests {
        let mut tests = Tests::new();
        for (id, file) in named {
            let files = tests.entry((*id).to_owned()).or_default();
            files.insert((*file).to_owned());
        }
        tests
    }

    #[test]
    fn rows_have_runtimes_and_tests_or_wait_for_one() {
        let named = [
            ("F1", "tests/e2e/a.test.mjs"),
            ("F1", "crates/gate/tests/layer.rs"),
            ("C2", "tests/consumers/server-runtimes.test.mjs"),
        ];
        let document = document(CASES, &tests(&named), false);
        let rows: Vec<&str> = document
            .lines()
            .skip_while(|line| !line.starts_with("| F"))
            .collect();
        assert_eq!(
            rows,
            [
                "| F1 | kept | layer, page | `crates/gate/tests/layer.rs`, `tests/e2e/a.test.mjs` |",
                "| C79 | no error | none | waits for a test |",
                "| C2 | allow | Bun, Deno, Node | `tests/consumers/server-runtimes.test.mjs` |",
            ]
        );
    }

    #[test]
    fn rows_without_tests_are_complained_about() {
        let complaints = complaints(CASES, &tests(&[("C2", "src/a.rs"), ("C79", "src/a.rs")]));
        assert_eq!(complaints, ["docs/spec/cases.md: no test names F1"]);
    }

    #[test]
    fn only_code_in_known_places_is_a_test() {
        assert!(has_runtime("src/pass.rs") && has_runtime("tests/shared/verdicts.mjs"));
        assert!(!has_runtime("docs/spec/cases.md") && !has_runtime("tests/vectors/SOURCES.md"));
        assert!(!has_runtime("xtask/src/main.rs"));
    }
}
