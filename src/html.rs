//! HTML without a template: text made safe for a double-quoted attribute, and one `<iframe>`.
//!
//! ```
//! use iteras::html::iframe;
//!
//! let html = iframe(&[("src", "https://a/?b=1&c=2"), ("title", "\"Log in\"")]);
//! assert_eq!(html, r#"<iframe src="https://a/?b=1&amp;c=2" title="&quot;Log in&quot;"></iframe>"#);
//! ```

use alloc::string::String;

/// One `<iframe>` with these attributes, in this order, and nothing inside.
pub fn iframe(attributes: &[(&str, &str)]) -> String {
    let mut html = String::from("<iframe");
    for (name, value) in attributes {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        push_escaped(&mut html, value);
        html.push('"');
    }
    html.push_str("></iframe>");
    html
}

/// Escapes for a double-quoted attribute; the result is safe as element text as well.
pub fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
}
