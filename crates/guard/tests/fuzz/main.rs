//! The guard on any input: nothing panics, nothing opens that was not signed, whatever is written in two ways is one.
#![cfg(not(target_arch = "wasm32"))]

mod checks;
#[path = "../../../../tests/shared/fuzz.rs"]
mod fuzz;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

use fuzz::{bytes, edited, holds, soup};

const PASS: [&str; 12] = [
    "sub", "user", ",", "|", "/", ":", "A", "sha256", "sha1", "0", "F", " ",
];
const COOKIE: [&str; 14] = [
    "iteraspass=",
    "iteraspass",
    "Iteraspass=",
    ";",
    "; ",
    "\t",
    "=",
    "\"",
    "|",
    "%7c",
    "%",
    "å",
    "\u{7f}",
    "x",
];
const PATH: [&str; 30] = [
    "/",
    "//",
    "/./",
    "/../",
    ".",
    "%2e",
    "%2E",
    "%2f",
    "%5c",
    "\\",
    "%00",
    ";",
    ";v=1",
    "%41",
    "%c3%98",
    "%C3%B8",
    "ø",
    "É",
    "e\u{301}",
    "Σ",
    "ς",
    "%cf%82",
    "%e6",
    "a",
    "A",
    "/articles",
    " ",
    ":443",
    "[::1]",
    "pub.example.",
];

#[test]
fn c7_no_changed_pass_is_genuine() {
    let texts = edited(checks::passes(), &PASS, 3);
    holds("signature", 3000, texts, |text| checks::signature(text));
}

#[test]
fn c31_c32_our_cookies_are_found_in_any_lines() {
    let lines = vec(bytes(soup(&COOKIE, 30)), 0..4);
    holds("cookie-lines", 3000, lines, |lines| {
        checks::cookie_lines(lines)
    });
}

#[test]
fn c27_c30_our_headers_are_told_in_any_spelling() {
    let names = soup(
        &[
            "x-iteras-",
            "X_Iteras_",
            "x",
            "-",
            "_",
            "iteras",
            "forwarded",
            "X-Forwarded-",
            "for",
            "level",
        ],
        5,
    );
    let given = soup(
        &[
            "no-store", "No-Store", "private", ",", " ", "cookie", "Cookie", "*", "Accept",
        ],
        8,
    );
    holds("headers", 4000, (names, given), |(name, given)| {
        checks::headers(name, given)
    });
}

#[test]
fn c73_no_changed_token_opens() {
    let known = vec![checks::gift(), checks::editor(), checks::meter()];
    let texts = edited(known, &["0", "f", "F", ".", "+", " ", "1800000000", "_"], 3);
    holds("tokens", 3000, texts, |text| checks::tokens(text));
}

#[test]
fn c79_a_browser_that_keeps_its_cookie_opens_as_many_pages_as_are_free() {
    let visits = vec((0..60u8, 0..3_000_000u32), 0..120);
    let limits = (1..=50u32, 1..=366u32);
    holds(
        "metered",
        300,
        (visits, limits),
        |(visits, (free, days))| {
            checks::metered(visits, *free, *days);
        },
    );
}

#[test]
fn c73_a_gift_opens_one_page() {
    let path = prop_oneof![
        soup(
            &["/show", "/s%68ow", "/Show", "/", ";x", "?", "%2f", "."],
            5
        ),
        Just("/show".into())
    ];
    let query = soup(
        &[
            "id=1",
            "id=2",
            "&",
            ";",
            "utm_source=x",
            "iterasnext=/",
            "id",
            "=",
            "%69d=1",
            "|",
            "%7c",
        ],
        7,
    );
    holds("gift-pages", 4000, (path, query), |(path, query)| {
        checks::gift_pages(path, query)
    });
}

#[test]
fn c28_c71_a_normal_path_is_its_own() {
    let begun = soup(&PATH, 10).prop_map(|text| format!("/{text}"));
    let texts = prop_oneof![4 => begun, 1 => soup(&PATH, 6)];
    holds("paths", 8000, texts, |text| checks::paths(text));
}

#[test]
fn c71_patterns_fit_as_a_plain_search_does() {
    let text =
        |pieces: &'static [&'static str]| soup(pieces, 7).prop_map(|text| format!("/{text}"));
    let patterns = text(&["*", "/", "a", "b", "ab", "A", "ø", "%c3%b8", "%2a"]);
    let inputs = (
        patterns,
        text(&["/", "a", "b", "ab", "A", "Ø", "%c3%98", "*", "%2a"]),
    );
    holds("patterns", 8000, inputs, |(pattern, path)| {
        checks::patterns(pattern, path)
    });
}

#[test]
fn c72_a_parameter_is_found_however_it_is_written() {
    let name = soup(&["f", "EE", "d", ".", "_", "-", " ", "ø", "]"], 5);
    let before = soup(&["a=1", "&", ";", "=", "%", "+", "[", "%00"], 5);
    let behind = prop_oneof![
        Just("".to_owned()),
        Just("=".to_owned()),
        Just("[]=1".to_owned()),
        Just("[a][b]".to_owned()),
        Just("%00x=1".to_owned()),
        Just("=1&b".to_owned()),
        Just(";b".to_owned()),
    ];
    let inputs = (name, any::<u32>(), before, behind);
    holds(
        "parameter",
        6000,
        inputs,
        |(name, escaped, before, behind)| {
            checks::parameter(name, *escaped, before, behind);
        },
    );
}

#[test]
fn c72_forms_of_any_bytes_are_read() {
    let pieces = [
        "--x",
        "\r\n",
        "\n",
        "Content-Disposition",
        ": form-data; ",
        "name",
        "=",
        "*=",
        "UTF-8''",
        "\"",
        "'",
        "\\",
        "feed",
        "%",
        "%66",
        "+",
        "&",
        ";",
        " ",
        "[",
        "]",
    ];
    holds("forms", 4000, bytes(soup(&pieces, 24)), |body| {
        checks::forms(body)
    });
    let name = soup(&["feed", "F", ".", "ø", " "], 3);
    let inputs = (soup(&pieces, 10), name, soup(&pieces, 6));
    holds("multipart", 4000, inputs, |(before, name, behind)| {
        checks::multipart(before, name, behind);
    });
}

#[test]
fn log_in_forms_of_any_bytes_are_read() {
    let pieces = [
        "email=",
        "id=",
        "password=",
        "&",
        "=",
        "a@b.example",
        "12",
        "secret-secret",
        "%40",
        "%",
        "%c3",
        "+",
    ];
    let inputs = (bytes(soup(&pieces, 12)), any::<bool>());
    holds("log-in", 4000, inputs, |(body, own)| {
        checks::log_in(body, *own)
    });
    let fields = (
        soup(&["ane", "@", "pub.example", " ", "æ", "%"], 5),
        soup(&["s", " ", "&", "=", "%", "+", "æ"], 8),
    );
    holds("log-in-fields", 3000, fields, |(email, password)| {
        checks::log_in_fields(email, password);
    });
}

#[test]
fn a_mark_changes_nothing_else() {
    let pieces = [
        "<",
        "!",
        "--",
        "-->",
        ">",
        "<!doctype html>",
        "<!DOC",
        "<?x",
        "<html>",
        "\u{feff}",
        " ",
        "\n",
        "x",
        "<meta name=\"iteras-gate\" content=\"open\">",
    ];
    holds("marks", 6000, bytes(soup(&pieces, 10)), |page| {
        checks::marks(page)
    });
}
