//! A frame's URL and element as the wire protocol describes them, to the letter.

use std::sync::LazyLock;

use iteras::html::iframe;
use iteras::protocol::{FrameKind, FrameRequest};
use iteras::{Access, IdList};

const ID: &str = "0123456789abcdef0123456789abcdef";

static A1: LazyLock<IdList> = LazyLock::new(|| IdList::new(["A1"]));

fn request() -> FrameRequest<'static> {
    FrameRequest {
        profile: "lumen",
        ids: A1.as_ids(),
        id: ID,
        ..FrameRequest::default()
    }
}

#[track_caller]
fn refused(kind: FrameKind, request: &FrameRequest<'_>, option: &str) {
    assert_eq!(request.url(kind, [].into_iter()), Err(option));
}

#[test]
fn each_kind_has_its_own_address() {
    let url = |kind| request().url(kind, [].into_iter()).unwrap_or_default();
    let tail = format!("/?iframe=1&frame={ID}");
    let base = "https://app.iteras.dk/lumen";
    assert_eq!(
        url(FrameKind::SelfService),
        format!("{base}/selfservice{tail}")
    );
    assert_eq!(url(FrameKind::Ordering), format!("{base}/order/A1{tail}"));
    assert_eq!(url(FrameKind::SignUp), format!("{base}/signup/A1{tail}"));
    assert_eq!(url(FrameKind::Paywall), format!("{base}/paywall/A1{tail}"));
}

#[test]
fn parameters_stand_in_their_order_and_the_pages_own_come_after() {
    let ids = IdList::new(["A1", "B 2"]);
    let request = FrameRequest {
        base: "https://pub.example/iteras",
        ids: ids.as_ids(),
        cssclass: "dark wide",
        preauth: "a:b:c",
        next: "/after?x=1&y",
        access: Access::Sub,
        page_query: "q=1&iterasnext=%2Fa+b&iterasgift=9&iteraspreauth=x&iterasfuture=%C3%A6",
        ..request()
    };
    let prefill = ["products", "12MPro", "note", "æ&"];
    assert_eq!(
        request.url(FrameKind::Paywall, prefill.into_iter()),
        Ok(format!(
            "https://pub.example/iteras/lumen/paywall/A1,B%202/?iframe=1&cssclass=dark%20wide&\
             preauth=a%3Ab%3Ac&next=%2Fafter%3Fx%3D1%26y&access=sub&prefill.products=12MPro&\
             prefill.note=%C3%A6%26&iterasnext=%2Fa+b&iterasfuture=%C3%A6&frame={ID}"
        ))
    );
}

#[test]
fn a_template_of_the_publishers_own_is_filled_in() {
    let request = FrameRequest {
        template: "https://login.pub.example/{id}#top",
        ..request()
    };
    let url = request.url(FrameKind::Paywall, [].into_iter());
    assert_eq!(
        url,
        Ok(format!("https://login.pub.example/A1?frame={ID}#top"))
    );
}

#[test]
fn the_element_has_exactly_these_attributes() {
    let html =
        |kind, request: &FrameRequest<'_>| iframe(&request.attributes(kind, "https://a/?b&c"));
    let fixed = r#"width="100%" height="200" frameborder="0""#;
    assert_eq!(
        html(FrameKind::Paywall, &request()),
        format!(
            r#"<iframe src="https://a/?b&amp;c" title="Log in" {fixed} data-iteras-frame="{ID}" referrerpolicy="strict-origin-when-cross-origin"></iframe>"#
        )
    );
    let with_token = FrameRequest {
        preauth: "t",
        title: "Køb \"nu\"",
        ..request()
    };
    assert_eq!(
        html(FrameKind::Ordering, &with_token),
        format!(
            r#"<iframe src="https://a/?b&amp;c" title="Køb &quot;nu&quot;" {fixed} data-iteras-frame="{ID}" referrerpolicy="no-referrer" allow="payment"></iframe>"#
        )
    );
}

#[test]
fn c54_ids_that_could_change_the_path_are_named_and_refused() {
    let long = "x".repeat(257);
    for bad in ["", ".", "..", "a\u{0}", "a\u{7f}", &long] {
        refused(
            FrameKind::SelfService,
            &FrameRequest {
                profile: bad,
                ..request()
            },
            "profile",
        );
        let one = IdList::new([bad]);
        refused(
            FrameKind::Ordering,
            &FrameRequest {
                ids: one.as_ids(),
                ..request()
            },
            "orderingid",
        );
        refused(
            FrameKind::SignUp,
            &FrameRequest {
                ids: one.as_ids(),
                ..request()
            },
            "signupid",
        );
        let ids = IdList::new(["A1", bad]);
        refused(
            FrameKind::Paywall,
            &FrameRequest {
                ids: ids.as_ids(),
                ..request()
            },
            "paywallid",
        );
    }
}
