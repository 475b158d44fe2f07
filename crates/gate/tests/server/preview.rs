//! The settings without the machine (`settings::Preview`) say what the program says, and explain the same.

use iteras_gate::server::{Metrics, State};
use iteras_gate::settings::{Config, Preview};

use crate::common::*;
use crate::program::*;

/// The program's word and the preview's about the same settings: nothing, or the refusal.
fn both(text: &str) -> [Option<String>; 2] {
    let config = Config::parse(text).unwrap();
    let program = State::new(&config, Metrics::default());
    let preview = Preview::new(&config, KEY, GIFT_KEY);
    [
        program.err().map(|error| error.to_string()),
        preview.err().map(|error| error.to_string()),
    ]
}

#[test]
fn what_the_program_refuses_the_preview_refuses_in_the_same_words() {
    let folder = Folder::new("preview");
    let (proxy, auth) = (folder.proxy("127.0.0.1:1"), folder.auth("x-forwarded"));
    let metered = |meter: &str| {
        let key = folder.file("gift-key");
        let rules = proxy.replace("\"/article/*\" }", "\"/article/*\", meter = true }");
        let rules = rules
            .replace("[gifts]", "[editors]")
            .replace(&key, &folder.file("editor-key"));
        rules.replace(
            "[[sites]]",
            &format!("[meter]\nfile = {key:?}\n{meter}\n[[sites]]"),
        )
    };
    folder.write("editor-key", "editor0123456789abcdefghijklmnop");
    for sound in [&proxy, &auth, &metered("free = 3\ndays = 30")] {
        assert_eq!(both(sound), [None, None], "{sound}");
    }
    for (base, from, to) in [
        (&proxy, "mode =", "leeway = 86401\nmode ="),
        (&proxy, "mode =", "keep_answers = 1\nmode ="),
        (&proxy, "mode =", "dns = [\"127.0.0.1:53\"]\nmode ="),
        (&proxy, "mode =", "copied_passes = { networks = 0 }\nmode ="),
        (&proxy, "mode =", "copied_passes = {}\nmode ="),
        (
            &proxy,
            "mode =",
            "crawlers = [{ agent = \"Googlebot\" }]\nmode =",
        ),
        (
            &proxy,
            "mode =",
            "trusted_peers = [\"pub.example\"]\nmode =",
        ),
        (&proxy, "mode =", "denied = { landing = \"buy\" }\nmode ="),
        (&proxy, "mode =", "denied = { redirect = true }\nmode ="),
        (&proxy, "mode =", "reissue = { domain = \"a b\" }\nmode ="),
        (&proxy, "origin = \"http://", "origin = \"https://"),
        (&proxy, "origin = \"http://127.0.0.1:1\"\n", ""),
        (&proxy, "id = \"2026\"\n", "id = \"2026\"\nenv = \"KEY\"\n"),
        (
            &proxy,
            "id = \"2026\"\n",
            "id = \"2026\"\nuntil = \"now\"\n",
        ),
        (&proxy, "id = \"2026\"\n", "id = \"a b\"\n"),
        (&proxy, "[gifts]", "[editors]\n[gifts]"),
        (&proxy, "\"/article/*\"", "\"/article;x\""),
        (&proxy, "\"pub.example\"", "\"pub example\""),
        (
            &proxy,
            "{ path = \"/*\", parameter = \"feed\" }",
            "{ path = \"/article/1\" }",
        ),
        (
            &proxy,
            "default = \"open\"",
            "default = \"open\"\npreset = [\"basics\", \"basics\"]",
        ),
        (&proxy, "\"feed\" }", "\"feed\", meter = true }"),
        (&auth, "trusted_peers = [\"127.0.0.1\"]", ""),
        (&auth, "forwarded_headers = \"x-forwarded\"", ""),
        (&auth, "mode =", "keep_answers = 6\nmode ="),
        (&auth, "mode =", "origin = \"http://127.0.0.1:1\"\nmode ="),
        (&auth, "mode =", "teaser = { gated = [\".a\"] }\nmode ="),
        (&auth, "mode =", "denied = { redirect = true }\nmode ="),
        (&metered("free = 51\ndays = 1"), "", ""),
        (&metered("free = 1\ndays = 0"), "", ""),
    ] {
        let text = base.replacen(from, to, 1);
        let [program, preview] = both(&text);
        assert!(program.is_some(), "{text}");
        assert_eq!(preview, program, "{text}");
    }
}

#[test]
fn an_address_is_explained_alike() {
    let folder = Folder::new("preview-explain");
    let config = Config::parse(&folder.proxy("127.0.0.1:1")).unwrap();
    let program = State::new(&config, Metrics::default()).unwrap();
    let preview = Preview::new(&config, KEY, GIFT_KEY).unwrap();
    for url in [
        "https://pub.example/article/1",
        "https://pub.example/?feed=1",
        "https://other.example/",
        "pub.example",
    ] {
        assert_eq!(preview.explain(url), program.explain(url), "{url}");
    }
}
