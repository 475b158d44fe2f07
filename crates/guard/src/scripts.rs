//! Paths through scripts of the origin: `/index.php/articles/1` may be the page `/articles/1`.
//!
//! Rules, "Paths": a path with a segment `*.php` and more behind it is read as it stands, without that segment, and cut
//! behind it; a last `index.php` also as its directory.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::patterns::Reading;

/// The most readings that are looked at; a path with more has no meaning that servers agree about.
const MOST: usize = 16;

/// The segments of a path that make other readings of it, in lower case.
pub(crate) fn scripts(path: &Reading) -> Vec<String> {
    let segments: Vec<&str> = path.with_case().split('/').collect();
    let places = places(&segments);
    places.map(|at| segments[at].to_ascii_lowercase()).collect()
}

/// Every other reading of a path; `None` where there are too many.
pub(crate) fn other_readings(path: &Reading) -> Option<Vec<Reading>> {
    let mut texts = Vec::from([path.with_case().to_owned()]);
    let mut next = 0;
    while let Some(text) = texts.get(next) {
        for other in one_step(text) {
            if !texts.contains(&other) {
                texts.push(other);
            }
        }
        if texts.len() > MOST {
            return None;
        }
        next += 1;
    }
    Some(texts.into_iter().skip(1).map(Reading::of_normal).collect())
}

fn one_step(path: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let mut others = Vec::new();
    for at in places(&segments) {
        let (before, behind) = (&segments[..at], &segments[at + 1..]);
        match behind.is_empty() {
            true => others.push(before.join("/")),
            false => {
                others.push([before, behind].concat().join("/"));
                others.push(segments[..=at].join("/"));
            }
        }
    }
    others
}

fn places(segments: &[&str]) -> impl Iterator<Item = usize> {
    let last = segments.len() - 1;
    (0..=last).filter(move |&at| {
        let name = segments[at].to_ascii_lowercase();
        name == "index.php" || (name.ends_with(".php") && at < last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(path: &str) -> Option<Vec<String>> {
        let others = other_readings(&Reading::of(path).unwrap())?;
        Some(
            others
                .iter()
                .map(|other| other.with_case().to_owned())
                .collect(),
        )
    }

    #[test]
    fn c71_a_script_may_be_the_page_behind_it() {
        let others = |path| readings(path).unwrap();
        assert_eq!(others("/index.php/a/1"), ["/a/1", "/index.php", ""]);
        assert_eq!(others("/x/View.PHP/a"), ["/x/a", "/x/View.PHP"]);
        assert_eq!(others("/a/index.php"), ["/a"]);
        assert_eq!(others("/view.php"), [""; 0]);
        assert_eq!(others("/a.php.html/b"), [""; 0]);
        assert_eq!(
            others("/a.php/b.php/c"),
            [
                "/b.php/c",
                "/a.php",
                "/a.php/c",
                "/a.php/b.php",
                "/c",
                "/b.php"
            ]
        );
    }

    #[test]
    fn too_many_readings_are_none() {
        assert_eq!(readings(&"/index.php/a.php".repeat(9)), None);
    }
}
