//! HTML without a template: text made safe for a double-quoted attribute, and one `<iframe>`.
//!
//! ```
//! use iteras::html::iframe;
//!
//! let html = iframe(&[("src", "https://a/?b=1&c=2"), ("title", "\"Log in\"")]);
//! assert_eq!(html, r#"<iframe src="https://a/?b=1&amp;c=2" title="&quot;Log in&quot;"></iframe>"#);
//! ```

use alloc::string::String;

use crate::text::push;

/// One `<iframe>` with these attributes, in this order, and nothing inside; those without a value are
/// left out.
pub fn iframe(attributes: &[(&str, &str)]) -> String {
    let mut html = String::from("<iframe");
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        html.push(' ');
        push(&mut html, name);
        push(&mut html, "=\"");
        push_escaped(&mut html, value);
        html.push('"');
    }
    push(&mut html, "></iframe>");
    html
}

/// Escapes for a double-quoted attribute; the result is safe as element text as well.
pub fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((at, entity)) = first_special(rest) {
        push(out, rest.get(..at).unwrap_or(""));
        push(out, entity);
        rest = rest.get(at + 1..).unwrap_or("");
    }
    push(out, rest);
}

fn first_special(text: &str) -> Option<(usize, &'static str)> {
    text.bytes().enumerate().find_map(|(at, byte)| {
        let entity = match byte {
            b'&' => "&amp;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => return None,
        };
        Some((at, entity))
    })
}
