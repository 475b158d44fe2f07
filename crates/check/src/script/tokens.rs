//! Tokens of JavaScript, as far as finding calls needs them: strings, comments, templates and regular expressions are
//! told apart from code. Tolerant: what does not end, ends with the text, and nothing is an error.

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A name or keyword.
    Name(String),
    /// A string literal without escapes resolved beyond `\x`, `\u` and line breaks left out: its text.
    Text(String),
    /// A part of a template literal that stands between its marks and `${…}`.
    Template,
    Number,
    Regex,
    /// A single character of punctuation.
    Mark(char),
}

/// A token, the line on which it begins (from 1), and whether a line break stands before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: u64,
    pub(crate) new_line: bool,
}

/// Names behind which a `/` begins a regular expression.
const BEFORE_REGEX: [&str; 9] = [
    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new",
];

/// In bytes; what goes on is a division after all, so that many a `/` does not make reading take long.
const LONGEST_REGEX: usize = 4096;

/// The tokens of a script.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        new_line: true,
        tokens: Vec::new(),
        templates: Vec::new(),
    };
    while reader.step() {}
    reader.tokens
}

struct Reader<'a> {
    rest: &'a str,
    line: u64,
    new_line: bool,
    tokens: Vec<Token>,
    /// For each `${` that is open: the braces that are open inside.
    templates: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        match first {
            _ if first.is_whitespace() => {
                self.take(first.len_utf8());
            }
            _ if self.rest.starts_with("//") || self.rest.starts_with("<!--") => {
                self.line_comment()
            }
            _ if self.new_line && self.rest.starts_with("-->") => self.line_comment(),
            _ if self.rest.starts_with("/*") => {
                let end = self.rest[2..]
                    .find("*/")
                    .map_or(self.rest.len(), |at| at + 4);
                self.take(end);
            }
            '"' | '\'' => self.string(first),
            '`' => {
                self.take(1);
                self.template();
            }
            '/' if self.begins_regex() => self.regex(),
            _ if first.is_ascii_digit() => self.word(|_| Kind::Number),
            _ if is_name(first) || first == '\\' => self.word(|text| Kind::Name(text.to_owned())),
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.take(1);
                self.template();
            }
            _ => {
                match (first, self.templates.last_mut()) {
                    ('{', Some(open)) => *open += 1,
                    ('}', Some(open)) => *open -= 1,
                    _ => {}
                }
                self.push(Kind::Mark(first), first.len_utf8());
            }
        }
        true
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        let breaks = taken.matches('\n').count() as u64;
        self.line += breaks;
        self.new_line |= breaks > 0;
        taken
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let (line, new_line) = (self.line, self.new_line);
        self.take(length);
        self.new_line = false;
        self.tokens.push(Token {
            kind,
            line,
            new_line,
        });
    }

    fn line_comment(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.take(end);
    }

    fn string(&mut self, quote: char) {
        let mut text = String::new();
        let mut escaped = false;
        let mut length = self.rest.len();
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => {
                    escaped = false;
                    if c != '\n' {
                        text.push(c);
                    }
                }
                '\\' => escaped = true,
                _ if c == quote => {
                    length = at + 1;
                    break;
                }
                // A string does not go over a line: what looked like one was none.
                '\n' => {
                    length = at;
                    break;
                }
                _ => text.push(c),
            }
        }
        self.push(Kind::Text(text), length);
    }

    /// The part of a template up to its end or to the next `${`.
    fn template(&mut self) {
        let mut escaped = false;
        let mut length = self.rest.len();
        let mut inside = false;
        for (at, c) in self.rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' => {
                    length = at + 1;
                    break;
                }
                '$' if self.rest[at..].starts_with("${") => {
                    length = at + 2;
                    inside = true;
                    break;
                }
                _ => {}
            }
        }
        self.push(Kind::Template, length);
        if inside {
            self.templates.push(0);
        }
    }

    fn begins_regex(&self) -> bool {
        match self.tokens.last().map(|token| &token.kind) {
            None => true,
            Some(Kind::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
            Some(Kind::Name(name)) => BEFORE_REGEX.contains(&name.as_str()),
            Some(_) => false,
        }
    }

    fn regex(&mut self) {
        let (mut escaped, mut in_class) = (false, false);
        let mut length = None;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                '\n' => break,
                _ if at > LONGEST_REGEX => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    length = Some(at + 1);
                    break;
                }
                _ => {}
            }
        }
        match length {
            Some(length) => self.push(Kind::Regex, length),
            // It was a division after all.
            None => self.push(Kind::Mark('/'), 1),
        }
    }

    fn word(&mut self, kind: impl FnOnce(&str) -> Kind) {
        let after = |c: char| !is_name(c) && c != '\\';
        let length = self.rest.find(after).unwrap_or(self.rest.len());
        self.push(kind(&self.rest[..length]), length);
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$') || (!c.is_ascii() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let names = tokens(text)
            .into_iter()
            .filter_map(|token| match token.kind {
                Kind::Name(name) => Some(name),
                _ => None,
            });
        names.collect()
    }

    #[test]
    fn names_in_strings_comments_and_regular_expressions_are_no_code() {
        for text in [
            "a; // no\nb",
            "a /* no\nno */ b",
            "a <!-- no\n--> no\nb",
            "a = 'no\\' no'; b",
            "a = \"// no\"; b",
            "a = /no['\"]no/; b",
            "a(/[/]no/, b)",
            "a = `no\\`no`; b",
        ] {
            assert_eq!(names(text), ["a", "b"], "{text}");
        }
        assert_eq!(names("a = 4 / b / c"), ["a", "b", "c"]);
        assert_eq!(
            names("x = `no ${a + `no ${{ k: b }.k}`} no`; c"),
            ["x", "a", "k", "b", "k", "c"]
        );
    }

    #[test]
    fn lines_are_counted_and_broken_code_ends() {
        let read = tokens("a\n'x\n b /* c\n\nd");
        let lines: Vec<u64> = read.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 2, 3]);
        for text in ["`a ${", "\"\\", "/[", "}}`", "${", "`${`${", "é=\u{2028}1"] {
            tokens(text);
        }
    }
}
