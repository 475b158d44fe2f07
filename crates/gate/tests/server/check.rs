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

#[test]
fn what_can_not_be_meant_is_refused_by_name() {
    let folder = Folder::new("meant");
    let sound = folder.auth("x-original");
    let rules = "rules = [{ path = \"/article/*\" }, { path = \"/*\", parameter = \"feed\" }]\n";
    let refused = |from: &str, to: &str, setting: &str| {
        let config = sound.replace(from, to);
        assert_ne!(config, sound, "{from}");
        let (is_sound, said) = check(&folder, &config);
        assert!(
            !is_sound && said.contains(&format!("gate.toml: {setting}: ")),
            "{to}: {said}"
        );
    };
    for name in ["", "?feed", "a=b", "feed[]"] {
        refused(
            "\"feed\"",
            &format!("{name:?}"),
            "sites[0].rules[1].parameter",
        );
    }
    let open = "rules = [{ path = \"/*\", open = true }, ";
    refused("rules = [", open, "sites[0].rules[1]");
    refused(
        "rules = [",
        "rules = [{ path = \"/article*\" }, ",
        "sites[0].rules[1]",
    );
    refused(
        "\"/article/*\"",
        "\"/article/../*\"",
        "sites[0].rules[0].path",
    );
    refused(
        "\"/article/*\"",
        "\"/article?page=2\"",
        "sites[0].rules[0].path",
    );
    refused("\"/article/*\"", "\"/article;x\"", "sites[0].rules[0].path");
    refused(rules, "", "sites[0].rules");
    refused(
        rules,
        "rules = [{ path = \"/article/*\", open = true }]\n",
        "sites[0].rules",
    );
    refused(WALL, &format!("{WALL},other"), "sites[0].rules[0].paywalls");
    refused("mode =", "leeway = 86401\nmode =", "leeway");
    refused("mode =", "clients = { head_timeout = 0 }\nmode =", "line 1");
}

#[test]
fn no_value_that_could_be_a_key_is_said() {
    const LOST: &str = "lost0123456789abcdefghijklmnopqr";
    let folder = Folder::new("lost-key");
    let sound = folder.proxy("127.0.0.1:1");
    let key_file = format!("file = {:?}", folder.file("key"));
    for (from, to) in [
        (key_file.as_str(), format!("file = \"{LOST}\"")),
        (&key_file, format!("env = \"{LOST}\"")),
        (&key_file, format!("file = {LOST}")),
        (
            "id = \"2026\"",
            format!("id = \"{LOST}\"\nuntil = \"{LOST}\""),
        ),
        ("http://127.0.0.1:1", format!("http://{LOST}@127.0.0.1")),
        ("\"pub.example\"", format!("\"{LOST}/\"")),
        ("\"/article/*\"", format!("\"{LOST}\"")),
        ("\"feed\"", format!("\"{LOST}=\"")),
        (WALL, format!("{LOST},")),
        ("default = \"open\"", format!("default = \"{LOST}\"")),
        (
            "mode = \"proxy\"",
            format!("mode = \"proxy\"\ntrusted_peers = [\"{LOST}\"]"),
        ),
        (
            "mode = \"proxy\"",
            format!("mode = \"proxy\"\ndenied = {{ landing = \"{LOST}\" }}"),
        ),
        (
            "mode = \"proxy\"",
            format!("mode = \"proxy\"\ndenied = {{ page = \"{LOST}\" }}"),
        ),
        (
            "mode = \"proxy\"",
            format!("mode = \"proxy\"\nreissue = {{ domain = \"{LOST}\" }}"),
        ),
        (
            "mode = \"proxy\"",
            format!("mode = \"proxy\"\neditors = \"{LOST}\""),
        ),
    ] {
        let config = sound.replace(from, &to);
        assert_ne!(config, sound, "{from}");
        let (is_sound, said) = check(&folder, &config);
        assert!(!is_sound, "{to}");
        assert!(
            !said.contains(&LOST[..12]) && !said.contains(&LOST[20..]),
            "{said}"
        );
    }
}

#[test]
fn check_warns_of_what_may_not_be_meant() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("warned");
    let sound = folder.auth("x-original");
    let readable = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.file("key"), readable).unwrap();
    let (is_sound, said) = check(&folder, &sound);
    assert!(
        is_sound && said.contains("gate.toml: warning: keys.2026.file: everybody"),
        "{said}"
    );
    assert!(!said.contains("gifts.file"), "{said}");
    let (is_sound, said) = check(&folder, &folder.proxy("127.0.0.1:1"));
    assert!(
        is_sound && said.contains("warning: sites[0].rules[1]: a form of over 1048576 bytes"),
        "{said}"
    );
    let admin = "rules = [{ path = \"/wp-admin/*\", open = true }, ";
    let (_, said) = check(
        &folder,
        &folder.proxy("127.0.0.1:1").replace("rules = [", admin),
    );
    assert!(!said.contains("a form of over"), "{said}");
}
