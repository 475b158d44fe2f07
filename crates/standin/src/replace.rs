//! Pure helpers of the site server: addresses in its files, escapes in its paths.

use crate::origins::Origins;

/// The service's origin as the demo pages write it.
pub const USUAL_SERVICE: &str = "http://127.0.0.1:4802";
/// The control server's origin as the demo pages write it.
pub const USUAL_CONTROL: &str = "http://127.0.0.1:4803";

/// Puts the real origins where a file names the usual ones, in one pass, so that nothing that was put
/// in is replaced again.
pub(crate) fn replace_origins(bytes: &[u8], origins: &Origins) -> Vec<u8> {
    let pairs = [
        (USUAL_SERVICE, &origins.service),
        (USUAL_CONTROL, &origins.control),
    ];
    let mut out = Vec::with_capacity(bytes.len());
    let mut left = bytes;
    while let Some((first, rest)) = left.split_first() {
        let found = pairs
            .iter()
            .find(|(usual, _)| left.starts_with(usual.as_bytes()));
        match found {
            Some((usual, real)) => {
                out.extend_from_slice(real.as_bytes());
                left = &left[usual.len()..];
            }
            None => {
                out.push(*first);
                left = rest;
            }
        }
    }
    out
}

/// Decodes `%XX`; none if an escape is broken or the result is not UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (hex, rest) = part.as_bytes().split_at_checked(2)?;
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        bytes.push(digit(hex[0])? << 4 | digit(hex[1])?);
        bytes.extend_from_slice(rest);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_swap_are_replaced_once() {
        let origins = Origins {
            site: "http://localhost:1".into(),
            service: USUAL_CONTROL.into(),
            control: "http://127.0.0.1:9".into(),
        };
        let page = format!("<a href=\"{USUAL_SERVICE}/x\">{USUAL_CONTROL}</a> \u{e6}");
        let replaced = replace_origins(page.as_bytes(), &origins);
        let expected = format!("<a href=\"{USUAL_CONTROL}/x\">http://127.0.0.1:9</a> \u{e6}");
        assert_eq!(String::from_utf8(replaced).unwrap(), expected);
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(percent_decoded("%C3%a6%2541").as_deref(), Some("æ%41"));
        for text in ["%", "%1", "%zz", "%ff", "%+1"] {
            assert_eq!(percent_decoded(text), None, "{text}");
        }
    }
}
