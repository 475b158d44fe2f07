//! The parts of a page that are dropped wherever they stand: the places where frameworks keep a second copy of the
//! article. Plain functions of names and texts, and HTML's own facts about names.

use crate::tree::{Element, is_void};

/// The longest inline script and attribute that is kept, in bytes.
pub(super) const MAX_INLINE: usize = 2048;

/// Scripts of these types run; all others are data blocks (HTML standard, section 4.12.1).
pub(super) fn is_program(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or("").trim().to_ascii_lowercase();
    matches!(
        kind.as_str(),
        "" | "module"
            | "text/javascript"
            | "application/javascript"
            | "application/ecmascript"
            | "application/x-javascript"
            | "text/ecmascript"
    )
}

/// Tells short inline scripts that carry a framework's copy of the page.
pub(super) fn is_copy(script: &str) -> bool {
    const COPIES: [&str; 14] = [
        "__next",
        "__nuxt",
        "__apollo",
        "__initial",
        "__preloaded",
        "__data",
        "__remix",
        "__sveltekit",
        "__gatsby",
        "__redux",
        "__relay",
        "__reactroutercontext",
        "$_tsr",
        "articlebody",
    ];
    let script = script.to_ascii_lowercase();
    COPIES.iter().any(|copy| script.contains(copy))
}

/// Elements whose content never shows with scripts, or is another document: dropped in the whole page.
pub(super) fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "template" | "noscript" | "noembed" | "noframes" | "xmp" | "plaintext"
    )
}

/// The longest `content` of a `<meta>` that is kept, in characters.
const MAX_META: usize = 320;

/// Tells a `<meta>` that holds the article, or as much text as only an article has. A policy may be as long as
/// it has to be: without it the page would be less safe.
pub(super) fn holds_article(meta: &Element) -> bool {
    let is_text = |prop: &str| prop.eq_ignore_ascii_case("articleBody") || prop == "text";
    let itemprop = meta.get("itemprop").unwrap_or("");
    let is_policy = meta
        .get("http-equiv")
        .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
    let is_long = meta
        .get("content")
        .is_some_and(|content| content.chars().nth(MAX_META).is_some());
    itemprop.split_ascii_whitespace().any(is_text) || (is_long && !is_policy)
}

/// Tells parts of the page that React streamed in, to be moved where they belong.
pub(super) fn is_streamed_copy(element: &Element) -> bool {
    element.get("hidden").is_some() && element.get("id").is_some_and(|id| id.starts_with("S:"))
}

/// Tells elements that can show an article.
pub(super) fn can_be_gated(element: &Element) -> bool {
    let name = element.local();
    element.is_html()
        && !(is_void(name) || is_hidden(name) || is_out_of_place(name) || name == "iframe")
}

/// Elements that are dropped inside the gated element besides.
pub(super) fn is_out_of_place(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "textarea"
            | "input"
            | "select"
            | "option"
            | "datalist"
            | "object"
            | "embed"
            | "param"
            | "link"
            | "meta"
            | "base"
            | "frame"
            | "frameset"
            | "dialog"
            | "slot"
            | "math"
            | "canvas"
            | "title"
    )
}

/// Elements that show something without text.
pub(super) fn is_picture(name: &str) -> bool {
    matches!(
        name,
        "img" | "picture" | "video" | "audio" | "iframe" | "svg"
    )
}

/// Tells attributes that are dropped outside of the gated element.
pub(super) fn is_data(name: &str, value: &str) -> bool {
    if name == "srcdoc" {
        return true;
    }
    let start = value.trim_ascii_start();
    // Values come decoded; what is escaped twice still stands as a reference.
    let json = [
        "{", "[", "\"", "&quot;", "&#", "&lbrace;", "&lcub;", "&lbrack;", "&lsqb;", "%7b", "%5b",
        "%7B", "%5B",
    ];
    let code = name.starts_with("on") || name == "style";
    if !code && json.iter().any(|first| start.starts_with(first)) {
        return true;
    }
    if start
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
    {
        return !start
            .get(5..11)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("image/"));
    }
    let long = matches!(
        name,
        "d" | "points" | "src" | "srcset" | "style" | "class" | "href"
    );
    value.len() > MAX_INLINE && !long
}

/// Tells attributes that stay on the elements kept in the gated one.
pub(super) fn shows(name: &str, value: &str) -> bool {
    let known = matches!(
        name.to_ascii_lowercase().as_str(),
        "class"
            | "id"
            | "href"
            | "src"
            | "srcset"
            | "sizes"
            | "media"
            | "type"
            | "alt"
            | "title"
            | "lang"
            | "dir"
            | "width"
            | "height"
            | "role"
            | "rel"
            | "target"
            | "loading"
            | "decoding"
            | "datetime"
            | "cite"
            | "colspan"
            | "rowspan"
            | "scope"
            | "start"
            | "reversed"
            | "controls"
            | "poster"
            | "allow"
            | "allowfullscreen"
            | "frameborder"
            | "itemprop"
            | "itemscope"
            | "itemtype"
            | "viewbox"
            | "d"
            | "fill"
            | "stroke"
            | "xmlns"
    );
    let longest = match name {
        "alt" | "title" | "id" | "class" => 256,
        _ => MAX_INLINE,
    };
    known && value.len() <= longest && !is_data(name, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_do_not_run_are_data() {
        assert!(is_program(None) && is_program(Some(" Module ")));
        for kind in [
            "application/json",
            "application/ld+json",
            "text/template",
            "x",
            "speculationrules",
        ] {
            assert!(!is_program(Some(kind)), "{kind}");
        }
        assert!(is_copy("self.__next_f.push([1])") && !is_copy("ga('send')"));
    }

    #[test]
    fn attributes_that_hold_documents_are_data() {
        for (name, value) in [
            ("data-page", "{\"a\":1}"),
            ("data-page", " [1]"),
            ("props", "\"x"),
            ("props", "&quot;x"),
            ("srcdoc", "x"),
            ("src", "data:text/html,x"),
            ("href", "DATA:application/json,x"),
        ] {
            assert!(is_data(name, value), "{name}={value}");
        }
        assert!(!is_data("src", "data:image/png;base64,AA") && !is_data("onclick", "{a()}"));
        assert!(is_data("content", &"x".repeat(2049)) && !is_data("d", &"M".repeat(2049)));
        assert!(!shows("data-x", "a") && !shows("aria-label", "a") && shows("href", "/a"));
    }
}
