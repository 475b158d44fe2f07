//! The double of the service's own script and its frames (companion, "The double").
//!
//! The frames are those of the stand-in, with its readers and rights. Only address, names of parameters and messages
//! are others: nothing but the documentation may be relied on by those who stand beside the double.

use std::time::Duration;

use axum::extract::{Path, RawQuery, State as Extract};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded::Serializer;

use super::context::Visit;
use super::layout::missing;
use super::wire::{DOUBLE_PATH, Wire};
use super::{order, paywall, selfservice, signup};
use crate::http::Fields;
use crate::state::Shared;

const SCRIPT: &str = include_str!("../../assets/official/iteras.js");
const EMBED_SCRIPT: &str = include_str!("../../assets/official/embed.js");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// Milliseconds by which the script is late, unless its address says otherwise.
const LATE: u64 = 500;
const LATEST: u64 = 60_000;
/// The parameters of a frame that say which one it is; a form posts to them.
const PLACE: [&str; 4] = ["what", "account", "form", "wall"];

/// `/official/static/api/iteras.js`, with its switches as parameters. The script reads most of them itself.
pub(super) async fn script(RawQuery(query): RawQuery) -> Response {
    let switches = Fields::parse(query.as_deref().unwrap_or_default());
    match switches.get("script") {
        Some("missing") => {
            return (StatusCode::NOT_FOUND, "the script is switched off").into_response();
        }
        Some("late") => {
            let asked = switches.get("ms").and_then(|text| text.parse().ok());
            let late = Duration::from_millis(asked.unwrap_or(LATE).min(LATEST));
            tokio::time::sleep(late).await;
        }
        _ => {}
    }
    javascript(SCRIPT)
}

/// The script inside the double's frames.
pub(super) async fn embed_script() -> Response {
    javascript(EMBED_SCRIPT)
}

/// `/official/embed?what=…&account=…`
pub(super) async fn embed(
    Extract(state): Extract<Shared>,
    RawQuery(query): RawQuery,
    mut visit: Visit,
) -> Response {
    let query = Fields::parse(query.as_deref().unwrap_or_default());
    visit.wire = Wire::Double;
    visit.path = place(&query);
    if !visit.posted {
        visit.fields = query.renamed(our_name);
    }
    let text = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let (account, form) = (text("account"), text("form"));
    let walls: Vec<&str> = query.all("wall").collect();
    match query.get("what") {
        Some("login") => {
            paywall::page(Extract(state), Path((account, walls.join(","))), visit).await
        }
        Some("order") => order::page(Extract(state), Path((account, form)), visit).await,
        Some("signup") => signup::page(Extract(state), Path((account, form)), visit).await,
        Some("customer") => selfservice::page(Extract(state), Path(account), visit).await,
        other => missing(
            &state,
            &visit,
            &format!("what={}", other.unwrap_or_default()),
        ),
    }
}

/// The address to which the forms of a frame post.
fn place(query: &Fields) -> String {
    let mut place = Serializer::new(String::new());
    for name in PLACE {
        for value in query.all(name) {
            place.append_pair(name, value);
        }
    }
    format!("{DOUBLE_PATH}?{}", place.finish())
}

/// The name that the stand-in's own frames have for a parameter of the double's; none for what is no field.
fn our_name(name: &str) -> Option<String> {
    if let Some(field) = name.strip_prefix("fill.") {
        return Some(format!("prefill.{field}"));
    }
    let ours = match name {
        "name" => "frame",
        "css" => "cssclass",
        "auth" => "preauth",
        "back" => "next",
        "level" => "access",
        "page.next" => "iterasnext",
        "page.access" => "iterasaccess",
        "language" => "language",
        _ => return None,
    };
    Some(ours.into())
}

fn javascript(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_get_the_names_of_the_stand_ins_own_frames() {
        let query = Fields::parse("what=order&name=n&fill.products=12MPro&page.next=%2Fa&x=1");
        let fields = query.renamed(our_name);
        assert_eq!(fields.get("frame"), Some("n"));
        assert_eq!(fields.get("prefill.products"), Some("12MPro"));
        assert_eq!(fields.get("iterasnext"), Some("/a"));
        assert_eq!((fields.get("what"), fields.get("x")), (None, None));
    }

    #[test]
    fn forms_post_to_the_frame_they_are_in() {
        let query = Fields::parse("name=n&what=login&account=lumen&wall=A%26b&wall=B&css=c");
        let expected = "/official/embed?what=login&account=lumen&wall=A%26b&wall=B";
        assert_eq!(place(&query), expected);
    }
}
