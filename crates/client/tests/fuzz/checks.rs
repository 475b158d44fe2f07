//! Properties of the client that hold for any input; each panics where one does not. `fuzz/` calls the same functions.

use iteras_client::iteras::Customer;
use iteras_client::tokens::Issued;
use iteras_client::webhook::Webhook;
use iteras_client::{Token, redact};

/// A part of answers that no error may show.
pub(crate) const SECRET: &str = "s3cret-0123456789";
const NOW: i64 = 1_768_478_400;

/// The answer of a token endpoint gives a token that can be sent and lives for at most 30 days, or an error that
/// quotes nothing.
pub(crate) fn token_answer(body: &[u8]) {
    match Issued::read(body, None, NOW) {
        Ok(issued) => {
            let token = issued.token.expose();
            assert!(!token.is_empty() && token.bytes().all(|byte| (0x21..0x7f).contains(&byte)));
            assert!(issued.life.as_secs() <= 30 * 86_400, "{:?}", issued.life);
            assert!(!format!("{issued:?}").contains(SECRET));
        }
        Err(error) => assert!(!format!("{error} {error:?}").contains(SECRET)),
    }
}

/// A call of the service is a list of events or refused without a word of it; without the token nothing is read.
pub(crate) fn events(body: &[u8]) {
    let webhook = Webhook::new(Token::new("the-webhooks-own").expect("a token"));
    assert_eq!(
        webhook
            .events(None, body)
            .map_err(|refusal| refusal.status()),
        Err(401)
    );
    assert_eq!(
        webhook
            .events(Some(body), body)
            .map_err(|refusal| refusal.status()),
        Err(401)
    );
    if let Err(refusal) = webhook.events(Some(b"Bearer the-webhooks-own"), body) {
        assert_eq!(refusal.status(), 400);
        assert!(
            !format!("{refusal} {refusal:?}").contains(SECRET),
            "{refusal}"
        );
    }
}

/// A customer that is read is written with the same content, and read again.
pub(crate) fn customer(body: &[u8]) {
    let Ok(customer) = serde_json::from_slice::<Customer>(body) else {
        return;
    };
    let written = serde_json::to_vec(&customer).expect("a customer can be written");
    let again: Customer = serde_json::from_slice(&written).expect("and read");
    assert_eq!(again, customer);
}

/// A URL with a secret for its key or password is shown without it.
pub(crate) fn shown_url(text: &str) {
    let text = text.replace('#', "");
    // Of the same letters elsewhere nothing is promised.
    if text.contains(SECRET) {
        return;
    }
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    let url = format!("{path}?{query}&iteras-key={SECRET}&own={SECRET}");
    let shown = redact::url(&url, Some("own"));
    assert!(!shown.contains(SECRET), "{shown}");
    let with_password = format!("https://me:{SECRET}@a.example/{text}");
    let shown = redact::url(&with_password, None);
    assert!(!shown.contains(SECRET), "{shown}");
}
