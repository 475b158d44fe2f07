//! `--check`: which setting is wrong, and nothing of what stands there.

use crate::common::*;
use crate::program::*;

#[test]
fn c19_check_names_the_setting_that_is_wrong() {
    let folder = Folder::new("check");
    let sound = folder.auth("x-original");
    assert_eq!(
        check(&folder, &sound),
        (true, format!("{}: sound\n", folder.file("gate.toml")))
    );
    let named = |config: &str, setting: &str| {
        let (sound, said) = check(&folder, config);
        assert!(
            !sound && said.contains(&format!("gate.toml: {setting}: ")),
            "{setting}: {said}"
        );
        assert!(!said.contains(KEY) && !said.contains(GIFT_KEY), "{said}");
    };
    for (key, setting) in [
        ("", "keys.2026"),
        ("\n", "keys.2026"),
        ("short", "keys.2026"),
        (&format!("{KEY}\n\n"), "keys.2026"),
    ] {
        folder.write("key", key);
        named(&sound, setting);
    }
    std::fs::remove_file(folder.file("key")).unwrap();
    named(&sound, "keys.2026.file");
    folder.write("key", KEY);
    folder.write("gift-key", "");
    named(&sound, "gifts");
    folder.write("gift-key", GIFT_KEY);
    folder.write("editor-key", "short");
    let editors = format!("{sound}[editors]\nfile = {:?}\n", folder.file("editor-key"));
    named(&editors, "editors");
    folder.write("editor-key", &format!("{KEY}\r\n"));
    named(&editors, "editors");
    let without = |what: &str, with: &str| sound.replace(what, with);
    named(&without("[[keys]]", "[[key]]"), "line 6");
    named(
        &without(
            &format!("file = {:?}\n[gifts]", folder.file("key")),
            "env = \"ITERAS_NOT_SET\"\n[gifts]",
        ),
        "keys.2026.env",
    );
    named(
        &without(
            &format!("file = {:?}\n[gifts]", folder.file("key")),
            "[gifts]",
        ),
        "keys.2026",
    );
    named(
        &without("trusted_peers = [\"127.0.0.1\"]\n", ""),
        "trusted_peers",
    );
    named(
        &without("forwarded_headers = \"x-original\"\n", ""),
        "forwarded_headers",
    );
    named(&without(WALL, ""), "sites[0].rules[0].paywalls");
    named(
        &without("path = \"/article/*\"", "path = \"article\""),
        "sites[0].rules[0].path",
    );
    named(&without("default = \"open\"\n", ""), "line 11");
    named(
        &without(
            "mode = \"forward-auth\"",
            "mode = \"forward-auth\"\norigin = \"http://127.0.0.1:1\"",
        ),
        "origin",
    );
    named(
        &without("mode = \"forward-auth\"", "mode = \"proxy\""),
        "origin",
    );
    named(
        &without(
            "mode = \"forward-auth\"",
            "mode = \"proxy\"\norigin = \"https://pub.example\"",
        ),
        "origin",
    );
}
