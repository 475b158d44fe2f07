//! Reads from the output of a test run how many tests passed and failed, and what it says of those that failed.

use std::ops::AddAssign;

/// The numbers of tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, more: Count) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// The writer of the output.
#[derive(Clone, Copy)]
pub(crate) enum Reporter {
    /// `cargo test`, natively and in the browser: one `test result:` line for each test file.
    Rust,
    /// `node --test`: one line for each sort of result at the end.
    Node,
}

impl Reporter {
    /// The numbers that a line adds to the count; nothing for most lines.
    pub(crate) fn count(self, line: &str) -> Count {
        let line = without_colours(line);
        match self {
            Reporter::Rust => rust(&line),
            Reporter::Node => node(&line),
        }
        .unwrap_or_default()
    }
}

/// What a test run says of its failed tests, to be said again where a long log ends.
pub(crate) struct Failures {
    reporter: Reporter,
    is_among: bool,
    lines: Vec<String>,
}

impl Failures {
    /// The most lines that are kept; a tool that shows the end of a log shows hardly more.
    const MOST: usize = 80;

    pub(crate) fn new(reporter: Reporter) -> Self {
        Self {
            reporter,
            is_among: false,
            lines: Vec::new(),
        }
    }

    /// Takes the next line of the output.
    pub(crate) fn line(&mut self, line: &str) {
        let line = without_colours(line);
        let (first, end) = match self.reporter {
            Reporter::Rust => ("failures:", Some("test result: ")),
            Reporter::Node => ("✖ failing tests:", None),
        };
        if end.is_some_and(|end| line.starts_with(end)) {
            self.is_among = false;
        }
        if self.is_among && !line.trim().is_empty() && self.lines.len() < Self::MOST {
            self.lines.push(line.clone());
        }
        self.is_among |= line == first;
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// `test result: ok. 3 passed; 0 failed; …`
fn rust(line: &str) -> Option<Count> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |name: &str| {
        numbers
            .split("; ")
            .find_map(|part| part.strip_suffix(name)?.trim_end().parse().ok())
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
    })
}

/// `# pass 3` in the form `tap`, `ℹ pass 3` in the form `spec`.
fn node(line: &str) -> Option<Count> {
    let mut words = line.strip_prefix(['#', 'ℹ'])?.split_whitespace();
    let (name, number) = (words.next()?, words.next()?.parse().ok()?);
    match (name, words.next()) {
        ("pass", None) => Some(Count {
            passed: number,
            failed: 0,
        }),
        // A test is cancelled when the one around it ended before it.
        ("fail" | "cancelled", None) => Some(Count {
            passed: 0,
            failed: number,
        }),
        _ => None,
    }
}

fn without_colours(line: &str) -> String {
    let mut pieces = line.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + piece.split_once('m').map_or(piece, |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn counts(reporter: Reporter, line: &str, passed: usize, failed: usize) {
        assert_eq!(reporter.count(line), Count { passed, failed }, "{line}");
    }

    #[test]
    fn lines_of_cargo() {
        let rest = "0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        counts(
            Reporter::Rust,
            &format!("test result: ok. 12 passed; 0 failed; {rest}"),
            12,
            0,
        );
        counts(
            Reporter::Rust,
            &format!("test result: FAILED. 11 passed; 2 failed; {rest}"),
            11,
            2,
        );
        counts(
            Reporter::Rust,
            "test result: \x1b[32mok\x1b[0m. 3 passed; 1 failed; 0 ignored",
            3,
            1,
        );
        counts(Reporter::Rust, "test pass::counts ... ok", 0, 0);
        counts(
            Reporter::Rust,
            "  test result: ok. 12 passed; 0 failed",
            0,
            0,
        );
    }

    #[test]
    fn lines_of_node() {
        counts(Reporter::Node, "ℹ pass 5", 5, 0);
        counts(Reporter::Node, "# pass 5", 5, 0);
        counts(Reporter::Node, "\x1b[34mℹ fail 2\x1b[39m", 0, 2);
        counts(Reporter::Node, "ℹ cancelled 1", 0, 1);
        counts(Reporter::Node, "ℹ skipped 4", 0, 0);
        counts(Reporter::Node, "ℹ tests 8", 0, 0);
        counts(Reporter::Node, "# pass 5 of the readers", 0, 0);
    }

    #[test]
    fn each_reporter_reads_only_its_own_lines() {
        counts(
            Reporter::Node,
            "test result: ok. 12 passed; 0 failed; 0 ignored",
            0,
            0,
        );
        counts(Reporter::Rust, "# pass 5", 0, 0);
    }

    fn failures(reporter: Reporter, output: &str) -> Vec<String> {
        let mut failures = Failures::new(reporter);
        output.lines().for_each(|line| failures.line(line));
        failures.into_lines()
    }

    #[test]
    fn failures_are_what_the_reporters_say_of_them() {
        let of_node = "✖ a log-out (5ms)\nℹ fail 1\n\n\x1b[31m✖ failing tests:\x1b[39m\n\ntest at a.mjs:5:1\n✖ a log-out (5ms)\n  Error: late";
        assert_eq!(
            failures(Reporter::Node, of_node),
            ["test at a.mjs:5:1", "✖ a log-out (5ms)", "  Error: late"]
        );
        let of_cargo = "test a ... FAILED\n\nfailures:\n\n---- a stdout ----\nlate\n\nfailures:\n    a\n\ntest result: FAILED. 0 passed; 1 failed\ntest b ... ok";
        assert_eq!(
            failures(Reporter::Rust, of_cargo),
            ["---- a stdout ----", "late", "failures:", "    a"]
        );
        let many = "✖ failing tests:\n".to_owned() + &"line\n".repeat(1000);
        assert_eq!(failures(Reporter::Node, &many).len(), Failures::MOST);
    }
}
