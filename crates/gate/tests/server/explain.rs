//! `--check --explain`: which rule decides; and presets in the configuration.

use crate::common::*;
use crate::program::*;

/// A WordPress site with these settings and rules.
fn press(folder: &Folder, more: &str, rules: &str) -> String {
    let base = folder.base();
    let (start, _) = base.split_once("[[sites]]").unwrap();
    format!(
        "mode = \"proxy\"\norigin = \"http://127.0.0.1:1\"\nadmin = \"127.0.0.1:0\"\n\
         denied = {{ landing = \"/?page_id=12\" }}\n{start}[[sites]]\nhosts = [\"pub.example\"]\n\
         default = \"protected\"\npaywalls = [\"{WALL}\"]\n{more}\nrules = [{rules}]\n"
    )
}

#[test]
fn each_kind_of_reason_is_said() {
    let folder = Folder::new("explain");
    let rules = "{ path = \"/\", open = true }, { path = \"/club/*\", paywalls = [\"B\", \"C\"], access = \"user\" }";
    let config = press(&folder, "preset = [\"basics\", \"wordpress\"]", rules);
    let asks = format!("asks for: sub of {WALL}");
    let strictest = format!("{asks}, and user of B or C");
    for (url, lines) in [
        (
            "https://pub.example",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /",
                "decided by: rules[0], which opens /",
                "asks for: nothing",
            ],
        ),
        (
            "http://PUB.example:8080/Club//x?y=1",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /Club/x",
                "decided by: rules[1], which protects /club/*",
                "asks for: user of B or C",
            ],
        ),
        (
            "https://pub.example/?page_id=12&utm_source=x#top",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /",
                "decided by: the landing page, which is open by itself",
                "asks for: nothing",
            ],
        ),
        (
            "https://pub.example/wp-content/x?rest_route=/wp/v2/posts",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /wp-content/x",
                "decided by: preset \"wordpress\", which shuts ?rest_route",
                &strictest,
            ],
        ),
        (
            "https://pub.example/robots.txt",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /robots.txt",
                "decided by: preset \"basics\", which opens /robots.txt",
                "asks for: nothing",
            ],
        ),
        (
            "https://pub.example/index.php/club/1",
            vec![
                "site: sites[0], by its host pub.example",
                "path: /index.php/club/1",
                "read as /index.php/club/1: default = \"protected\"",
                "read as /club/1: rules[1], which protects /club/*",
                "read as /index.php: default = \"protected\"",
                "read as /: rules[0], which opens /",
                &strictest,
            ],
        ),
        (
            "https://pub.example/a/../b",
            vec![
                "site: sites[0], by its host pub.example",
                "path: servers disagree which page it is",
                &format!("{strictest}, which only a pass or an editor opens (unclear path)"),
            ],
        ),
        (
            "https://other.example/a",
            vec![
                "site: none has the host \"other.example\"",
                "path: /a",
                &format!("{strictest}, which only a pass or an editor opens (unlisted host)"),
            ],
        ),
    ] {
        let (is_sound, said) = explain(&folder, &config, &[url]);
        let head = format!("{}: sound\n{url}\n    ", folder.file("gate.toml"));
        assert_eq!(
            (is_sound, said),
            (true, head + &lines.join("\n    ") + "\n"),
            "{url}"
        );
    }
    let (_, said) = explain(
        &folder,
        &config,
        &["https://pub.example/a", "http://pub.example/b"],
    );
    assert!(
        said.contains("/a\n    site") && said.contains("/b\n    site"),
        "{said}"
    );
    for odd in ["", "/a", "pub.example/a", "ftp://pub.example/"] {
        let (is_sound, said) = explain(&folder, &config, &[odd]);
        assert!(
            !is_sound && said.contains("--explain: expected a URL such as"),
            "{odd}: {said}"
        );
    }
}

#[test]
fn presets_that_can_not_be_meant_are_refused() {
    let folder = Folder::new("presets");
    let open = "{ path = \"/\", open = true }";
    let said = |more: &str, rules: &str| check(&folder, &press(&folder, more, rules));
    for more in [
        "preset = \"ghost\"",
        "preset = [\"basics\", \"ghost\"]",
        "preset = []",
    ] {
        let (is_sound, said) = said(more, open);
        assert!(is_sound, "{more}: {said}");
    }
    for (more, expected) in [
        (
            "preset = \"drupal\"",
            "unknown value, expected one of `basics`, `wordpress`, `ghost`",
        ),
        (
            "preset = [\"basics\", \"Basics\"]",
            "unknown value, expected one of",
        ),
        (
            "preset = 1",
            "invalid type: integer, expected the name of a preset or a list of them",
        ),
        (
            "preset = [\"ghost\", \"basics\", \"ghost\"]",
            "sites[0].preset: \"ghost\" stands twice",
        ),
    ] {
        let (is_sound, said) = said(more, open);
        assert!(!is_sound && said.contains(expected), "{more}: {said}");
    }
    let pays = format!("paywalls = [\"{WALL}\"]\n");
    let without = press(&folder, "preset = \"wordpress\"", open)
        .replace("default = \"protected\"", "default = \"open\"")
        .replace(&pays, "");
    let (is_sound, said) = check(&folder, &without);
    let expected =
        "sites[0].preset: \"wordpress\" shuts addresses, and there is no paywall to ask for";
    assert!(!is_sound && said.contains(expected), "{said}");
}

#[test]
fn a_landing_page_that_a_rule_protects_is_warned_of() {
    let folder = Folder::new("shut-landing");
    let (_, said) = check(&folder, &press(&folder, "preset = \"wordpress\"", ""));
    assert!(!said.contains("denied.landing"), "{said}");
    let (is_sound, said) = check(&folder, &press(&folder, "", "{ path = \"/\" }"));
    assert!(
        is_sound && said.contains("warning: denied.landing: a rule of sites[0] protects it"),
        "{said}"
    );
}
