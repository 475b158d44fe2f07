//! `--print-config`: the settings as they are understood, and no key.

use crate::common::*;
use crate::program::*;

/// Standard output and standard error.
fn print(folder: &Folder, config: &str) -> (bool, String, String) {
    let mut command = command(&folder.write("gate.toml", config));
    let output = command.arg("--print-config").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn what_is_printed_reads_as_the_same() {
    let folder = Folder::new("print");
    folder.write("editor-key", "a key that is for editors only");
    folder.write("meter-key", "a key that is for the meter only");
    let config = format!(
        "{}preset = [\"basics\", \"ghost\"]\n[editors]\nfile = {:?}\n[meter]\nfile = {:?}\nfree = 3\ndays = 30\n\
         [[crawlers]]\nagent = \"Googlebot\"\n[copied_passes]\n[clients]\nhead_timeout = 0.5\n\
         [denied]\nlanding = \"/subscribe\"\n[reissue]\n",
        folder
            .auth("x-original")
            .replace("\"/article/*\" }", "\"/article/*\", meter = true }"),
        folder.file("editor-key"),
        folder.file("meter-key"),
    );
    let (is_sound, printed, said) = print(&folder, &config);
    assert!(is_sound, "{said}");
    for line in [
        "mode = \"forward-auth\"\n",
        "leeway = 60\n",
        "head_timeout = 0.5\n",
        "idle_timeout = 180.0\n",
        "default = \"open\"\n",
        "access = \"sub\"\n",
        "preset = [\"basics\", \"ghost\"]\n",
    ] {
        assert!(printed.contains(line), "{line}{printed}");
    }
    for key in [KEY, GIFT_KEY, "editors only", "meter only"] {
        assert!(
            !printed.contains(key) && !said.contains(key),
            "{printed}{said}"
        );
    }
    assert!(said.contains("warning: meter: "), "{said}");
    assert_eq!(print(&folder, &printed), (true, printed, said));
}

#[test]
fn a_key_in_the_wrong_place_is_not_printed() {
    let folder = Folder::new("print-misplaced");
    let sound = folder.auth("x-original");
    for wrong in [
        sound.replace(&format!("{:?}", folder.file("key")), &format!("{KEY:?}")),
        sound.replace(
            &format!("file = {:?}", folder.file("key")),
            &format!("env = {KEY:?}"),
        ),
    ] {
        let (is_sound, printed, said) = print(&folder, &wrong);
        assert!(!is_sound && printed.is_empty(), "{printed}");
        assert!(
            said.contains("gate.toml: keys.2026.") && !said.contains(KEY),
            "{said}"
        );
    }
}
