//! The documented calls as exports of a wasm-bindgen package, which is what `wasm-pack build` makes.
//!
//! They are thin: options go as they are to the page's script, the very files that the script for a tag is
//! bundled from, and what comes back goes on. Those files come along as local snippets. A snippet can't
//! import what this module exports, so the core's `answer` is handed to them when the first call is made.
//!
//! This door is larger than the script for a tag: it brings `std` and wasm-bindgen's glue, and a page has to
//! await it. Who wants small and synchronous takes `dist/iteras.js` or the npm package.

use alloc::string::String;

use js_sys::{JsString, Object};
use wasm_bindgen::prelude::*;
use web_sys::HtmlIFrameElement;

use super::std::thread_local;

/// The types, from where the npm package has them; what stands behind the marker is only there.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = before(
    include_str!("../../pkg-template/types/index.d.ts"),
    "// In the npm package only.",
);

/// The text up to the marker; without the marker this does not compile.
#[allow(
    dead_code,
    reason = "used by the constant above, in a section that the lint does not see"
)]
const fn before(text: &'static str, marker: &str) -> &'static str {
    let (bytes, marker) = (text.as_bytes(), marker.as_bytes());
    let mut at = 0;
    loop {
        let mut same = 0;
        while same < marker.len() && bytes[at + same] == marker[same] {
            same += 1;
        }
        if same == marker.len() {
            return text.split_at(at).0;
        }
        at += 1;
    }
}

#[wasm_bindgen(module = "/pkg-template/src/page/iteras.js")]
extern "C" {
    /// One page's Iteras.
    type Iteras;

    #[wasm_bindgen(js_name = createIteras)]
    fn create(start: &JsValue, version: &str) -> Iteras;

    #[wasm_bindgen(method, getter)]
    fn documented(this: &Iteras) -> Documented;

    #[wasm_bindgen(method, getter)]
    fn extras(this: &Iteras) -> Extras;

    type Documented;

    #[wasm_bindgen(method, catch)]
    fn wall(this: &Documented, options: &JsValue) -> Result<Object, JsValue>;

    #[wasm_bindgen(method, catch, js_name = logoutFromWall)]
    fn logout_from_wall(this: &Documented, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn selfserviceiframe(this: &Documented, options: &JsValue) -> Result<JsString, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn orderingiframe(this: &Documented, options: &JsValue) -> Result<JsString, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn signupiframe(this: &Documented, options: &JsValue) -> Result<JsString, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn paywalliframe(this: &Documented, options: &JsValue) -> Result<JsString, JsValue>;

    type Extras;

    #[wasm_bindgen(method, catch)]
    fn pass(this: &Extras) -> Result<Option<Object>, JsValue>;

    #[wasm_bindgen(method, catch, js_name = isLoggedIn)]
    fn is_logged_in(this: &Extras) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn configure(this: &Extras, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn frame(
        this: &Extras,
        kind: &JsValue,
        options: &JsValue,
    ) -> Result<Option<HtmlIFrameElement>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn carry(this: &Extras, paths: &JsValue) -> Result<(), JsValue>;
}

/// Names the files that `iteras.js` imports, directly or not: only what is named comes along.
macro_rules! along {
    ($($module:literal $item:literal $name:ident,)+) => { $(
        #[wasm_bindgen(module = $module)]
        extern "C" {
            #[allow(dead_code, reason = "stands for its file")]
            #[wasm_bindgen(js_name = $item)]
            fn $name();
        }
    )+ };
}

along! {
    "/pkg-template/src/page/again.js" "goTo" again_js,
    "/pkg-template/src/page/carry.js" "carry" carry_js,
    "/pkg-template/src/page/complaints.js" "complain" complaints_js,
    "/pkg-template/src/page/configure.js" "configure" configure_js,
    "/pkg-template/src/page/core.js" "ask" core_js,
    "/pkg-template/src/page/decisions.js" "decide" decisions_js,
    "/pkg-template/src/page/document.js" "doc" document_js,
    "/pkg-template/src/page/doors.js" "hasPage" doors_js,
    "/pkg-template/src/page/events.js" "emit" events_js,
    "/pkg-template/src/page/frames.js" "frameHtml" frames_js,
    "/pkg-template/src/page/mark.js" "mark" mark_js,
    "/pkg-template/src/page/messages.js" "hear" messages_js,
    "/pkg-template/src/page/options.js" "read" options_js,
    "/pkg-template/src/page/questions.js" "decide" questions_js,
    "/pkg-template/src/page/renewal.js" "schedule" renewal_js,
    "/pkg-template/src/page/session.js" "pass" session_js,
    "/pkg-template/src/page/state.js" "state" state_js,
    "/pkg-template/src/page/verdicts.js" "settle" verdicts_js,
    "/pkg-template/src/page/walls.js" "wall" walls_js,
}

thread_local! {
    static PAGE: Iteras = begin();
}

fn begin() -> Iteras {
    let ask = Closure::<dyn Fn(String, f64) -> String>::new(|question: String, number| {
        super::answer(&question, number)
    })
    .into_js_value();
    let start = Closure::<dyn Fn() -> JsValue>::new(move || ask.clone());
    create(&start.into_js_value(), env!("CARGO_PKG_VERSION"))
}

fn documented<T>(call: impl FnOnce(&Documented) -> T) -> T {
    PAGE.with(|page| call(&page.documented()))
}

/// JavaScript's word for nothing where the types promise `null`; wasm-bindgen's own would be `undefined`.
fn or_null(value: Option<impl Into<JsValue>>) -> JsValue {
    value.map_or(JsValue::NULL, Into::into)
}

fn extras<T>(call: impl FnOnce(&Extras) -> T) -> T {
    PAGE.with(|page| call(&page.extras()))
}

/// Decides whether the visitor may be let in (documented surface, section 2): the verdict.
///
/// # Errors
/// An `Error` with `code` `bad_option`, after the strictest reading of the options has been acted on.
#[wasm_bindgen(skip_typescript)]
pub fn wall(options: &JsValue) -> Result<Object, JsValue> {
    documented(|page| page.wall(options))
}

/// Deletes the pass at once, then loads the page anew or goes to `redirect` (surface, section 3).
///
/// # Errors
/// An `Error` with `code` `bad_option`, after the pass was deleted.
#[wasm_bindgen(js_name = logoutFromWall, skip_typescript)]
pub fn logout_from_wall(options: &JsValue) -> Result<(), JsValue> {
    documented(|page| page.logout_from_wall(options))
}

/// The HTML of a frame with a customer's own pages (surface, section 4).
///
/// # Errors
/// An `Error` with `code` `bad_option` or `internal`.
#[wasm_bindgen(skip_typescript)]
pub fn selfserviceiframe(options: &JsValue) -> Result<JsString, JsValue> {
    documented(|page| page.selfserviceiframe(options))
}

/// The HTML of a frame with an order form (surface, section 4).
///
/// # Errors
/// As [`selfserviceiframe`].
#[wasm_bindgen(skip_typescript)]
pub fn orderingiframe(options: &JsValue) -> Result<JsString, JsValue> {
    documented(|page| page.orderingiframe(options))
}

/// The HTML of a frame with the deprecated sign-up form (surface, section 4).
///
/// # Errors
/// As [`selfserviceiframe`].
#[wasm_bindgen(skip_typescript)]
pub fn signupiframe(options: &JsValue) -> Result<JsString, JsValue> {
    documented(|page| page.signupiframe(options))
}

/// The HTML of a frame with the log-in to one or several paywalls (surface, section 4).
///
/// # Errors
/// As [`selfserviceiframe`].
#[wasm_bindgen(skip_typescript)]
pub fn paywalliframe(options: &JsValue) -> Result<JsString, JsValue> {
    documented(|page| page.paywalliframe(options))
}

/// The facts of the stored pass; `null` without one.
///
/// # Errors
/// Only what page code throws that is called on the way.
#[wasm_bindgen(skip_typescript)]
pub fn pass() -> Result<JsValue, JsValue> {
    extras(Extras::pass).map(or_null)
}

/// Tells that there is a pass that has not run out, for whatever paywall.
///
/// # Errors
/// Only what page code throws that is called on the way.
#[wasm_bindgen(js_name = isLoggedIn, skip_typescript)]
pub fn is_logged_in() -> Result<bool, JsValue> {
    extras(Extras::is_logged_in)
}

/// Says where the service is and how long its word is good for (wire protocol, "Configuration").
///
/// # Errors
/// An `Error` with `code` `bad_option`, also after the first wall or frame.
#[wasm_bindgen(skip_typescript)]
pub fn configure(options: &JsValue) -> Result<(), JsValue> {
    extras(|page| page.configure(options))
}

/// A frame as an element, for pages that enforce Trusted Types; `null` where there is no page.
///
/// # Errors
/// As [`selfserviceiframe`].
#[wasm_bindgen(skip_typescript)]
pub fn frame(kind: &JsValue, options: &JsValue) -> Result<JsValue, JsValue> {
    extras(|page| page.frame(kind, options)).map(or_null)
}

/// Adds the page's `iteras…` parameters to its links (surface, section 4).
///
/// # Errors
/// An `Error` with `code` `bad_option`.
#[wasm_bindgen(skip_typescript)]
pub fn carry(paths: &JsValue) -> Result<(), JsValue> {
    extras(|page| page.carry(paths))
}
