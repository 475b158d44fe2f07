//! Takes secrets out of texts that may be logged.

use iteras::urls::{piece_name, pieces};

use crate::secret::{REDACTED, Secret};

/// Query parameters that hold a key, whatever scheme is in use.
pub const KEY_PARAMETERS: [&str; 2] = ["iteras-key", "apiKey"];

/// The longest text of a service that is handed on in an error, in characters.
const LONGEST_QUOTE: usize = 200;

/// A URL with the values of [`KEY_PARAMETERS`] and of `own` replaced, and without user, password and fragment.
pub fn url(url: &str, own: Option<&str>) -> String {
    let (rest, query) = match iteras::urls::without_fragment(url).split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (iteras::urls::without_fragment(url), None),
    };
    let mut shown = match (rest.split_once("://"), rest.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{REDACTED}@{host}"),
        _ => rest.to_owned(),
    };
    let Some(query) = query else { return shown };
    let holds_key = |name: &str| {
        let known = KEY_PARAMETERS.into_iter().chain(own);
        known.into_iter().any(|key| key.eq_ignore_ascii_case(name))
    };
    let parts = pieces(query).map(|piece| match piece.split_once('=') {
        Some((raw, _)) if holds_key(&piece_name(piece)) => format!("{raw}={REDACTED}"),
        _ => piece.to_owned(),
    });
    shown.push('?');
    shown.push_str(&parts.collect::<Vec<_>>().join("&"));
    shown
}

/// The first line of what a service said, cut short; nothing of it when it holds one of the secrets.
pub(crate) fn quote(text: &str, secrets: &[Secret]) -> String {
    let held = |secret: &Secret| !secret.expose().is_empty() && text.contains(secret.expose());
    if secrets.iter().any(held) {
        return REDACTED.into();
    }
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let plain = line.unwrap_or_default().chars().filter(|c| !c.is_control());
    plain.take(LONGEST_QUOTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn keys_in_urls_are_replaced_however_they_are_written() {
        let shown = |text| url(text, Some("token"));
        assert_eq!(
            shown("https://a.example/x?iteras-key=s3cret&id=1"),
            "https://a.example/x?iteras-key=[redacted]&id=1"
        );
        assert_eq!(shown("/x?api%4Bey=s3cret"), "/x?api%4Bey=[redacted]");
        assert_eq!(shown("/x?APIKEY=s3cret#s"), "/x?APIKEY=[redacted]");
        assert_eq!(shown("/x?token=s3cret"), "/x?token=[redacted]");
        assert_eq!(
            shown("https://me:s3cret@a.example/x"),
            "https://[redacted]@a.example/x"
        );
    }

    #[test]
    fn a_service_that_echoes_a_secret_is_not_quoted() {
        let secrets = ["s3cret".into(), "".into()];
        assert_eq!(quote("\n bad key \nmore", &secrets), "bad key");
        assert_eq!(quote("bad key s3cret", &secrets), REDACTED);
        assert_eq!(quote(&"x".repeat(1000), &secrets).len(), LONGEST_QUOTE);
    }
}
