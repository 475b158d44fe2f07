//! The text that sets the pass cookie (wire protocol, "The cookie we set").

use alloc::string::String;

use super::NAME;
use crate::text::join;

/// The `document.cookie` text that stores a pass: raw, 30 days, whatever expiry the pass itself has
/// (wire protocol, "The cookie we set").
pub fn store(pass: &str, secure: bool, domain: Option<&str>) -> String {
    join(&[
        NAME,
        "=",
        pass,
        "; Path=/; Max-Age=2592000; SameSite=Lax",
        if secure { "; Secure" } else { "" },
        if domain.is_some() { "; Domain=" } else { "" },
        domain.unwrap_or(""),
    ])
}

/// Whether a page on `host` can set cookies for `domain`: the host itself or a parent of it that has
/// at least two labels.
pub fn is_own_domain(domain: &str, host: &str) -> bool {
    let parent = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    domain == host || (parent && domain.bytes().any(|byte| byte == b'.') && !is_ip_address(host))
}

// `URL` writes IPv6 hosts in brackets and every IPv4 host as four decimal numbers.
fn is_ip_address(host: &str) -> bool {
    host.starts_with('[')
        || host
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_stored_raw_for_30_days() {
        assert_eq!(
            store("p", false, None),
            "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax"
        );
        assert_eq!(
            store("p", true, Some("example.com")),
            "iteraspass=p; Path=/; Max-Age=2592000; SameSite=Lax; Secure; Domain=example.com"
        );
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
}
