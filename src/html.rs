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

/// One `<iframe>` with these attributes, in this order, and nothing inside.
pub fn iframe(attributes: &[(&str, &str)]) -> String {
    let mut html = String::from("<iframe");
    for (name, value) in attributes {
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
    for c in text.chars() {
        let entity = match c {
            '&' => "&amp;",
            '"' => "&quot;",
            '\'' => "&#39;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => {
                out.push(c);
                continue;
            }
        };
        push(out, entity);
    }
}
