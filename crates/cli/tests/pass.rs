//! `iteras pass`, by running the program; the vectors are those of all runtimes.
#![allow(clippy::unwrap_used)]

mod program;
#[path = "../../../tests/shared/mod.rs"]
mod shared;

use program::{Folder, iteras};
use serde_json::{Value, json};
use shared::{HEADERS, PASSES, cases, header_lines, load};

const KEY: &str = "00aabbccddff112233445566778899";
const WALL: &str = "n8fsoupukhv3";
const NOW: &str = "2026-01-15T12:00:00Z";

fn texts(value: &Value) -> Vec<&str> {
    let texts = value.as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap()).collect()
}

fn good() -> String {
    let passes = load(PASSES);
    cases(&passes)[0]["pass"].as_str().unwrap().to_owned()
}

#[test]
fn every_pass_case_ends_with_its_reason() {
    let folder = Folder::new("cases");
    let (mut allowed, mut denied, mut refused) = (0, 0, 0);
    for case in cases(&load(PASSES)) {
        let leeway = case["leeway_s"].to_string();
        let access = case["want_access"].as_str().unwrap_or("any");
        let mut args = vec![
            "pass",
            "verify",
            "--json",
            "--now",
            case["now"].as_str().unwrap(),
        ];
        args.extend(["--leeway", &leeway, "--access", access]);
        let keys: Vec<String> = (texts(&case["keys"]).iter().enumerate())
            .map(|(at, key)| folder.write(&format!("key-{at}"), key))
            .collect();
        args.extend(keys.iter().flat_map(|file| ["--key-file", file]));
        args.extend(
            texts(&case["want_ids"])
                .iter()
                .flat_map(|id| ["--paywall", id]),
        );
        let run = iteras(&args)
            .input(&format!("{}\n", case["pass"].as_str().unwrap()))
            .run();
        let (id, reason) = (&case["id"], &case["reason"]);
        if *reason == "configuration" {
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{id}: {}", run.err);
            refused += 1;
            continue;
        }
        assert_eq!(run.err, "", "{id}");
        let verdict: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(verdict["reason"], *reason, "{id}");
        assert_eq!(verdict["authorized"], *reason == Value::Null, "{id}");
        assert_eq!(run.code, i32::from(*reason != Value::Null), "{id}");
        allowed += usize::from(run.code == 0);
        denied += usize::from(run.code == 1);
    }
    assert!(allowed > 0 && denied > 0 && refused > 0);
}

#[test]
fn the_pass_is_found_among_cookies_as_servers_find_it() {
    let pass = good();
    let (mut allowed, mut denied) = (0, 0);
    for case in cases(&load(HEADERS)) {
        let lines = header_lines(&case["header"], &pass);
        let header = format!("Cookie: {}\n", lines.join("\r\nCookie: "));
        let mut args = vec!["pass", "verify", "--now", NOW];
        let own = case["want_ids"].is_array();
        let ids = if own {
            texts(&case["want_ids"])
        } else {
            vec![WALL]
        };
        args.extend(ids.iter().flat_map(|id| ["--paywall", id]));
        let access = case["want_access"].as_str().unwrap_or("any");
        args.extend(["--access", access]);
        let run = iteras(&args).key(KEY).input(&header).run();
        let expected = case["expect"].as_str().unwrap();
        let word = if expected == "allow" {
            "allowed: "
        } else {
            "denied: "
        };
        assert!(
            run.out.starts_with(word),
            "{}: {}{}",
            case["id"],
            run.out,
            run.err
        );
        assert_eq!(run.code, i32::from(expected == "deny"), "{}", case["id"]);
        allowed += usize::from(run.code == 0);
        denied += usize::from(run.code == 1);
    }
    assert!(allowed > 8 && denied > 8, "{allowed} {denied}");
}

#[test]
fn a_verdict_says_why() {
    let said = |fields: &[&str], pass: &str| {
        let mut args = vec!["pass", "verify", "--now", NOW];
        args.extend(fields);
        args.extend(["--", pass]);
        let run = iteras(&args).key(KEY).run();
        (run.code, run.out)
    };
    let pass = good();
    assert_eq!(
        said(&["--paywall", WALL], &pass),
        (0, "allowed: sub n8fsoupukhv3, subscriber 31168, until 2026-02-01T00:00:00Z, key ITERAS_PASS_KEY\n".into())
    );
    assert_eq!(
        said(&["--paywall", "AAAA1111", "--paywall", "BBBB2222"], &pass),
        (
            1,
            "denied: wrongpaywall: it is for n8fsoupukhv3, wanted AAAA1111 or BBBB2222\n".into()
        )
    );
    let later = iteras(&[
        "pass",
        "verify",
        "--paywall",
        WALL,
        "--now",
        "2026-02-03T00:00:00Z",
        &pass,
    ]);
    let later = later.key(KEY).run();
    let text =
        "denied: expired: it was valid until 2026-02-01T00:00:00Z, 2 days ago; leeway 60 seconds\n";
    assert_eq!((later.code, later.out.as_str()), (1, text));
    let unsigned = pass.replace("31168", "31169");
    assert_eq!(
        said(&["--paywall", WALL], &unsigned),
        (
            1,
            "denied: signature: signature was made with none of the keys\n".into()
        )
    );
    assert_eq!(
        said(&["--paywall", WALL], "Cookie: a=b"),
        (1, "denied: nopass: there is no cookie iteraspass\n".into())
    );
    assert_eq!(
        said(&["--paywall", WALL], "junk"),
        (
            1,
            "denied: malformed: pass has no `/` before a signature\n".into()
        )
    );
}

#[test]
fn a_signed_pass_is_allowed_and_shown() {
    let folder = Folder::new("signed");
    let key = folder.write("key", &format!("{KEY}\n"));
    let fields = [
        "pass",
        "sign",
        "--key-file",
        &key,
        "--entitlement",
        "user:AAAA1111",
        "--entitlement",
        "sub:BBBB2222",
        "--subscriber",
        "31168",
        "--ip",
        "2001:db8::1",
        "--expires",
        "2026-02-01T00:00:00Z",
    ];
    let signed = iteras(&fields).run();
    assert_eq!((signed.code, signed.err.as_str()), (0, ""));
    let pass = signed.out.trim_end();
    let start = "user,sub|AAAA1111,BBBB2222|2026-02-01T00:00:00Z|31168|2001:db8::1/sha256:";
    assert!(pass.starts_with(start), "{pass}");

    let args = [
        "pass",
        "verify",
        "--now",
        NOW,
        "--key-file",
        &key,
        "--json",
        "--paywall",
        "AAAA1111",
    ];
    let low = iteras(&args).input(&signed.out).run();
    let verdict: Value = serde_json::from_str(&low.out).unwrap();
    assert_eq!(
        verdict,
        json!({
            "authorized": false,
            "reason": "accesslevel",
            "level": "user",
            "paywallid": "AAAA1111",
            "subscriber": "31168",
            "expires": "2026-02-01T00:00:00Z",
            "keyId": key,
        })
    );

    let shown = iteras(&[
        "pass",
        "show",
        "--now",
        NOW,
        &format!("iteraspass={pass}; iteraspass=x"),
    ])
    .run();
    assert_eq!(
        (shown.code, shown.out.as_str()),
        (
            0,
            "2 values, in the order in which servers look at them:\n\
             UNVERIFIED: nobody has checked that any of this is true\n  \
             entitlement  user AAAA1111\n  \
             entitlement  sub BBBB2222\n  \
             expires      2026-02-01T00:00:00Z (in 16 days)\n  \
             subscriber   31168\n  \
             ip           2001:db8::1\n  \
             algorithm    sha256\n\
             malformed: pass has no `/` before a signature\n"
        )
    );
    let shown = iteras(&[
        "pass",
        "show",
        "--json",
        "--now",
        "2026-02-01T00:00:01Z",
        pass,
    ])
    .run();
    assert_eq!(
        serde_json::from_str::<Value>(&shown.out).unwrap(),
        json!({ "verified": false, "passes": [{
            "levels": ["user", "sub"],
            "paywallids": ["AAAA1111", "BBBB2222"],
            "expires": "2026-02-01T00:00:00Z",
            "expired": true,
            "subscriber": "31168",
            "ip": "2001:db8::1",
            "algorithm": "sha256",
        }] })
    );
    let nothing = iteras(&["pass", "show", "Cookie: a=b"]).run();
    assert_eq!(
        (nothing.code, nothing.out.as_str()),
        (1, "nopass: there is no cookie iteraspass\n")
    );
}

#[test]
fn old_signatures_and_old_keys_count_when_they_are_allowed() {
    let folder = Folder::new("old");
    let new = folder.write("new", "ffeeddccbbaa998877665544332211");
    let old = folder.write("old", KEY);
    let vectors = include_str!("../../../tests/vectors/pass-vectors.json");
    let vectors: Value = serde_json::from_str(vectors).unwrap();
    let vector = &vectors["vectors"][1];
    let (text, tag) = (
        vector["signed"].as_str().unwrap(),
        vector["sha1"].as_str().unwrap(),
    );
    let pass = format!("{text}/sha1:{tag}");
    let verify = |more: &[&str]| {
        let args = [&["pass", "verify", "--paywall", WALL, &pass], more].concat();
        iteras(&args).key(vectors["key"].as_str().unwrap()).run()
    };
    let refused = verify(&[]);
    let text = "denied: algorithm: signature algorithm is not on the allow-list\n";
    assert_eq!((refused.code, refused.out.as_str()), (1, text));
    assert_eq!(verify(&["--allow-sha1"]).code, 0);

    let args = [
        "pass",
        "verify",
        "--now",
        NOW,
        "--paywall",
        WALL,
        "--key-file",
        &new,
        "--key-file",
        &old,
    ];
    let run = iteras(&args).input(&good()).run();
    assert!(run.out.ends_with(&format!("key {old}\n")), "{}", run.out);
}

#[test]
fn what_is_asked_wrong_is_exit_code_2_and_tells_no_key() {
    let folder = Folder::new("wrong");
    let (empty, short) = (folder.write("empty", ""), folder.write("short", "tooshort"));
    let pass = good();
    let missing = folder.path("missing");
    let verify = ["pass", "verify", "--paywall", WALL, &pass];
    let sign = ["pass", "sign", "--entitlement"];
    for (args, text) in [
        (
            verify.to_vec(),
            "iteras: no key: give --key-file or set ITERAS_PASS_KEY\n",
        ),
        (
            [&verify[..], &["--key-file", &missing]].concat(),
            "No such file or directory",
        ),
        (
            [&verify[..], &["--key-file", &empty]].concat(),
            "signing key is empty",
        ),
        (
            [&verify[..], &["--key-file", &short]].concat(),
            "signing key has 8 bytes, expected at least 16",
        ),
        (vec!["pass", "verify", &pass], "--paywall <ID>"),
        (
            vec!["pass", "verify", "--paywall", "", &pass],
            "expected a paywall id such as n8fsoupukhv3",
        ),
        (
            vec!["pass", "verify", "--paywall", "a\nb", &pass],
            "expected a paywall id",
        ),
        (
            [&verify[..], &["--now", "yesterday"]].concat(),
            "expected a time such as 2026-02-01T00:00:00Z",
        ),
        (
            [&verify[..], &["--access", "gold"]].concat(),
            "possible values: any, user, sub",
        ),
        (
            [&verify[..], &["--key", KEY]].concat(),
            "unexpected argument '--key'",
        ),
        (
            [&sign[..], &["n8fsoupukhv3"]].concat(),
            "expected a level and a paywall id",
        ),
        (
            [&sign[..], &["sub:A", "--expires", "soon"]].concat(),
            "--expires: expected 36h",
        ),
    ] {
        let run = iteras(&args).run();
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(text), "{args:?}: {}", run.err);
        assert!(!run.err.contains("tooshort"), "{}", run.err);
    }
    for odd in ["sub:A|B", "sub:A,B", "sub:", ":A", "sub:Ø"] {
        let run = iteras(&["pass", "sign", "--entitlement", odd])
            .key(KEY)
            .run();
        assert_eq!(run.code, 2, "{odd}");
        assert!(run.err.starts_with("iteras: no such pass: "), "{}", run.err);
        assert!(!run.err.contains(KEY));
    }
}
