//! HTML without a template: text made safe for a double-quoted attribute, and one `<iframe>`.
//!
//! ```
//! use iteras::html::iframe;
//!
//! let html = iframe(&[("src", "https://a/?b=1&c=2"), ("title", "\"Log in\"")]);
//! assert_eq!(html, r#"<iframe src="https://a/?b=1&amp;c=2" title="&quot;Log in&quot;"></iframe>"#);
//! ```

use alloc::string::String;

use crate::text::{push, replaced};

/// One `<iframe>` with these attributes, in this order, and nothing inside; those without a value are
/// left out.
pub fn iframe(attributes: &[(&str, &str)]) -> String {
    let mut html = String::from("<iframe");
    for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        html.push(' ');
        push(&mut html, name);
        push(&mut html, "=\"");
        push(&mut html, &escaped(value));
        html.push('"');
    }
    push(&mut html, "></iframe>");
    html
}

/// The characters that mean something in HTML, the one that escapes the others first.
const SPECIAL: [(u8, &str); 5] = [
    (b'&', "&amp;"),
    (b'"', "&quot;"),
    (b'\'', "&#39;"),
    (b'<', "&lt;"),
    (b'>', "&gt;"),
];

/// Escapes for a double-quoted attribute; the result is safe as element text as well.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::from(text);
    for (byte, entity) in SPECIAL {
        escaped = replaced(&escaped, byte, entity);
    }
    escaped
}
