//! Cookie strings: finding the pass among its neighbours, setting it, deleting it everywhere.
//!
//! ```
//! use iteras::cookies::pass_values;
//!
//! let header = b"tema=bl\xe5; iteraspass=sub|A; x=1";
//! assert_eq!(pass_values([&header[..]])[0], b"sub|A"[..]);
//! ```
//!
//! Bytes in: a neighbour may hold anything without harm. Split on `;` only, trim space and tab only,
//! the name matches exactly, quotes are never stripped (rules for every runtime, "Extracting").

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::pass::MAX_BYTES;
use crate::urls::percent_decode;

/// The cookie's name.
pub const NAME: &str = "iteraspass";

/// How many values of ours are looked at.
const MAX_VALUES: usize = 8;

/// The values of the pass cookie in `Cookie` header lines or `document.cookie`, at most 8, in order.
///
/// One without `|` that holds `%7C` is percent-decoded once; one over 4096 bytes comes back as it is.
pub fn pass_values<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Vec<Cow<'a, [u8]>> {
    lines
        .into_iter()
        .flat_map(|line| line.split(|&byte| byte == b';'))
        .filter_map(|pair| {
            let equals = pair.iter().position(|&byte| byte == b'=')?;
            (trim(&pair[..equals]) == NAME.as_bytes()).then(|| trim(&pair[equals + 1..]))
        })
        .take(MAX_VALUES)
        .map(decode)
        .collect()
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn decode(value: &[u8]) -> Cow<'_, [u8]> {
    let encoded_bar = |three: &[u8]| three.eq_ignore_ascii_case(b"%7c");
    if value.len() <= MAX_BYTES && !value.contains(&b'|') && value.windows(3).any(encoded_bar) {
        Cow::Owned(percent_decode(value))
    } else {
        Cow::Borrowed(value)
    }
}

/// The `document.cookie` text that stores a pass: raw, 30 days, whatever expiry the pass itself has
/// (wire protocol, "The cookie we set").
pub fn store(pass: &str, secure: bool, domain: Option<&str>) -> String {
    let mut text = String::from(NAME);
    text.push('=');
    text.push_str(pass);
    text.push_str("; Path=/; Max-Age=2592000; SameSite=Lax");
    if secure {
        text.push_str("; Secure");
    }
    push_domain(&mut text, domain);
    text
}

/// Every `document.cookie` text that deletes a form of the pass which we, the service or a server may
/// have set: host-only and for each domain, each at `/` and at every ancestor path of the page.
pub fn deletions(host: &str, path: &str, cookie_domain: Option<&str>) -> Vec<String> {
    let mut texts = Vec::new();
    for domain in domains(host, cookie_domain) {
        for (path, slash) in ancestor_paths(path) {
            let mut text = String::from(NAME);
            text.push_str("=; Path=");
            text.push_str(path);
            text.push_str(if slash { "/" } else { "" });
            text.push_str("; Max-Age=0");
            push_domain(&mut text, domain);
            texts.push(text);
        }
    }
    texts
}

/// Whether a page on `host` can set cookies for `domain`: the host itself or a parent of it that has
/// at least two labels.
pub fn is_own_domain(domain: &str, host: &str) -> bool {
    let parent = host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    domain == host || (parent && domain.contains('.') && !is_ip_address(host))
}

fn push_domain(text: &mut String, domain: Option<&str>) {
    if let Some(domain) = domain {
        text.push_str("; Domain=");
        text.push_str(domain);
    }
}

// `None` is the host-only form.
fn domains<'a>(host: &'a str, cookie_domain: Option<&'a str>) -> Vec<Option<&'a str>> {
    let mut domains = Vec::from([None]);
    domains.extend(cookie_domain.map(Some));
    let mut rest = Some(host).filter(|host| !is_ip_address(host));
    while let Some(domain) = rest.filter(|domain| domain.contains('.')) {
        if cookie_domain != Some(domain) {
            domains.push(Some(domain));
        }
        rest = domain.split_once('.').map(|(_, parent)| parent);
    }
    domains
}

// `URL` writes IPv6 hosts in brackets and every IPv4 host as four decimal numbers.
fn is_ip_address(host: &str) -> bool {
    host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

// `/`, then for `/a/b`: `/a`, `/a/`, `/a/b` and `/a/b/`; the second item says whether a slash follows.
fn ancestor_paths(path: &str) -> Vec<(&str, bool)> {
    // Browsers ignore a cookie path of more than 1024 bytes, so none can be stored there.
    const MAX_PATH: usize = 1024;
    let path = path.strip_suffix('/').unwrap_or(path);
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    let mut paths = Vec::from([("/", false)]);
    for end in ends.skip(1).take_while(|end| *end <= MAX_PATH) {
        paths.push((&path[..end], false));
        paths.push((&path[..end], true));
    }
    // A path with `;` can't be written into a cookie, so no cookie has it either.
    paths.retain(|(path, _)| !path.contains(';'));
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_stored_raw_for_30_days() {
        assert_eq!(store("p", false, None), "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax");
        assert_eq!(
            store("p", true, Some("example.com")),
            "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax; Secure; Domain=example.com"
        );
    }

    #[test]
    fn c39_every_form_that_may_have_been_set_is_deleted() {
        let texts = deletions("www.pub.example", "/a/b", None);
        let paths = ["/", "/a", "/a/", "/a/b", "/a/b/"];
        let domains = ["", "; Domain=www.pub.example", "; Domain=pub.example"];
        assert_eq!(texts.len(), paths.len() * domains.len());
        for domain in domains {
            for path in paths {
                let text = ["iteraspass=; Path=", path, "; Max-Age=0", domain].concat();
                assert!(texts.contains(&text), "{text}");
            }
        }
    }

    #[test]
    fn addresses_and_single_labels_have_no_parent_domains() {
        assert_eq!(deletions("127.0.0.1", "/", None), ["iteraspass=; Path=/; Max-Age=0"]);
        assert_eq!(deletions("localhost", "/", None), ["iteraspass=; Path=/; Max-Age=0"]);
        assert_eq!(deletions("[::1]", "/", None), ["iteraspass=; Path=/; Max-Age=0"]);
    }

    #[test]
    fn a_cookie_domain_is_the_host_or_a_parent_of_two_labels() {
        assert!(is_own_domain("pub.example", "www.pub.example"));
        assert!(is_own_domain("pub.example", "pub.example"));
        assert!(is_own_domain("localhost", "localhost"));
        assert!(!is_own_domain("example", "pub.example"));
        assert!(!is_own_domain("b.example", "pub.example"));
        assert!(!is_own_domain("0.1", "127.0.0.1"));
    }

    #[test]
    fn no_more_than_eight_values_are_looked_at() {
        let header = b"iteraspass=x;".repeat(20);
        assert_eq!(pass_values([&header[..]]).len(), 8);
    }
}
