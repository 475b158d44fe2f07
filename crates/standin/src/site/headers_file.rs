//! `_headers` of a site folder: response headers for pages that need a CSP, an `Origin-Trial` and so on.
//!
//! ```text
//! # a comment
//! /csp/*
//!   Content-Security-Policy: script-src 'self' http://127.0.0.1:4802
//! ```
//!
//! A line without indentation is a path, `*` in it stands for anything; indented lines are headers for
//! it. All rules that match apply; several headers of one name are all sent.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The rules of one file.
#[derive(Debug, Default)]
pub(crate) struct HeaderRules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl HeaderRules {
    /// Reads a file; the error is a sentence with the line's number.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut rules: Vec<Rule> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if !line.starts_with([' ', '\t']) {
                if !content.starts_with('/') {
                    return Err(format!("_headers line {}: a path begins with /", at + 1));
                }
                rules.push(Rule {
                    path: content.into(),
                    headers: Vec::new(),
                });
                continue;
            }
            let rule = rules.last_mut();
            let rule = rule.ok_or(format!(
                "_headers line {}: a header before any path",
                at + 1
            ))?;
            let header = header(content);
            rule.headers
                .push(header.ok_or(format!("_headers line {}: not `Name: value`", at + 1))?);
        }
        Ok(Self(rules))
    }

    /// Puts the headers of all rules for a path into an answer; they replace the server's own.
    pub(crate) fn apply(&self, path: &str, headers: &mut HeaderMap) {
        let rules = self.0.iter().filter(|rule| matches(&rule.path, path));
        let wanted: Vec<_> = rules.flat_map(|rule| &rule.headers).collect();
        for (name, _) in &wanted {
            headers.remove(name);
        }
        for (name, value) in wanted {
            headers.append(name, value.clone());
        }
    }
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().parse().ok()?, value.trim().parse().ok()?))
}

// The parts between the stars must come in this order; the first and the last are anchored.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(mut left) = path.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, path) in [
            ("/a", "/a"),
            ("/*", "/"),
            ("/*", "/a/b"),
            ("/a/*", "/a/"),
            ("/*.html", "/a/b.html"),
            ("/a*b*c", "/a-b-b-c"),
            ("/a*b*c", "/abc"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/a", "/a/"),
            ("/a/*", "/a"),
            ("/*.html", "/a.htm"),
            ("/a*b*c", "/ac"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn rules_add_up_and_replace_what_the_server_says() {
        let rules = HeaderRules::parse(
            "# all\n/*\n  Cache-Control: max-age=1\n  Link: <a>\n\n/x.html\n\tLink: <b>\n",
        )
        .unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", "no-store".parse().unwrap());
        rules.apply("/x.html", &mut headers);
        assert_eq!(headers["cache-control"], "max-age=1");
        assert_eq!(
            headers.get_all("link").iter().collect::<Vec<_>>(),
            ["<a>", "<b>"]
        );
    }

    #[test]
    fn mistakes_name_their_line() {
        let refused = |text| HeaderRules::parse(text).unwrap_err();
        assert_eq!(refused("x.html\n"), "_headers line 1: a path begins with /");
        assert_eq!(
            refused("\n  A: b\n"),
            "_headers line 2: a header before any path"
        );
        assert_eq!(
            refused("/\n  nonsense\n"),
            "_headers line 2: not `Name: value`"
        );
    }
}
