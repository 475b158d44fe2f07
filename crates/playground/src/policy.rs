//! Our scripts and frames under a Content-Security-Policy: what it stops, and the policy that stops nothing.

use iteras::protocol::DEFAULT_BASE;
use iteras_csp::{COMPILED, FRAMES, Policy, REQUESTS, SCRIPT_TAGS};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::request;

/// Made-up page of a publisher, where none was typed in.
const PAGE: &str = "https://www.pub.example/article";
/// The inline script of a page, which has no hash in anybody's policy.
const INLINE: &str = "Iteras.wall({})";
/// The source that a nonce on the tag needs.
const NONCE: &str = "'nonce-…'";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    policy: String,
    page: String,
    mode: Mode,
}

/// The way in which a page loads ours.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    Companion,
    Replacement,
    Package,
}

/// Something that a page needs to be allowed.
struct Need {
    what: &'static str,
    /// The effect on readers where it is stopped.
    without: &'static str,
    /// The directives about it, the nearest first, and the one to write where `default-src` counts.
    by: (&'static [&'static str], &'static str),
    /// The source that allows it.
    source: String,
    /// Tells that a policy allows it to a tag with this nonce.
    allowed: Allowed,
    /// True where the page works without, in another way.
    is_optional: bool,
}

type Allowed = Box<dyn Fn(&Policy, Option<&str>) -> bool>;

const TAGS: (&[&str], &str) = (&SCRIPT_TAGS, "script-src");

impl Need {
    fn is_met(&self, policy: &Policy) -> bool {
        (self.allowed)(policy, policy.nonce())
    }

    /// The source that this policy lacks for it: hosts count for nothing beside `'strict-dynamic'`.
    fn lacking(&self, policy: &Policy) -> &str {
        match self.by == TAGS && policy.is_strict_dynamic() {
            true => NONCE,
            false => &self.source,
        }
    }
}

/// Judges a policy. A request: `{ policy, page, mode }`, with `policy` the header's value or that of a `meta` tag,
/// several on lines of their own or between commas; `page` the page's address or empty; `mode` `companion`,
/// `replacement` or `package`.
///
/// The answer: `{ needs: [{ what, allowed, nonce, optional, without, directive, add }], mended: [policy] }`: `nonce` is
/// true where a tag is allowed by its nonce alone; of what is stopped, the directive that does it and the source to add
/// there. `mended` has each policy so that all is allowed; null where that is so.
///
/// # Errors
///
/// A sentence where the request is none, or the page's address is no http(s) address.
pub fn judge(text: &str) -> Result<Value, String> {
    let asked: Asked = request(text)?;
    let page = page(&asked.page)?;
    let policies: Vec<Policy> = texts(&asked.policy).map(Policy::parse).collect();
    let needs = needs(asked.mode, &page);
    let rows: Vec<Value> = needs
        .iter()
        .map(|need| {
            let stopping = policies.iter().find(|policy| !need.is_met(policy));
            let directive = stopping.and_then(|policy| policy.directive(need.by.0));
            let written = |(name, sources): (&str, &[String])| format!("{name} {}", sources.join(" "));
            let by_nonce = policies.iter().any(|policy| !(need.allowed)(policy, None));
            json!({
                "what": need.what, "allowed": stopping.is_none(), "without": need.without,
                "nonce": stopping.is_none() && by_nonce, "optional": need.is_optional,
                "directive": directive.map(written), "add": stopping.map(|policy| need.lacking(policy)),
            })
        })
        .collect();
    let mended: Vec<String> = policies
        .iter()
        .map(|policy| mended(policy, &needs).to_string())
        .collect();
    let is_sound = rows.iter().all(|row| row["allowed"] == true);
    Ok(json!({ "needs": rows, "mended": (!is_sound).then_some(mended) }))
}

/// The policies of a text, without the header's name.
fn texts(policy: &str) -> impl Iterator<Item = &str> {
    const HEADER: &str = "content-security-policy:";
    let lines = policy.split(['\r', '\n', ',']).map(|line| {
        let line = line.trim();
        match line.split_at_checked(HEADER.len()) {
            Some((name, rest)) if name.eq_ignore_ascii_case(HEADER) => rest.trim(),
            _ => line,
        }
    });
    lines.filter(|line| !line.is_empty())
}

/// The page's address.
pub(crate) fn page(text: &str) -> Result<Url, String> {
    let text = match text.trim() {
        "" => PAGE,
        text => text,
    };
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or("page: expected an http(s) address".into())
}

fn needs(mode: Mode, page: &Url) -> Vec<Need> {
    let service = |path: &str| {
        let url = [DEFAULT_BASE, path].concat();
        Url::parse(&url).expect("the service's base is an address")
    };
    let origin = service("/").origin().ascii_serialization();
    let tag = |what, without, url: Url, source: &str| {
        let page = page.clone();
        let allowed: Allowed =
            Box::new(move |policy, nonce| policy.allows_script(&url, nonce, Some(&page)));
        need(what, without, TAGS, source, allowed)
    };
    let mut needs = Vec::new();
    if mode != Mode::Package {
        needs.push(tag(
            "the script at the service",
            "it does not run, and the article stays open",
            service("/static/api/iteras.js"),
            &origin,
        ));
        needs.push(Need {
            is_optional: true,
            ..need(
                "the call in the page, an inline script",
                "it does not run: put it into a file, or start the wall by attributes of the tag",
                TAGS,
                NONCE,
                Box::new(|policy, nonce| policy.allows_inline(INLINE, nonce)),
            )
        });
    }
    let own = page
        .join("/js/iteras.js")
        .expect("a path is an address on a page");
    match mode {
        Mode::Companion => needs.push(tag(
            "iteras.companion.js on your site",
            "the service's own script decides alone",
            own,
            "'self'",
        )),
        Mode::Package => needs.push(tag("your bundle", "nothing runs", own, "'self'")),
        Mode::Replacement => {}
    }
    needs.push(Need {
        is_optional: true,
        ..need(
            "WebAssembly",
            match mode {
                Mode::Package => "`iteras` can't start: import `iteras/js`",
                _ => "the fallback is loaded: a second file, and a report for each page view",
            },
            (&COMPILED, "script-src"),
            "'wasm-unsafe-eval'",
            Box::new(|policy, _| policy.allows_wasm()),
        )
    });
    let (frames, own) = (service("/"), page.clone());
    needs.push(need(
        "frames of the service",
        "the place of the form stays empty",
        (&FRAMES, "frame-src"),
        &origin,
        Box::new(move |policy, _| policy.allows_frame(&frames, Some(&own))),
    ));
    let (renewal, own) = (service("/api/paywall/renew/"), page.clone());
    needs.push(need(
        "requests to the service",
        "no pass is renewed: readers log in again when theirs runs out",
        (&REQUESTS, "connect-src"),
        &origin,
        Box::new(move |policy, _| policy.allows_request(&renewal, Some(&own))),
    ));
    if mode != Mode::Package {
        needs.push(Need {
            is_optional: true,
            ..need(
                "the fallback under Trusted Types",
                "nothing runs where WebAssembly can't",
                (&["trusted-types"], "trusted-types"),
                "iteras",
                Box::new(|policy, _| policy.allows_trusted_types("iteras") != Some(false)),
            )
        });
    }
    needs.push(need(
        "scripts at all",
        "a sandbox runs none",
        (&["sandbox"], "sandbox"),
        "allow-scripts",
        Box::new(|policy, _| !policy.is_sandbox_without_scripts()),
    ));
    needs
}

fn need(
    what: &'static str,
    without: &'static str,
    by: (&'static [&'static str], &'static str),
    source: &str,
    allowed: Allowed,
) -> Need {
    Need {
        what,
        without,
        by,
        source: source.to_owned(),
        allowed,
        is_optional: false,
    }
}

/// The policy with a source more for each need that it stops.
fn mended(policy: &Policy, needs: &[Need]) -> Policy {
    needs.iter().fold(policy.clone(), |policy, need| {
        if need.is_met(&policy) {
            return policy;
        }
        let source = need.lacking(&policy).to_owned();
        let (names, fresh) = need.by;
        policy.with(names, fresh, &source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mended_policy_stops_nothing() {
        for text in [
            "default-src 'none'",
            "default-src 'self'",
            "script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'",
            "script-src 'self' 'strict-dynamic'; child-src 'none'; connect-src https:",
            "require-trusted-types-for 'script'; trusted-types 'none'; sandbox allow-forms",
            "script-src-elem 'self'; script-src 'unsafe-inline'; default-src https://a.example",
        ] {
            for mode in [Mode::Companion, Mode::Replacement, Mode::Package] {
                let needs = needs(mode, &page("").unwrap());
                let mended = mended(&Policy::parse(text), &needs);
                let again = Policy::parse(&mended.to_string());
                let stopped = needs.iter().find(|need| !need.is_met(&again));
                assert!(stopped.is_none(), "{text}: {again}");
            }
        }
    }
}
