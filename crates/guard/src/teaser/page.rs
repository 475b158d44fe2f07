//! Which pages can be rewritten, and what is written into those that something else than a pass opened.

use alloc::string::String;

/// How much of a page is read, and how much of it held, until its gated element is found, in bytes.
pub const MAX_HEAD: usize = 512 * 1024;

/// Tells the page's own wall that something else than a pass opened it (documented surface, section 7).
/// It stands first in `<head>`.
pub const MARK: &str = "<meta name=\"iteras-gate\" content=\"open\">";

/// The encoding that a `Content-Type` names, `utf-8` when it names none; `None` when it is not HTML.
pub fn html_charset(content_type: &str) -> Option<&str> {
    let mut parts = content_type.split(';');
    if !parts.next()?.trim().eq_ignore_ascii_case("text/html") {
        return None;
    }
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let named = name.trim().eq_ignore_ascii_case("charset");
        named.then(|| value.trim().trim_matches('"'))
    });
    Some(charset.unwrap_or("utf-8"))
}

/// The encoding that a `<meta>` names.
pub(super) fn meta_charset<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    if let Some(label) = get("charset") {
        return Some(label.into());
    }
    let by_type = get("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("content-type"));
    let content = get("content").filter(|_| by_type)?.to_ascii_lowercase();
    let (_, label) = content.split_once("charset=")?;
    Some(label.split(';').next()?.trim().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_type_names_an_encoding_or_the_usual_one() {
        assert_eq!(html_charset("text/html"), Some("utf-8"));
        assert_eq!(
            html_charset("Text/HTML ; x=1; Charset=\"big5\""),
            Some("big5")
        );
        for other in [
            "",
            "text/plain",
            "application/xhtml+xml",
            "text/html+x",
            "x; text/html",
        ] {
            assert_eq!(html_charset(other), None, "{other}");
        }
    }

    #[test]
    fn a_meta_names_one_in_two_ways() {
        let meta = |attributes: &'static [(&str, &str)]| {
            let get = |name: &str| {
                attributes
                    .iter()
                    .find(|(key, _)| *key == name)
                    .map(|(_, value)| *value)
            };
            meta_charset(get)
        };
        assert_eq!(meta(&[("charset", "latin1")]).as_deref(), Some("latin1"));
        let by_type = &[
            ("http-equiv", "Content-Type"),
            ("content", "text/html; CHARSET=big5; x"),
        ];
        assert_eq!(meta(by_type).as_deref(), Some("big5"));
        assert_eq!(meta(&[("content", "text/html; charset=big5")]), None);
    }
}
