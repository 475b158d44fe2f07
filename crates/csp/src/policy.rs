//! One policy, and the questions about it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use sha2::{Digest, Sha256, Sha384, Sha512};
use url::Url;

/// The directives about script tags, the nearest first.
pub const SCRIPT_TAGS: [&str; 3] = ["script-src-elem", "script-src", "default-src"];
/// Those about handlers in attributes.
pub const HANDLERS: [&str; 3] = ["script-src-attr", "script-src", "default-src"];
/// Those about what scripts may compile.
pub const COMPILED: [&str; 2] = ["script-src", "default-src"];
/// Those about frames.
pub const FRAMES: [&str; 3] = ["frame-src", "child-src", "default-src"];
/// Those about requests of scripts.
pub const REQUESTS: [&str; 2] = ["connect-src", "default-src"];

/// One policy: from a header or from a `meta` tag.
#[derive(Clone, Debug)]
pub struct Policy {
    directives: Vec<(String, Vec<String>)>,
}

impl Policy {
    /// Reads a policy; of a directive that stands there twice the first counts.
    pub fn parse(text: &str) -> Self {
        let mut directives: Vec<(String, Vec<String>)> = Vec::new();
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else {
                continue;
            };
            if directives.iter().all(|(held, _)| *held != name) {
                directives.push((name, words.map(str::to_owned).collect()));
            }
        }
        Self { directives }
    }

    /// The directive that counts among these, of which the first one that is there does: its name and its sources.
    pub fn directive(&self, names: &[&str]) -> Option<(&str, &[String])> {
        let held = |name: &&str| self.directives.iter().find(|(held, _)| held == *name);
        let (name, sources) = names.iter().find_map(held)?;
        Some((name, sources))
    }

    /// The nonce of script tags, of several the first.
    pub fn nonce(&self) -> Option<&str> {
        let mut sources = self.sources(&SCRIPT_TAGS)?.iter();
        sources.find_map(|source| quoted(source, "nonce-"))
    }

    /// True where hosts in the directive about script tags count for nothing, as `'strict-dynamic'` has it.
    pub fn is_strict_dynamic(&self) -> bool {
        let sources = self.sources(&SCRIPT_TAGS);
        sources.is_some_and(|sources| has_word(sources, "'strict-dynamic'"))
    }

    /// The policy with a source more in the directive that counts among these, which loses its `'none'`. Where that is
    /// `default-src`, its sources are written out as the directive `fresh`, so that nothing else is allowed more.
    #[must_use]
    pub fn with(mut self, names: &[&str], fresh: &str, source: &str) -> Self {
        let Some((name, sources)) = self.directive(names) else {
            return self;
        };
        let name = match name {
            "default-src" => fresh.to_owned(),
            name => name.to_owned(),
        };
        let kept = sources
            .iter()
            .filter(|one| !one.eq_ignore_ascii_case("'none'"));
        let sources: Vec<String> = kept.cloned().chain([source.to_owned()]).collect();
        match self.directives.iter_mut().find(|(held, _)| *held == name) {
            Some((_, held)) => *held = sources,
            None => self.directives.push((name, sources)),
        }
        self
    }

    fn sources(&self, names: &[&str]) -> Option<&[String]> {
        self.directive(names).map(|(_, sources)| sources)
    }

    /// True if an inline script runs.
    pub fn allows_inline(&self, text: &str, nonce: Option<&str>) -> bool {
        let Some(sources) = self.sources(&SCRIPT_TAGS) else {
            return true;
        };
        let by_nonce = nonce.is_some_and(|nonce| has_nonce(sources, nonce));
        by_nonce || has_hash_of(sources, text) || is_open_to_inline(sources)
    }

    /// True if an event handler in an attribute (`onclick`) runs.
    pub fn allows_handler(&self, text: &str) -> bool {
        let Some(sources) = self.sources(&HANDLERS) else {
            return true;
        };
        let hashed = has_word(sources, "'unsafe-hashes'") && has_hash_of(sources, text);
        hashed || is_open_to_inline(sources)
    }

    /// True if the script at this address is loaded by a tag of the page.
    pub fn allows_script(&self, url: &Url, nonce: Option<&str>, page: Option<&Url>) -> bool {
        let Some(sources) = self.sources(&SCRIPT_TAGS) else {
            return true;
        };
        if nonce.is_some_and(|nonce| has_nonce(sources, nonce)) {
            return true;
        }
        !has_word(sources, "'strict-dynamic'") && sources.iter().any(|one| fits(one, url, page))
    }

    /// True if scripts may compile WebAssembly.
    pub fn allows_wasm(&self) -> bool {
        let Some(sources) = self.sources(&COMPILED) else {
            return true;
        };
        has_word(sources, "'wasm-unsafe-eval'") || has_word(sources, "'unsafe-eval'")
    }

    /// True if scripts may ask this address.
    pub fn allows_request(&self, url: &Url, page: Option<&Url>) -> bool {
        let Some(sources) = self.sources(&REQUESTS) else {
            return true;
        };
        sources.iter().any(|one| fits(one, url, page))
    }

    /// True if a text becomes HTML or a script by a policy of Trusted Types of this name only, and that one may be
    /// made; `None` where texts need none.
    pub fn allows_trusted_types(&self, name: &str) -> Option<bool> {
        let (_, needed) = self.directive(&["require-trusted-types-for"])?;
        if !has_word(needed, "'script'") {
            return None;
        }
        let Some((_, named)) = self.directive(&["trusted-types"]) else {
            return Some(true);
        };
        Some(named.iter().any(|one| one == name || one == "*"))
    }

    /// True if the policy makes a sandbox of the page in which no script runs.
    pub fn is_sandbox_without_scripts(&self) -> bool {
        let sandbox = self.directive(&["sandbox"]);
        sandbox.is_some_and(|(_, flags)| !has_word(flags, "allow-scripts"))
    }

    /// True if the page may hold a frame of this address.
    pub fn allows_frame(&self, url: &Url, page: Option<&Url>) -> bool {
        let Some(sources) = self.sources(&FRAMES) else {
            return true;
        };
        sources.iter().any(|one| fits(one, url, page))
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, sources)) in self.directives.iter().enumerate() {
            let words: Vec<&str> = [&**name]
                .into_iter()
                .chain(sources.iter().map(|one| &**one))
                .collect();
            f.write_str(if at == 0 { "" } else { "; " })?;
            f.write_str(&words.join(" "))?;
        }
        Ok(())
    }
}

fn has_word(sources: &[String], word: &str) -> bool {
    sources
        .iter()
        .any(|source| source.eq_ignore_ascii_case(word))
}

fn has_nonce(sources: &[String], nonce: &str) -> bool {
    let held = sources.iter().filter_map(|source| quoted(source, "nonce-"));
    !nonce.is_empty() && held.into_iter().any(|held| held == nonce)
}

/// The rest of a quoted source behind a prefix: `abc` of `'nonce-abc'`.
fn quoted<'a>(source: &'a str, prefix: &str) -> Option<&'a str> {
    let inside = source.strip_prefix('\'')?.strip_suffix('\'')?;
    let (start, rest) = inside.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn has_hash_of(sources: &[String], text: &str) -> bool {
    let equals = |prefix: &str, digest: &[u8]| {
        let mut held = sources.iter().filter_map(|source| quoted(source, prefix));
        held.any(|held| held == STANDARD.encode(digest) || held == URL_SAFE.encode(digest))
    };
    equals("sha256-", &Sha256::digest(text))
        || equals("sha384-", &Sha384::digest(text))
        || equals("sha512-", &Sha512::digest(text))
}

/// `'unsafe-inline'`, which a nonce, a hash or `'strict-dynamic'` switches off.
fn is_open_to_inline(sources: &[String]) -> bool {
    let stricter = ["nonce-", "sha256-", "sha384-", "sha512-"];
    let has_stricter = sources.iter().any(|source| {
        stricter
            .iter()
            .any(|prefix| quoted(source, prefix).is_some())
    });
    has_word(sources, "'unsafe-inline'") && !has_stricter && !has_word(sources, "'strict-dynamic'")
}

/// A source expression beside an address: `*`, `'self'`, `https:`, `*.example.com`, `https://a.example/js/`.
fn fits(source: &str, url: &Url, page: Option<&Url>) -> bool {
    if source == "*" {
        return matches!(url.scheme(), "http" | "https");
    }
    if source.eq_ignore_ascii_case("'self'") {
        return page.is_some_and(|page| page.origin() == url.origin());
    }
    if let Some(scheme) = source.strip_suffix(':') {
        return is_scheme(scheme, url);
    }
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, source),
    };
    let scheme_fits = match scheme {
        Some(scheme) => is_scheme(scheme, url),
        None => page.is_none_or(|page| is_scheme(page.scheme(), url)),
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (host, None),
    };
    let own = url.host_str().unwrap_or_default();
    let host_fits = match host.strip_prefix('*') {
        Some(end) => own.len() > end.len() && own.ends_with(&end.to_ascii_lowercase()),
        None => own.eq_ignore_ascii_case(host),
    };
    let port_fits = match port {
        Some("*") => true,
        Some(port) => url
            .port_or_known_default()
            .is_some_and(|own| own.to_string() == port),
        None => url.port().is_none(),
    };
    let path_fits = match path {
        "" | "/" => true,
        folder if folder.ends_with('/') => url.path().starts_with(folder),
        file => url.path() == file,
    };
    scheme_fits && host_fits && port_fits && path_fits
}

/// The scheme, or the safer one of it.
fn is_scheme(scheme: &str, url: &Url) -> bool {
    url.scheme().eq_ignore_ascii_case(scheme)
        || (scheme.eq_ignore_ascii_case("http") && url.scheme() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn inline_scripts_need_inline_nonce_or_hash() {
        let allows = |policy: &str, nonce| Policy::parse(policy).allows_inline("alert(1)", nonce);
        for policy in [
            "",
            "img-src 'self'",
            "script-src 'unsafe-inline'",
            "default-src 'self'; script-src-elem 'unsafe-inline'",
            "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
        ] {
            assert!(allows(policy, None), "{policy}");
        }
        for policy in [
            "script-src 'self'",
            "default-src 'none'",
            "script-src 'unsafe-inline' 'nonce-abc'",
            "script-src 'sha256-AAAA'",
            "script-src 'self'; script-src 'unsafe-inline'",
        ] {
            assert!(!allows(policy, None), "{policy}");
        }
        assert!(allows("script-src 'nonce-abc'", Some("abc")));
        assert!(!allows("script-src 'nonce-abc'", Some("ABC")));
        assert!(!Policy::parse("script-src 'nonce-abc'").allows_handler("f()"));
        assert!(Policy::parse("script-src 'unsafe-inline'").allows_handler("f()"));
    }

    #[test]
    fn wasm_requests_and_texts_have_directives_of_their_own() {
        let wasm = |policy: &str| Policy::parse(policy).allows_wasm();
        assert!(wasm("") && wasm("script-src-elem 'none'") && wasm("default-src 'unsafe-eval'"));
        assert!(wasm("script-src 'WASM-unsafe-eval'") && !wasm("default-src 'self'"));
        assert!(!wasm("script-src 'self'; default-src 'unsafe-eval'"));
        let service = url("https://app.iteras.dk/api/paywall/renew/");
        let asks = |policy: &str| Policy::parse(policy).allows_request(&service, None);
        assert!(
            asks("") && asks("connect-src https://app.iteras.dk") && !asks("default-src 'self'")
        );
        let types = |policy: &str| Policy::parse(policy).allows_trusted_types("iteras");
        assert_eq!(types("trusted-types other"), None);
        assert_eq!(types("require-trusted-types-for 'script'"), Some(true));
        let named = "require-trusted-types-for 'script'; trusted-types";
        assert_eq!(types(named), Some(false));
        assert_eq!(types(&format!("{named} a iteras")), Some(true));
        let shut = |policy: &str| Policy::parse(policy).is_sandbox_without_scripts();
        assert!(shut("sandbox") && !shut("sandbox allow-scripts") && !shut("default-src 'none'"));
    }

    #[test]
    fn addresses_fit_hosts_schemes_and_paths() {
        let page = url("https://pub.example/a");
        let script = url("https://app.iteras.dk/static/api/iteras.js");
        let allows = |source: &str| {
            Policy::parse(&format!("script-src {source}")).allows_script(&script, None, Some(&page))
        };
        for source in [
            "*",
            "https:",
            "app.iteras.dk",
            "*.iteras.dk",
            "https://app.iteras.dk",
            "http://app.iteras.dk/static/",
            "APP.iteras.dk:443",
        ] {
            assert!(allows(source), "{source}");
        }
        for source in [
            "'self'",
            "'none'",
            "*.app.iteras.dk",
            "iteras.dk",
            "http://app.iteras.dk:8080",
            "https://app.iteras.dk/js/",
            "https: 'strict-dynamic'",
        ] {
            assert!(!allows(source), "{source}");
        }
        assert!(
            Policy::parse("default-src 'self'")
                .allows_frame(&url("https://pub.example/f"), Some(&page))
        );
        assert!(!Policy::parse("frame-src 'self'").allows_frame(&script, Some(&page)));
    }
}
