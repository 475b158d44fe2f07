//! Origins and pages as a publisher writes them in settings, read without a URL parser: what it would mend is refused.

use alloc::vec::Vec;

/// The rest of a URL behind `http://` or `https://` and an authority: a host of letters, digits, `.`, `-` and `_`, or
/// an IPv6 address in brackets, and maybe a port. No user, no escapes.
pub(super) fn behind_authority(url: &str) -> Option<&str> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| strip_prefix_ignoring_case(url, scheme))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    is_authority(authority).then_some(rest)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((address, after)) => {
            if address.parse::<core::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("ipv6", after)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            authority.split_at(end)
        }
    };
    let is_name =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || !c.is_ascii();
    let is_port =
        |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let port_fits = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    host.contains(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii())
        && host.chars().all(is_name)
        && port_fits
}

/// Says if a path stays on its site when it is sent as a redirect: with its dot segments resolved it may not begin
/// with `//`.
pub(super) fn stays_on_site(path: &str) -> bool {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let Some(path) = path[..end].strip_prefix('/') else {
        return false;
    };
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match dots(segment) {
            1 => {}
            2 => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    !matches!(segments[..], ["", _, ..])
}

/// 1 for `.`, 2 for `..`, however escaped; 0 for all else.
fn dots(segment: &str) -> usize {
    let mut rest = segment;
    let mut dots = 0;
    while !rest.is_empty() {
        let after = rest
            .strip_prefix('.')
            .or_else(|| strip_prefix_ignoring_case(rest, "%2e"));
        let Some(after) = after else { return 0 };
        rest = after;
        dots += 1;
    }
    if dots <= 2 { dots } else { 0 }
}
