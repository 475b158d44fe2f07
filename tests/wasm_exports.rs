//! The documented calls as `wasm-pack build` exports them, in a real page: over the very script that is bundled
//! for a tag, from wasm-bindgen's local snippets.
#![cfg(all(target_arch = "wasm32", feature = "browser"))]
#![allow(clippy::unwrap_used, reason = "everything here is a test")]

use std::cell::RefCell;
use std::rc::Rc;

use iteras::page::exports::{
    carry, configure, frame, is_logged_in, logout_from_wall, orderingiframe, pass, paywalliframe,
    selfserviceiframe, signupiframe, wall,
};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, HtmlAnchorElement, HtmlDocument, HtmlIFrameElement};

wasm_bindgen_test_configure!(run_in_browser);

const PASS: &str = "user|AAAA1111|2099-02-01T00:00:00Z|31168|192.0.2.7/sha256:00";

/// All tests run in one page, whose service is the server that it came from: nothing is sent elsewhere.
fn begin() {
    let origin = location().origin().unwrap();
    // From the second test on it comes too late, which is a test of its own below.
    let _ = configure(&options(&[("base", origin.into())]));
    cookies()
        .set_cookie("iteraspass=; Path=/; Max-Age=0")
        .unwrap();
}

fn log_in() {
    begin();
    cookies()
        .set_cookie(&format!("iteraspass={PASS}; Path=/"))
        .unwrap();
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

fn cookies() -> HtmlDocument {
    document().dyn_into().unwrap()
}

fn location() -> web_sys::Location {
    web_sys::window().unwrap().location()
}

fn options(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

#[track_caller]
fn has(object: impl AsRef<JsValue>, fields: &[(&str, JsValue)]) {
    for (name, expected) in fields {
        let value = Reflect::get(object.as_ref(), &(*name).into()).unwrap();
        assert_eq!(&value, expected, "{name}");
    }
}

#[track_caller]
fn refused<T>(made: Result<T, JsValue>, message: &str) {
    let error = made.err().expect("the option is refused");
    has(
        error,
        &[("code", "bad_option".into()), ("message", message.into())],
    );
}

#[wasm_bindgen_test]
fn without_a_pass_a_wall_denies_and_nobody_is_logged_in() {
    begin();
    let verdict = wall(&JsValue::UNDEFINED).unwrap();
    let facts = [
        ("authorized", false.into()),
        ("pending", false.into()),
        ("reason", "nopass".into()),
        ("expires", JsValue::NULL),
    ];
    has(verdict, &facts);
    assert_eq!(pass().unwrap(), JsValue::NULL);
    assert!(!is_logged_in().unwrap());
}

#[wasm_bindgen_test]
fn a_pass_opens_the_wall_that_it_is_for() {
    log_in();
    let ids = Array::of2(&"BBBB2222".into(), &"AAAA1111".into());
    let facts = [
        ("authorized", true.into()),
        ("reason", JsValue::NULL),
        ("level", "user".into()),
        ("paywallid", "AAAA1111".into()),
        ("subscriber", "31168".into()),
    ];
    has(
        wall(&options(&[("paywallid", ids.into())])).unwrap(),
        &facts,
    );
    let level = wall(&options(&[("access", "sub".into())])).unwrap();
    has(
        level,
        &[
            ("authorized", false.into()),
            ("reason", "accesslevel".into()),
        ],
    );
    assert!(is_logged_in().unwrap());
}

#[wasm_bindgen_test]
fn the_handler_is_called_with_what_its_wall_asked_for() {
    begin();
    let heard = Rc::new(RefCell::new(JsValue::NULL));
    let told = heard.clone();
    let handler = Closure::<dyn FnMut(JsValue)>::new(move |verdict| *told.borrow_mut() = verdict);
    let handler = handler.into_js_value();
    wall(&options(&[
        ("access", "sub".into()),
        ("unauthorized", handler),
    ]))
    .unwrap();
    let heard = heard.borrow();
    has(&*heard, &[("reason", "nopass".into())]);
    let requested = Reflect::get(&heard, &"requested".into()).unwrap();
    has(
        requested,
        &[("access", "sub".into()), ("paywallid", JsValue::NULL)],
    );
}

#[wasm_bindgen_test]
fn the_pass_tells_its_facts() {
    log_in();
    let facts = pass().unwrap();
    has(
        &facts,
        &[("subscriber", "31168".into()), ("ip", "192.0.2.7".into())],
    );
    let list = |name: &str| Array::from(&Reflect::get(&facts, &name.into()).unwrap()).join(",");
    assert_eq!(
        (list("levels"), list("paywallids")),
        ("user".into(), "AAAA1111".into())
    );
    let expires = Reflect::get(&facts, &"expires".into()).unwrap();
    let expires: js_sys::Date = expires.dyn_into().unwrap();
    assert_eq!(expires.to_iso_string(), "2099-02-01T00:00:00.000Z");
}

#[wasm_bindgen_test]
fn logging_out_deletes_the_pass_and_stays_where_it_is_told_to() {
    log_in();
    logout_from_wall(&options(&[("redirect", JsValue::NULL)])).unwrap();
    assert!(!cookies().cookie().unwrap().contains("iteraspass"));
    assert!(!is_logged_in().unwrap());
}

#[wasm_bindgen_test]
fn frames_come_as_html() {
    begin();
    let origin = location().origin().unwrap();
    let with = |name: &str| options(&[("profile", "lumen".into()), (name, "A1".into())]);
    let html = [
        (selfserviceiframe(&with("x")), "selfservice/"),
        (orderingiframe(&with("orderingid")), "order/A1/"),
        (signupiframe(&with("signupid")), "signup/A1/"),
        (paywalliframe(&with("paywallid")), "paywall/A1/"),
    ];
    for (made, place) in html {
        let html = String::from(made.unwrap());
        assert!(
            html.starts_with(&format!("<iframe src=\"{origin}/lumen/{place}?iframe=1")),
            "{html}"
        );
    }
}

#[wasm_bindgen_test]
fn a_frame_comes_as_an_element() {
    begin();
    let order = options(&[("profile", "lumen".into()), ("orderingid", "A1".into())]);
    let element: HtmlIFrameElement = frame(&"ordering".into(), &order)
        .unwrap()
        .dyn_into()
        .unwrap();
    assert_eq!(element.get_attribute("title").as_deref(), Some("Order"));
    assert!(element.src().contains("/lumen/order/A1/"));
}

#[wasm_bindgen_test]
fn links_carry_the_parameters_of_the_page() {
    begin();
    let history = web_sys::window().unwrap().history().unwrap();
    let search = location().search().unwrap();
    let address = |query: &str| {
        let path = location().pathname().unwrap();
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}")))
            .unwrap();
    };
    address("?iterasnext=%2Farticle&x=1");
    let link: HtmlAnchorElement = document().create_element("a").unwrap().dyn_into().unwrap();
    link.set_href("/login");
    link.set_attribute("data-iteras-carry", "").unwrap();
    document().body().unwrap().append_child(&link).unwrap();
    carry(&JsValue::UNDEFINED).unwrap();
    assert!(
        link.href().ends_with("/login?iterasnext=%2Farticle"),
        "{}",
        link.href()
    );
    link.remove();
    address(&search);
}

#[wasm_bindgen_test]
fn options_that_make_no_sense_are_named() {
    begin();
    refused(
        wall(&options(&[("access", "all".into())])),
        "Iteras.wall: access: expected \"user\" or \"sub\", got \"all\"",
    );
    refused(
        orderingiframe(&options(&[
            ("profile", "..".into()),
            ("orderingid", "A1".into()),
        ])),
        "Iteras.orderingiframe: profile: expected the short name of your account, e.g. lumen, got \"..\"",
    );
    refused(
        frame(&"letter".into(), &options(&[("profile", "lumen".into())])),
        "Iteras.frame: kind: expected \"selfservice\", \"ordering\", \"signup\" or \"paywall\", got \"letter\"; \
         the log-in frame is \"paywall\"",
    );
    refused(
        carry(&1.into()),
        "Iteras.carry: paths: expected a string or an array of strings, got 1",
    );
    refused(
        logout_from_wall(&options(&[("redirect", "javascript:0".into())])),
        "Iteras.logoutFromWall: redirect: expected an http or https address, got \"javascript:0\"",
    );
    refused(
        configure(&options(&[("base", "https://app.iteras.dk".into())])),
        "Iteras.configure: configure: expected to be called before wall and frames, got undefined",
    );
}
