//! Rewrites the stand-in's usual addresses in pages and scripts to the real ones.

use crate::config::Origins;

/// The service's origin as the demo pages write it.
pub const USUAL_SERVICE: &str = "http://127.0.0.1:4802";
/// The control server's origin as the demo pages write it.
pub const USUAL_CONTROL: &str = "http://127.0.0.1:4803";

/// The file with real origins in place of the usual ones, replaced in one pass, so that no replacement
/// is replaced again.
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
}
