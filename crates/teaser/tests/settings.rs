//! A publisher's settings, and the encoding of pages and teasers.
#![allow(clippy::unwrap_used, reason = "a test")]

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::{Refusal, Teaser};

const UTF_8: PageCharset = PageCharset::Named(Charset::Utf8);
const LATIN_1: PageCharset = PageCharset::Named(Charset::Latin1);
const UNNAMED: PageCharset = PageCharset::Unnamed;

#[track_caller]
fn came(teaser: &Teaser, page: &str) -> String {
    String::from_utf8(
        teaser
            .cut(page.as_bytes(), UNNAMED, Reason::Expired)
            .unwrap(),
    )
    .unwrap()
}

fn gated(selector: &str) -> Teaser {
    Teaser::new([selector]).unwrap()
}

#[test]
fn settings_that_make_no_sense_are_refused_by_name() {
    let gated = |text: &str| Teaser::new([text]).unwrap_err().to_string();
    assert_eq!(
        Teaser::new([]).unwrap_err().to_string(),
        "gated: no selector of an element to gate"
    );
    assert_eq!(
        gated("a, b"),
        "gated: \"a, b\" is not a selector: one at a time, without commas"
    );
    assert_eq!(
        gated("a["),
        "gated: \"a[\" is not a selector: it ends too early"
    );
    assert_eq!(gated(" "), "gated: \" \" is not a selector: it is empty");
    assert_eq!(
        gated("a >"),
        "gated: \"a >\" is not a selector: nothing stands behind a combinator"
    );
    assert_eq!(
        gated("a ~ b"),
        "gated: \"a ~ b\" is not a selector: `~` is not supported"
    );
    for selector in [
        "a:hover",
        "a::before",
        ":has(b)",
        ":nth-last-child(2)",
        ":not(a ~ b)",
        ":last-of-type",
        "x|a",
    ] {
        let why = gated(selector);
        assert!(
            why.starts_with(&format!("gated: {selector:?} is not a selector: ")),
            "{why}"
        );
    }
    let teaser = Teaser::new(["a"]).unwrap();
    assert_eq!(
        teaser.clone().with_marker("").unwrap_err().setting(),
        "marker"
    );
    assert_eq!(teaser.allow("!").unwrap_err().setting(), "allow");
}

#[test]
fn selectors_mean_what_they_mean_in_browsers() {
    let page = "<!doctype html><main id=M><p>0</p><p data-a='x y'>1</p>\
        <section lang=da-DK><p class='B c'>2</p></section>";
    for (selector, shown) in [
        ("main p", "0"),
        ("#M > p:nth-child(2)", "1"),
        ("p + p", "1"),
        ("[data-a~=y]", "1"),
        ("p:not(:first-child)", "1"),
        ("section > :only-child", "2"),
        ("[lang|=da] .c", "2"),
        (".B", "2"),
        ("P.c", "2"),
        ("[data-a^='X' i]", "1"),
        ("p:nth-of-type(2)", "1"),
        ("section:last-child p", "2"),
    ] {
        let came = came(&gated(selector), page);
        let (_, behind) = came.split_once("iteras-invalid-pass\">").unwrap();
        assert_eq!(&behind[..1], shown, "{selector}: {came}");
    }
    let refused =
        |selector, page: &str| gated(selector).cut(page.as_bytes(), UNNAMED, Reason::NoPass);
    assert_eq!(refused(".b", page), Err(Refusal::NothingGated));
    // Without a document type classes are compared without their case.
    assert!(refused(".b", page.strip_prefix("<!doctype html>").unwrap()).is_ok());
}

#[test]
fn what_is_allowed_stays_but_not_in_the_article() {
    let teaser = gated(".g")
        .with_characters(9)
        .allow(".keep")
        .unwrap()
        .allow_comment("keep");
    let came = came(
        &teaser,
        "<script class=keep type=application/json>{\"a\":1}</script>\
         <template class=keep><i>t</i><p class=g>CANARY</template>\
         <noscript class=keep><img src=x></noscript><!-- keep --><!-- CANARY --><p class=keep data-x='{\"a\":1}'>\
         <div class=g><!-- keep CANARY --><script class=keep>CANARY</script>Once upon a CANARY</div>",
    );
    assert!(
        !came.contains("CANARY") && came.contains(">Once upon</div>"),
        "{came}"
    );
    for kept in [
        "{\"a\":1}</script>",
        "<i>t</i></template>",
        "<img src=x></noscript>",
        "<!-- keep -->",
        "data-x=\"{",
    ] {
        assert!(came.contains(kept), "{kept}: {came}");
    }
}

#[test]
fn a_marker_ends_the_teaser_only_in_the_article() {
    let teaser = gated(".g").with_marker(".more").unwrap();
    let came = came(
        &teaser,
        "<p class=more>a<div class=g>b<p><i class=more>CANARY</i>CANARY</p>CANARY</div>c",
    );
    assert!(
        came.ends_with("iteras-invalid-pass\">b<p></p></div>c</body></html>"),
        "{came}"
    );
}

#[test]
fn half_a_word_is_better_than_nothing() {
    let page = "<div class=g><p>Donaudampfschiff</p></div>";
    assert!(came(&gated(".g").with_characters(5), page).contains("<p>Donau</p></div>"));
    assert!(came(&gated(".g").with_characters(0), page).contains("<p></p></div>"));
    let two = "<div class=g><p>one</p><p>Donaudampfschiff</p></div>";
    assert!(came(&gated(".g").with_characters(8), two).contains("<p>one</p><p></p></div>"));
}

#[test]
fn pictures_count_as_100_characters() {
    let page = "<div class=g><img src=/1><svg viewBox='0 0 1 1'><path d=M0 /></svg><img src=/CANARY>CANARY</div>";
    let came = came(&gated(".g").with_characters(299), page);
    assert!(
        came.contains(
            "><img src=\"/1\"><svg viewBox=\"0 0 1 1\"><path d=\"M0\"></path></svg></div>"
        ),
        "{came}"
    );
}

#[test]
fn a_page_stays_in_its_encoding() {
    let teaser = gated(".g").with_characters(8);
    let page = b"<p>bl\xe5 \x80 &#20013;</p><div class=g>r\xf8d gr\xf8d med fl\xf8de</div>";
    let cut = |page: &[u8], charset| teaser.cut(page, charset, Reason::NoPass);
    let came = cut(page, LATIN_1).unwrap();
    let has = |came: &[u8], bytes: &[u8]| came.windows(bytes.len()).any(|it| it == bytes);
    assert!(
        has(&came, b"<p>bl\xe5 \x80 &#20013;</p>") && has(&came, b">r\xf8d gr\xf8d</div>"),
        "{came:?}"
    );
    // Without a name in the header a `<meta>` counts, in either form, and a header counts more.
    for meta in [
        "<meta charset=latin1>",
        "<meta http-equiv=content-type content='text/html; charset=ISO-8859-1'>",
    ] {
        let named = [meta.as_bytes(), page].concat();
        assert!(has(
            &cut(&named, UNNAMED).unwrap(),
            b">r\xf8d gr\xf8d</div>"
        ));
        let utf8 = format!("{meta}<div class=g>rød grød med fløde</div>");
        assert!(has(
            &cut(utf8.as_bytes(), UTF_8).unwrap(),
            "rød grød<".as_bytes()
        ));
        // A byte order mark counts most, and stays.
        let marked = cut(format!("\u{feff}{utf8}").as_bytes(), LATIN_1).unwrap();
        assert!(marked.starts_with(b"\xef\xbb\xbf<html>") && has(&marked, "rød grød<".as_bytes()));
    }
    for other in [
        "<meta charset=big5>",
        "<meta charset=utf8><meta charset=utf-16>",
        "\u{feff}<meta charset=big5>",
    ] {
        let page = format!("{other}<div class=g>CANARY</div>");
        assert_eq!(
            cut(page.as_bytes(), UNNAMED),
            Err(Refusal::Charset),
            "{other}"
        );
    }
    assert_eq!(cut(b"\xff\xfe<\0d\0", UNNAMED), Err(Refusal::Charset));
    // Bytes that are no UTF-8 are read as browsers read them.
    assert!(has(
        &cut(b"<div class=g>a\xffb c\xff\xffd</div>", UNNAMED).unwrap(),
        "a\u{fffd}b".as_bytes()
    ));
}

#[test]
fn a_description_of_320_characters_stays_and_so_does_a_policy() {
    let teaser = gated(".g");
    let meta = |name: &str, length: usize| {
        came(
            &teaser,
            &format!(
                "<meta {name} content='{}'><div class=g>x</div>",
                "å".repeat(length)
            ),
        )
        .contains("<meta")
    };
    assert!(meta("name=description", 320) && !meta("name=description", 321));
    assert!(
        !meta("itemprop='x articlebody'", 1)
            && !meta("itemprop=text", 1)
            && meta("itemprop=name", 1)
    );
    assert!(meta("http-equiv=Content-Security-Policy", 321));
}
