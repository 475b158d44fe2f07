//! What of a page is dropped wherever it stands: the places where frameworks keep a second copy of the
//! article. Plain functions of names and texts, and what HTML itself says of names.

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

/// Whether a short inline script carries a framework's copy of the page.
pub(super) fn is_copy(script: &str) -> bool {
    const COPIES: [&str; 12] = [
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

/// Whether an element has no content in HTML; one that closes itself, in SVG, has none either.
pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether the text of an element is no markup, and must not be escaped.
pub(super) fn is_raw_text(name: &str) -> bool {
    is_hidden(name) || matches!(name, "script" | "style" | "iframe")
}

/// Whether the end tag may be left out: what ends such an element need not be written.
pub(super) fn ends_by_itself(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "body"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "rt"
            | "rp"
            | "option"
            | "optgroup"
            | "colgroup"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
    )
}

/// Whether a start tag ends the element that is open: an end tag may be left out there.
pub(super) fn ends(open: &str, next: &str) -> bool {
    match open {
        "p" => matches!(
            next,
            "p" | "div"
                | "ul"
                | "ol"
                | "dl"
                | "table"
                | "figure"
                | "blockquote"
                | "section"
                | "aside"
                | "pre"
                | "hr"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
        ),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th"),
        _ => false,
    }
}

/// Whether the attributes of a `meta` make it the article's text.
pub(super) fn is_body(itemprop: Option<&str>) -> bool {
    itemprop.is_some_and(|prop| {
        prop.split_ascii_whitespace()
            .any(|prop| prop.eq_ignore_ascii_case("articleBody") || prop == "text")
    })
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

/// Whether an attribute outside of the gated element is dropped.
pub(super) fn is_data(name: &str, value: &str) -> bool {
    if name == "srcdoc" {
        return true;
    }
    let start = value.trim_ascii_start();
    let json = [
        "{", "[", "&quot;", "&#", "&lbrace;", "&lcub;", "&lbrack;", "&lsqb;", "%7b", "%5b", "%7B",
        "%5B",
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

/// Whether an attribute of what is kept in the gated element stays.
pub(super) fn shows(name: &str, value: &str) -> bool {
    let known = matches!(
        name,
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
            ("data-page", "{&quot;a&quot;:1}"),
            ("data-page", " [1]"),
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
