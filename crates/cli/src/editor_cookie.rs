//! `iteras editor-cookie`: a cookie that lets an editor in on one host until it expires.

use std::path::PathBuf;
use std::process::ExitCode;

use iteras::timestamp::Timestamp;
use iteras_guard::editor::{self, EditorKey};
use url::Url;

use crate::keys::{Source, read};
use crate::output::print;
use crate::times::end;

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct EditorCookie {
    /// The host that the gate stands in front of; letters beyond ASCII as they are spoken, or in Punycode.
    host: String,
    /// Life of the cookie: 12h, 7d, 2w, or its end such as 2026-02-01T00:00:00Z.
    #[arg(long, value_name = "DURATION|TIME", default_value = "12h")]
    expires: String,
    /// File with the key of editors' cookies, the same as the gate's; else the variable ITERAS_EDITOR_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl EditorCookie {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let end = end(&self.expires)?;
        let source = Source::of(self.key_file.as_deref(), "ITERAS_EDITOR_KEY");
        let key = read(source, EditorKey::from_file, EditorKey::new)?;
        print(&editor_cookie(&key, &self.host, end)?)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn editor_cookie(key: &EditorKey, host: &str, expiry: Timestamp) -> Result<String, String> {
    let value = ascii_host(host).and_then(|host| key.cookie(&host, expiry));
    let value = value.ok_or_else(|| format!("{host:?} is not a host such as www.pub.example"))?;
    Ok(format!("{}={value}", editor::NAME))
}

/// A host as browsers send it: in lower case, and what is not ASCII in Punycode.
fn ascii_host(host: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    let is_host = url.username().is_empty() && url.path() == "/" && url.query().is_none();
    url.host_str().filter(|_| is_host).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    #[test]
    fn the_cookie_lets_in_on_its_host() {
        let key = EditorKey::new("a key that is for editors only").unwrap();
        let cookie = editor_cookie(&key, "WWW.pub.example", NOW).unwrap();
        let value = cookie.strip_prefix("iteraseditor=").unwrap();
        assert!(key.lets_in(value, "www.pub.example:8443", NOW));
        for odd in [
            "https://pub.example/",
            "pub.example/a",
            "a@pub.example",
            "",
            "a?b",
        ] {
            let error = editor_cookie(&key, odd, NOW).unwrap_err();
            assert!(error.contains("is not a host"), "{error}");
        }
    }

    #[test]
    fn hosts_are_signed_as_browsers_send_them() {
        let key = EditorKey::new("a key that is for editors only").unwrap();
        let same = editor_cookie(&key, "www.xn--bl-zia.dk", NOW).unwrap();
        for host in [
            "www.blå.dk",
            "WWW.BLÅ.dk",
            "www.XN--BL-ZIA.dk",
            "www.blå.dk:8443",
        ] {
            assert_eq!(editor_cookie(&key, host, NOW).unwrap(), same, "{host}");
        }
    }
}
