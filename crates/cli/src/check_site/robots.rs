//! robots.txt (RFC 9309): the group for this program, else the one for everybody.

use std::time::Duration;

use url::Url;

use super::http::AGENT;

/// The rules that count.
#[derive(Debug, Default)]
pub(super) struct Robots {
    /// True for `allow`.
    rules: Vec<(bool, String)>,
    delay: Option<Duration>,
}

#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Robots,
    begun: bool,
}

impl Robots {
    pub(super) fn parse(text: &str) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            let name = name.trim().to_ascii_lowercase();
            if name == "user-agent" {
                if groups.last().is_none_or(|group| group.begun) {
                    groups.push(Group::default());
                }
                if let Some(group) = groups.last_mut() {
                    group.agents.push(value.to_ascii_lowercase());
                }
                continue;
            }
            let Some(group) = groups.last_mut() else {
                continue;
            };
            group.begun = true;
            match name.as_str() {
                "allow" | "disallow" if !value.is_empty() => {
                    group.rules.rules.push((name == "allow", value.to_owned()));
                }
                "crawl-delay" => {
                    let seconds = value.parse::<f64>().ok();
                    group.rules.delay =
                        seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                }
                _ => {}
            }
        }
        let named = |agent: &str| {
            groups
                .iter()
                .any(|group| group.agents.iter().any(|held| held == agent))
        };
        let agent = if named(AGENT) { AGENT } else { "*" };
        let mut robots = Self::default();
        for group in groups
            .into_iter()
            .filter(|group| group.agents.iter().any(|held| held == agent))
        {
            robots.rules.extend(group.rules.rules);
            robots.delay = robots.delay.max(group.rules.delay);
        }
        robots
    }

    /// Seconds between requests, where it asks for some.
    pub(super) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// True if the address may be read: the longest rule that fits decides, and `allow` between two as long.
    pub(super) fn allow(&self, url: &Url) -> bool {
        let query = url
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let path = format!("{}{query}", url.path());
        let fitting = self
            .rules
            .iter()
            .filter(|(_, pattern)| fits(pattern, &path));
        let longest = fitting.max_by_key(|(allow, pattern)| (pattern.len(), *allow));
        longest.is_none_or(|(allow, _)| *allow)
    }
}

/// A path beside a pattern with `*` for anything and `$` for the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return !to_the_end || rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if to_the_end {
        rest.ends_with(last)
    } else {
        rest.contains(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_of_the_own_group_decides() {
        let allows = |text: &str, path: &str| {
            let url = Url::parse("https://pub.example")
                .and_then(|site| site.join(path))
                .unwrap();
            Robots::parse(text).allow(&url)
        };
        let everybody = "User-agent: *\nDisallow: /wp-admin # no\nAllow: /wp-admin/open\n\
                         Disallow: /*.php$\nDisallow: /*?s=\n";
        for (path, allowed) in [
            ("/", true),
            ("/wp-admin/x", false),
            ("/wp-admin/open/x", true),
            ("/a.php", false),
            ("/a.php?b", true),
            ("/a?s=1", false),
        ] {
            assert_eq!(allows(everybody, path), allowed, "{path}");
        }
        let own = "User-agent: *\nDisallow: /\n\n\
                   User-agent: other\nUser-agent: Iteras-Check-Site\nDisallow: /private\n";
        assert!(allows(own, "/a") && !allows(own, "/private/a"));
        assert!(!allows("User-agent: *\nDisallow: /", "/"));
        assert!(
            allows("User-agent: *\nDisallow:", "/")
                && allows("", "/")
                && allows("Disallow: /", "/")
        );
    }

    #[test]
    fn a_pause_is_told() {
        let delay = |text: &str| Robots::parse(text).delay();
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 1.5"),
            Some(Duration::from_millis(1500))
        );
        assert_eq!(delay("User-agent: *\nCrawl-delay: soon"), None);
    }
}
