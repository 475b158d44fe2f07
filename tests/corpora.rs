//! Hostile texts, every line of every list: none gets out of an attribute, none leads off the page's site.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

use iteras::IdList;
use iteras::html::iframe;
use iteras::protocol::{FrameKind, FrameRequest};
use iteras::urls::{Resolved, is_safe_target};
use url::Url;

/// The lines of all lists in `tests/vectors/payloads`.
fn lines() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/payloads");
    let entries = fs::read_dir(folder).expect("the folder of lists is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let lists = paths.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    let text = |path| fs::read(path).expect("a list can be read");
    let texts = lists.map(|path| String::from_utf8_lossy(&text(path)).into_owned());
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

#[test]
fn c54_no_text_gets_out_of_an_attribute() {
    let lines = lines();
    assert!(lines.len() > 1500, "{} lines", lines.len());
    for line in lines.iter().filter(|line| !line.is_empty()) {
        let html = iframe(&[("src", line), ("title", line)]);
        let inner = html
            .strip_prefix("<iframe src=\"")
            .and_then(|rest| rest.strip_suffix("\"></iframe>"));
        let (src, title) = inner.unwrap().split_once("\" title=\"").unwrap();
        for value in [src, title] {
            assert!(!value.contains(['"', '<', '>', '\'']), "{line}");
            assert_eq!(unescaped(value), *line);
        }
    }
}

fn unescaped(value: &str) -> String {
    let plain = value.replace("&quot;", "\"").replace("&#39;", "'");
    plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn c54_no_option_changes_scheme_host_or_path_depth_of_a_frame() {
    let form = IdList::new(["a"]);
    let plain = FrameRequest {
        base: "https://service.example",
        profile: "lumen",
        ids: form.as_ids(),
        id: "0123456789abcdef0123456789abcdef",
        ..FrameRequest::default()
    };
    let depth = |url: &Url| url.path_segments().unwrap().count();
    let usual = plain.url(FrameKind::Ordering, [].into_iter()).unwrap();
    let usual = Url::parse(&usual).unwrap();
    for line in
        lines()
            .iter()
            .map(String::as_str)
            .chain([".", "..", "../x", "a@evil", "evil.com/#"])
    {
        let ids = IdList::new([line]);
        let in_path = [
            FrameRequest {
                profile: line,
                ..plain.clone()
            },
            FrameRequest {
                ids: ids.as_ids(),
                ..plain.clone()
            },
        ];
        let in_query = [
            FrameRequest {
                cssclass: line,
                ..plain.clone()
            },
            FrameRequest {
                preauth: line,
                ..plain.clone()
            },
            FrameRequest {
                next: line,
                ..plain.clone()
            },
        ];
        for request in in_path.iter().chain(&in_query) {
            let Ok(url) = request.url(FrameKind::Ordering, [line, line].into_iter()) else {
                continue;
            };
            let url = Url::parse(&url).unwrap();
            assert_eq!(url.origin(), usual.origin(), "{line}");
            assert_eq!(depth(&url), depth(&usual), "{line}");
            assert_eq!(url.fragment(), None, "{line}");
            assert!(
                url.query()
                    .unwrap()
                    .ends_with(&format!("&frame={}", plain.id)),
                "{line}"
            );
        }
    }
}

#[test]
fn c51_no_target_leads_off_the_pages_site() {
    let base = Url::parse("https://pub.example/landing?x=1").unwrap();
    let parts = |url: &Url| {
        [
            url.origin().ascii_serialization(),
            format!("{}:", url.scheme()),
            format!("{}{}", url.username(), url.password().unwrap_or("")),
        ]
    };
    let (mut followed, mut refused) = (0, 0);
    for line in lines() {
        let Ok(url) = base.join(&line) else { continue };
        let ([origin, protocol, credentials], [own, own_protocol, _]) = (parts(&url), parts(&base));
        let target = Resolved {
            href: url.as_str(),
            origin: &origin,
            protocol: &protocol,
            credentials: &credentials,
            pathname: url.path(),
            hostname: "",
        };
        let page = Resolved {
            origin: &own,
            protocol: &own_protocol,
            ..Resolved::default()
        };
        if !is_safe_target(&line, &target, &page) {
            refused += 1;
            continue;
        }
        followed += 1;
        // An address that a server or a script makes of the path alone has to stay on the site as well.
        let again = base.join(&url[url::Position::BeforePath..]).unwrap();
        assert_eq!(again.origin(), base.origin(), "{line}");
        assert_eq!(url.origin(), base.origin(), "{line}");
    }
    assert!(
        followed > 100 && refused > 500,
        "{followed} followed, {refused} refused"
    );
}
