//! Answers of token endpoints, and the life of their tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use iteras_client::tokens::{Issued, leeway};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const NOW: i64 = 1_768_478_400;

fn jwt(claims: &str) -> String {
    let coded = URL_SAFE_NO_PAD.encode(claims);
    format!("eyJhbGciOiJIUzI1NiJ9.{coded}.c2lnbmF0dXJl")
}

fn life(body: &str) -> u64 {
    Issued::read(body.as_bytes(), None, NOW)
        .unwrap()
        .life
        .as_secs()
}

#[test]
fn all_shapes_of_answers_give_the_token() {
    let jwt = jwt("{}");
    for body in [
        jwt.clone(),
        format!("\"{jwt}\"\n"),
        format!("{{\"token\":\"{jwt}\"}}"),
        format!("{{\"jwt\":\"{jwt}\"}}"),
        format!(
            "{{\"access_token\":\"{jwt}\",\"scope\":\"\",\"token_type\":\"bearer\",\"expires_in\":86400}}"
        ),
    ] {
        let issued = Issued::read(body.as_bytes(), None, NOW).unwrap();
        assert_eq!(issued.token.expose(), jwt, "{body}");
    }
    let issued =
        Issued::read(b"{\"code\":\"opaque\",\"token\":\"no\"}", Some("code"), NOW).unwrap();
    assert_eq!(issued.token.expose(), "opaque");
}

#[test]
fn answers_without_a_token_are_refused_and_not_quoted() {
    for (body, what) in [
        ("", "it is neither a JWT nor a JSON object"),
        (
            "<html>s3cret</html>",
            "it is neither a JWT nor a JSON object",
        ),
        ("s3cret", "it is neither a JWT nor a JSON object"),
        ("a..b", "it is neither a JWT nor a JSON object"),
        ("[1]", "it is neither a JWT nor a JSON object"),
        (
            "{\"token\":\"s3cret\"",
            "it is neither a JWT nor a JSON object",
        ),
        ("{}", "it holds no token"),
        ("{\"token\":null}", "it holds no token"),
        ("{\"token\":\"\"}", "its token is not printable ASCII"),
        (
            "{\"token\":\"s3cret\\r\\nX: 1\"}",
            "its token is not printable ASCII",
        ),
        (
            "{\"access_token\":\"s3cret\",\"token_type\":\"mac\"}",
            "its token is not a bearer token",
        ),
    ] {
        let error = Issued::read(body.as_bytes(), None, NOW).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the answer can't be used: {what}"),
            "{body}"
        );
    }
    assert!(Issued::read(b"\xff", None, NOW).is_err());
}

#[test]
fn c60_the_life_of_a_token() {
    let days_30 = 30 * 86_400;
    let told = |expires_in| {
        life(&format!(
            "{{\"token\":\"opaque\",\"expires_in\":{expires_in}}}"
        ))
    };
    for (expires_in, seconds) in [
        ("3600", 3600),
        ("\"3600\"", 3600),
        ("3600.5", 3600),
        ("0", 0),
        ("\"0\"", 0),
        ("-1", 0),
        ("\"-1\"", 0),
        ("1e18", days_30),
        ("\"1e400\"", days_30),
        ("18446744073709551615", days_30),
        ("-1e308", 0),
        ("null", 300),
        ("\"\"", 300),
        ("\"NaN\"", 300),
        ("{}", 300),
        ("true", 300),
    ] {
        assert_eq!(told(expires_in), seconds, "{expires_in}");
    }
    assert_eq!(life("{\"token\":\"opaque\"}"), 300);
}

#[test]
fn a_jwt_says_itself_when_it_ends() {
    let of = |exp: &str| life(&jwt(&format!("{{\"exp\":{exp}}}")));
    assert_eq!(of(&(NOW + 900).to_string()), 900);
    assert_eq!(of(&NOW.to_string()), 0);
    assert_eq!(of("0"), 0);
    assert_eq!(of("1e300"), 30 * 86_400);
    assert_eq!(of("\"soon\""), 300);
    let body = format!(
        "{{\"token\":\"{}\",\"expires_in\":null}}",
        jwt(&format!("{{\"exp\":{}}}", NOW + 900))
    );
    assert_eq!(life(&body), 900);
    let body = format!(
        "{{\"token\":\"{}\",\"expires_in\":60}}",
        jwt(&format!("{{\"exp\":{}}}", NOW + 900))
    );
    assert_eq!(life(&body), 60, "what the answer says comes first");
}

#[test]
fn tokens_are_renewed_a_minute_or_a_tenth_before_their_end() {
    assert_eq!(leeway(Duration::from_secs(3600)), Duration::from_secs(60));
    assert_eq!(leeway(Duration::from_secs(600)), Duration::from_secs(60));
    assert_eq!(leeway(Duration::from_secs(300)), Duration::from_secs(30));
    assert_eq!(leeway(Duration::ZERO), Duration::ZERO);
}
