//! Pages that would cost too much, and pages that can't be cut, are refused by name.
#![allow(clippy::unwrap_used, reason = "a test")]

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::{Refusal, Teaser};

const UTF_8: PageCharset = PageCharset::Named(Charset::Utf8);

fn teaser() -> Teaser {
    Teaser::new([".g"]).unwrap().with_characters(15)
}

fn cut(page: &str) -> Result<String, Refusal> {
    let teaser = teaser().cut(page.as_bytes(), UTF_8, Reason::NoPass)?;
    Ok(String::from_utf8(teaser).unwrap())
}

#[track_caller]
fn refused(page: &str, refusal: Refusal) {
    assert_eq!(
        cut(page),
        Err(refusal),
        "{}",
        page.chars().take(200).collect::<String>()
    );
}

const ARTICLE: &str = "<div class=g>one two three CANARY</div>";

#[test]
fn a_page_is_as_long_as_is_set() {
    let page = |length: usize| format!("{ARTICLE}{}", "x".repeat(length - ARTICLE.len()));
    assert!(cut(&page(2 << 20)).is_ok());
    refused(&page((2 << 20) + 1), Refusal::TooLarge);
    let short = teaser().with_longest_page(100);
    assert_eq!(short.longest_page(), 100);
    assert!(
        short
            .cut(page(100).as_bytes(), PageCharset::Unnamed, Reason::NoPass)
            .is_ok()
    );
    assert_eq!(
        short.cut(page(101).as_bytes(), PageCharset::Unnamed, Reason::NoPass),
        Err(Refusal::TooLarge)
    );
}

#[test]
fn c74_elements_are_nested_512_deep_at_most() {
    let nested = |tag: &str, depth: usize| format!("{}{ARTICLE}", tag.repeat(depth));
    // The document, `<html>`, `<body>` and the article stand around its text.
    assert!(cut(&nested("<div>", 508)).is_ok());
    refused(&nested("<div>", 509), Refusal::TooDeep);
    for tag in [
        "<div>",
        "<b>",
        "<svg>",
        "<template>",
        "<table><tr><td>",
        "<b data-x=1>",
        "<math><mtext>",
    ] {
        refused(&nested(tag, 100_000), Refusal::TooDeep);
    }
    refused(
        &format!("{ARTICLE}{}", "<i>".repeat(100_000)),
        Refusal::TooDeep,
    );
}

#[test]
fn c74_misnested_tags_make_no_more_nodes_than_a_page_may_have() {
    // Each paragraph opens all formatting elements again that none has closed.
    let open: String = (0..400).map(|n| format!("<b id={n}>")).collect();
    refused(
        &format!("{ARTICLE}<p>{open}{}", "</p><p>x".repeat(50_000)),
        Refusal::TooManyNodes,
    );
    // Each link ends the one before, whose paragraph is still open, and goes on in it.
    refused(
        &format!("{ARTICLE}{}", "<a><div>".repeat(100_000)),
        Refusal::TooDeep,
    );
    refused(
        &format!("{ARTICLE}{}", "<p>".repeat(600_000)),
        Refusal::TooManyNodes,
    );
}

#[test]
fn c74_a_tag_has_256_attributes_at_most() {
    let tag = |count: usize, end: &str| {
        let attributes: String = (0..count).map(|n| format!(" a{n}")).collect();
        format!("<p>{ARTICLE}<i{attributes}{end}")
    };
    assert!(cut(&tag(200, ">x")).is_ok());
    refused(&tag(1000, ">x"), Refusal::TooManyNodes);
    refused(&tag(200_000, ""), Refusal::TooManyNodes);
    for between in ["=1 ", "='>' ", "=\"<b>\"", "/", " = x ", "\n", "=''"] {
        let attributes: String = (0..2000).map(|n| format!("a{n}{between}")).collect();
        for start in [
            "<i ",
            "</i ",
            "<<i ",
            "&am<i ",
            "<!-- --><i ",
            "<svg><i ",
            "<textarea></textarea ",
        ] {
            refused(
                &format!("{ARTICLE}{start}{attributes}"),
                Refusal::TooManyNodes,
            );
        }
    }
    // The same without a tag is a text.
    let words = "a b=1 c='x' ".repeat(2000);
    for page in [
        "{}",
        "<!-- <b {} -->",
        "<!x {}>",
        "<script>a <b {} </script>",
        "<i title=\"<b {}\">x</i>",
        "<? {} >",
    ] {
        let page = format!("{ARTICLE}{}", page.replace("{}", &words));
        assert!(cut(&page).is_ok(), "{}", &page[..60]);
    }
}

#[test]
fn c74_tags_make_no_more_work_than_befits_a_page() {
    let teaser = teaser().with_longest_page(400_000);
    let refused = |page: String| {
        let came = teaser.cut(page.as_bytes(), UTF_8, Reason::NoPass);
        assert_eq!(came, Err(Refusal::TooMuchWork), "{}", &page[..300]);
    };
    // Each is compared with all formatting elements that are open, attribute by attribute.
    let attributes: String = (0..200).map(|n| format!(" a{n}")).collect();
    let open: String = (0..300).map(|n| format!("<b{attributes} x{n}>")).collect();
    refused(format!("{ARTICLE}{open}"));
    // Each looks for an element that is not there.
    for end in ["</p>", "</li>", "</x>", "</b>"] {
        let end = end.repeat(60_000);
        refused(format!("{ARTICLE}{}{end}", "<i>".repeat(500)));
    }
}

#[test]
fn bodies_collect_no_more_attributes_than_a_page_may_have() {
    let bodies: String = (0..2000)
        .map(|n| {
            let attributes: String = (0..100).map(|m| format!(" a{n}-{m}")).collect();
            format!("<body{attributes}>")
        })
        .collect();
    refused(&format!("{ARTICLE}{bodies}"), Refusal::TooManyNodes);
}

#[test]
fn a_page_without_an_article_has_no_teaser() {
    for page in [
        "",
        "<p>CANARY</p>",
        "<!-- <div class=g> --><p>CANARY",
        "<template><div class=g>CANARY</div></template>",
        "<noscript><div class=g>CANARY</div></noscript>",
        "<div hidden id='S:1'><div class=g>CANARY</div></div>",
        "<input class=g value=CANARY>",
        "<iframe class=g srcdoc=CANARY></iframe>",
        "<textarea class=g>CANARY</textarea>",
        "<html class=g>CANARY",
        "<svg class=g><text>CANARY</text></svg>",
        "<script>x = '<div class=g>CANARY</div>'</script>",
        "<plaintext><div class=g>CANARY</div>",
        "<frameset><frame src=CANARY></frameset><div class=g>CANARY</div>",
    ] {
        refused(page, Refusal::NothingGated);
    }
}

#[test]
fn c74_a_teaser_that_would_be_read_otherwise_is_not_made() {
    // No bytes of HTML lead to a tree with a form in a form, but misnested ones.
    refused(
        &format!("{ARTICLE}<form><div></form><form></form></div>"),
        Refusal::TreeDiffers,
    );
}

#[test]
fn comments_that_stay_become_no_script() {
    let all = teaser().allow_comment("");
    for comment in [
        "<!-- x -->",
        "<!--></div><script>alert()</script>-->",
        "<!-- --!><b>",
        "<!x --><script>",
        "<?x --><script>",
        "<svg><style><!--</style><img title=\"--&gt;<script>alert()</script>\">--></style></svg>",
        "<svg><title><!--</title><script>alert()</script>--></title></svg>",
        "<math><annotation-xml><!--</annotation-xml><script>alert()</script>--></annotation-xml></math>",
        "<table><!-- <tr><script>alert()</script> --></table>",
        "<select><!-- </select><script>alert()</script> --></select>",
    ] {
        let page = format!("<!doctype html>{ARTICLE}<p>{comment}");
        let scripts = |page: &str| {
            let scripts = scraper::Selector::parse("script:not([type])").unwrap();
            scraper::Html::parse_document(page).select(&scripts).count()
        };
        match all.cut(page.as_bytes(), UTF_8, Reason::NoPass) {
            Ok(came) => {
                let came = String::from_utf8(came).unwrap();
                assert!(
                    scripts(&came) <= scripts(&page) && !came.contains("CANARY"),
                    "{page}\n{came}"
                );
            }
            Err(refusal) => assert_eq!(refusal, Refusal::TreeDiffers, "{page}"),
        }
    }
}
