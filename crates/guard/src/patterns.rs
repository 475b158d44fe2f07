//! Patterns for paths: `/articles/*`.
//!
//! ```
//! use iteras_guard::patterns::{Pattern, Reading};
//!
//! let pattern = Pattern::parse("/articles/*").unwrap();
//! let reading = |path| Reading::of(path).unwrap();
//! assert!(pattern.fits(&reading("/articles/2026/fog")) && pattern.fits(&reading("/Articles")));
//! assert!(!pattern.fits_with_case(&reading("/Articles/fog")));
//! ```
//!
//! A pattern begins with `/`; a `*` stands for any characters, slashes too; one trailing slash makes no difference, and
//! `/a/*` fits `/a` as well. Patterns and paths are compared in normal form (see [`paths`](crate::paths)), with those
//! escapes undone that mean the same to every server: `/c%2b%2b/` is `/c++/`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::paths::{folded, has_high_escapes, lowered, normal_path};

/// A path that is compared with patterns, in all of its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    kept: String,
    folded: String,
    /// In lower case, where that is another text than in NFC: an accent may stand right behind what a pattern says.
    lowered: Option<String>,
}

impl Reading {
    /// The path of a request; `None` where it has no normal form.
    pub fn of(path: &str) -> Option<Self> {
        normal_path(path).map(Self::of_normal)
    }

    /// A path in normal form.
    pub(crate) fn of_normal(path: String) -> Self {
        let path = strip_slash(&path);
        let folded = plain(&folded(path));
        let lowered = has_high_escapes(path).then(|| plain(&lowered(path)));
        let lowered = lowered.filter(|lowered| *lowered != folded);
        Self {
            kept: plain(path),
            folded,
            lowered,
        }
    }

    /// The path with its case kept, without a slash at its end.
    pub(crate) fn with_case(&self) -> &str {
        &self.kept
    }

    /// The same, with the slash that the root has.
    pub(crate) fn with_case_or_root(&self) -> &str {
        if self.kept.is_empty() {
            "/"
        } else {
            &self.kept
        }
    }
}

/// A pattern for paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    kept: Glob,
    folded: Glob,
}

impl Pattern {
    /// Reads a pattern; `None` for one that no path in normal form could fit: without a slash at its beginning, with a
    /// dot segment, `%2f`, `;`, `?`, …
    pub fn parse(text: &str) -> Option<Self> {
        let normal =
            normal_path(text).filter(|_| !text.contains([';', '\n']) && !text.contains("//"))?;
        let normal = strip_slash(&normal);
        Some(Self {
            kept: Glob::new(normal, plain),
            folded: Glob::new(normal, |part| plain(&folded(part))),
        })
    }

    /// The pattern with its case kept, its escapes as they are compared.
    pub(crate) fn text(&self) -> String {
        self.kept.text()
    }

    /// Tells whether a path fits in NFC and lower case, as protecting rules compare; also one whose accents are
    /// written apart from their letters, as it stands.
    pub fn fits(&self, path: &Reading) -> bool {
        let as_written = || {
            path.lowered
                .as_ref()
                .is_some_and(|path| self.folded.fits(path))
        };
        self.folded.fits(&path.folded) || as_written()
    }

    /// Tells whether a path fits with its case kept, as open rules compare.
    pub fn fits_with_case(&self, path: &Reading) -> bool {
        self.kept.fits(&path.kept)
    }

    /// Tells whether a segment of the pattern is this very text, in lower case.
    pub(crate) fn names(&self, segment: &str) -> bool {
        self.folded.text().split('/').any(|own| own == segment)
    }

    /// Tells whether every path that fits `other` fits this one, case apart.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        // Only a star of ours takes a star of theirs.
        self.folded.fits(&other.folded.text())
    }

    /// The text before the first star, in lower case.
    pub(crate) fn beginning(&self) -> &str {
        &self.folded.first
    }

    /// The whole text with a slash behind it, in lower case. Any pattern that covers this one has a beginning of it
    /// as its own: the slash is for `/a/*`, which covers `/a`.
    pub(crate) fn folder(&self) -> String {
        self.folded.text() + "/"
    }
}

/// `first*rest[0]*rest[1]…`
#[derive(Clone, Debug, PartialEq, Eq)]
struct Glob {
    first: String,
    rest: Vec<String>,
}

impl Glob {
    // An escaped star, `%2a`, is no star: the text is cut before its escapes are undone.
    fn new(normal: &str, form: impl Fn(&str) -> String) -> Self {
        let mut parts = normal.split('*').map(form);
        Self {
            first: parts.next().unwrap_or_default(),
            rest: parts.collect(),
        }
    }

    fn text(&self) -> String {
        self.rest
            .iter()
            .fold(self.first.clone(), |text, part| text + "*" + part)
    }

    /// A pattern that ends in `/*` fits its folder too, as though it ended before the slash.
    fn fits(&self, path: &str) -> bool {
        let is_folder = || match &self.rest[..] {
            [last] if last.is_empty() => self.first.strip_suffix('/') == Some(path),
            [middle @ .., before, last] if last.is_empty() => {
                let end = before.strip_suffix('/');
                end.is_some_and(|end| self.fits_whole(middle, end, path))
            }
            _ => false,
        };
        let fits = match self.rest.split_last() {
            Some((last, middle)) => self.fits_whole(middle, last, path),
            None => self.first == path,
        };
        fits || is_folder()
    }

    // Leftmost matches are enough, since a star takes anything.
    fn fits_whole(&self, middle: &[String], last: &str, path: &str) -> bool {
        let Some(mut path) = path.strip_prefix(self.first.as_str()) else {
            return false;
        };
        for part in middle {
            match path.split_once(part.as_str()) {
                Some((_, behind)) => path = behind,
                None => return false,
            }
        }
        path.ends_with(last)
    }
}

fn strip_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// Undoes the escapes of those characters that may stand in a path as they are.
fn plain(normal: &str) -> String {
    if !normal.contains('%') {
        return normal.to_owned();
    }
    "!$&'()+,:=@*"
        .chars()
        .fold(normal.to_owned(), |path, letter| {
            let escape = format!("%{:02x}", u32::from(letter));
            path.replace(&escape, letter.encode_utf8(&mut [0; 4]))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fits(pattern: &str, path: &str) -> [bool; 2] {
        let (pattern, path) = (Pattern::parse(pattern).unwrap(), Reading::of(path).unwrap());
        [pattern.fits(&path), pattern.fits_with_case(&path)]
    }

    #[test]
    fn stars_take_anything() {
        for (pattern, path) in [
            ("/*", "/"),
            ("/*", "/a/b/"),
            ("/a/*", "/a"),
            ("/a/*", "/a/"),
            ("/a", "/a/"),
            ("/a/", "/a"),
            ("/a*c", "/ab/bc"),
            ("/*/b/*", "/x/y/b/c"),
            ("/*/b/*", "/x/y/b"),
            ("/*/*", "/x/"),
            ("/*.html", "/x/y.html"),
            ("/c++/*", "/c%2B%2b/x"),
        ] {
            assert_eq!(fits(pattern, path), [true, true], "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/a", "/ab"),
            ("/a/*", "/ab"),
            ("/a*a", "/a"),
            ("/*/b/*", "/x/yb"),
            ("/*/b/*", "/b"),
            ("/*.html", "/x.html/y"),
            ("/a%2ab", "/axb"),
        ] {
            assert_eq!(fits(pattern, path), [false, false], "{pattern} {path}");
        }
        assert_eq!(fits("/a%2ab", "/a*b"), [true, true]);
    }

    #[test]
    fn c71_case_counts_only_where_it_is_asked_for() {
        for (pattern, path) in [
            ("/a/\u{f8}", "/A/\u{d8}"),
            ("/A/*", "/a/1"),
            ("/\u{e5}", "/a\u{30a}"),
        ] {
            assert_eq!(fits(pattern, path), [true, false], "{pattern} {path}");
        }
        assert_eq!(fits("/A/\u{d8}", "/A/%C3%98"), [true, true]);
    }

    #[test]
    fn a_pattern_that_nothing_could_fit_is_none() {
        for odd in [
            "", "a", "/a%2fb", "/a/../b", "/a;b", "/a?b", "/a#b", "/a b", "//a", "/%",
        ] {
            assert_eq!(Pattern::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_covers_another_pattern_fits_all_that_it_does() {
        let covers = |one, other| {
            Pattern::parse(one)
                .unwrap()
                .covers(&Pattern::parse(other).unwrap())
        };
        for (one, other) in [
            ("/*", "/a/*"),
            ("/a/*", "/a"),
            ("/a/*", "/A/*/b"),
            ("/a", "/a/"),
            ("/*b", "/a*b"),
        ] {
            assert!(covers(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("/a/*", "/*"),
            ("/a", "/a/*"),
            ("/*b", "/b*"),
            ("/a/b*", "/a/*"),
        ] {
            assert!(!covers(one, other), "{one} {other}");
        }
    }
}
