//! `iteras gift-link`, by running the program.
#![allow(clippy::unwrap_used)]

mod program;

use iteras::timestamp::Timestamp;
use iteras_guard::gift::GiftKey;
use program::{Folder, iteras};

const KEY: &str = "a key that is for gift links only";
const PAGE: &str = "https://pub.example/articles/1?q=a";

#[test]
fn the_link_opens_the_page_until_it_expires() {
    let folder = Folder::new("gift");
    let file = folder.write("key", &format!("{KEY}\n"));
    let args = ["gift-link", "--expires", "2999-01-01T00:00:00Z", PAGE];
    let by_variable = iteras(&args).variable("ITERAS_GIFT_KEY", KEY).run();
    let by_file = iteras(&[&args[..], &["--key-file", &file]].concat()).run();
    assert_eq!((by_file.code, by_file.err.as_str()), (0, ""));
    assert_eq!(by_file.out, by_variable.out);
    let link = url::Url::parse(by_file.out.trim_end()).unwrap();
    let (_, token) = link.query_pairs().last().unwrap();
    let opens = |at: &str| {
        let at = Timestamp::parse(at).unwrap();
        GiftKey::new(KEY).unwrap().opens(
            &token,
            "pub.example",
            "/articles/1",
            link.query().unwrap(),
            at,
        )
    };
    assert!(opens("2998-12-31T23:59:59Z"));
    assert!(!opens("2999-01-02T00:00:00Z"));
}

#[test]
fn mistakes_are_sentences() {
    for (args, text) in [
        (&["--expires", "0d", PAGE][..], "is over"),
        (
            &["--expires", "2020-01-01T00:00:00Z", PAGE],
            "--expires: 2020-01-01T00:00:00Z is over",
        ),
        (
            &["--expires", "soon", PAGE],
            "--expires: expected 36h, 7d, 2w or 2026-02-01T00:00:00Z, got \"soon\"",
        ),
        (&["ftp://pub.example/a"], "is not a http(s) URL"),
    ] {
        let run = iteras(&[&["gift-link"], args].concat())
            .variable("ITERAS_GIFT_KEY", KEY)
            .run();
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(text), "{}", run.err);
    }
    let run = iteras(&["gift-link", PAGE]).run();
    assert_eq!(
        run.err,
        "iteras: no key: give --key-file or set ITERAS_GIFT_KEY\n"
    );
}
