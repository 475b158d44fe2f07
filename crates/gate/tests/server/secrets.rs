//! Secrets, which the program never says.

use iteras_guard::testing::signed_pass;

use crate::common::*;
use crate::program::*;

#[tokio::test]
async fn c64_nothing_secret_is_logged_even_at_trace() {
    let origin = origin().await;
    let mut dice = Dice(64);
    for round in 0..3 {
        let folder = Folder::new(&format!("secrets-{round}"));
        let mut word = || {
            (0..32)
                .map(|_| char::from(b'a' + dice.roll(26) as u8))
                .collect::<String>()
        };
        let (key, gift_key, editor_key, query) = (word(), word(), word(), word());
        let editors = format!(
            "[editors]\nfile = {:?}\n",
            folder.write("editor-key", &editor_key)
        );
        folder.write("key", &key);
        folder.write("gift-key", &gift_key);
        let pass = signed_pass(WALL)
            .with_key(iteras_guard::PassKey::new(&key).unwrap())
            .with_subscriber(&word())
            .text();
        let token = iteras_gate::GiftKey::new(&gift_key).unwrap();
        let token = token
            .token(
                "pub.example",
                "/article/1",
                "",
                iteras_gate::Timestamp::from_unix(32_000_000_000),
            )
            .unwrap();
        let editor = iteras_gate::EditorKey::new(&editor_key).unwrap();
        let editor = editor
            .cookie(
                "pub.example",
                iteras_gate::Timestamp::from_unix(32_000_000_000),
            )
            .unwrap();
        let gate = Running::start(&folder, &(folder.proxy(&origin) + &editors));
        let bad = pass.replace("sub|", "xyz|");
        for cookie in [
            format!("iteraspass={pass}"),
            format!("iteraspass={bad}"),
            format!("iteraseditor={editor}"),
            String::new(),
        ] {
            get(
                &gate.address,
                &format!("/article/1?iteraspreauth={query}"),
                &cookie,
            )
            .await;
        }
        get(&gate.address, &format!("/article/1?iterasgift={token}"), "").await;
        folder.write("key", &key[..10]);
        gate.signal("-HUP");
        gate.says("the old configuration holds").await;
        gate.says("\"reason\":\"nopass\"").await;
        gate.says("\"verdict\":\"gift\"").await;
        gate.says("\"verdict\":\"editor\"").await;
        let metrics = get(&gate.admin, "/metrics", "").await.body;
        let said = gate.said.lock().unwrap().clone() + &metrics;
        let tags = [&pass, &token, &editor].map(|signed| &signed[signed.len() - 16..]);
        let words = [&key, &gift_key, &editor_key, &query].map(|word| &word[..10]);
        for secret in words.into_iter().chain(tags) {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
    }
}

#[test]
fn a_relative_key_file_is_a_credential_of_the_service() {
    let folder = Folder::new("credentials");
    let config = folder.auth("x-original");
    let config = config.replace(&format!("{:?}", folder.file("key")), "\"key\"");
    let file = folder.write("gate.toml", &config);
    let mut check = command(&file);
    check.arg("--check").current_dir(std::env::temp_dir());
    let run = |check: &mut std::process::Command| {
        let output = check.output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let missing = format!("iteras-gate: {file}: keys.2026.file: can't be read: entity not found\n");
    assert_eq!(
        run(check.env_remove("CREDENTIALS_DIRECTORY")),
        (false, missing)
    );
    let credentials = folder.file(".");
    assert_eq!(
        run(check.env("CREDENTIALS_DIRECTORY", credentials)),
        (true, String::new())
    );
}
