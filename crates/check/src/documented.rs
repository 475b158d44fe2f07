//! The documented calls and their options (surface, sections 2 to 4), and their effects with ours.

/// A method of the global.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// Options of which each has to be there.
    pub(crate) needed: &'static [&'static str],
    /// Further documented options.
    pub(crate) known: &'static [&'static str],
    /// Options that ours has beyond the documentation.
    pub(crate) ours: &'static [&'static str],
    /// The effect of a call beside the official script.
    pub(crate) companion: &'static str,
    /// The effect of a call once ours stands in its place.
    pub(crate) replacement: &'static str,
}

impl Method {
    /// Every option that means something.
    pub(crate) fn options(&self) -> impl Iterator<Item = &'static str> {
        let all = [self.needed, self.known, self.ours];
        all.into_iter().flatten().copied()
    }

    /// True for the calls that give a frame.
    pub(crate) fn is_frame(&self) -> bool {
        self.name.ends_with("iframe")
    }
}

const FRAME: (&str, &str) = (
    "the official string, byte for byte",
    "a frame of ours; its address and messages are those of the service, to be filled in first",
);

/// The methods, the documented ones first.
pub(crate) const METHODS: [Method; 12] = [
    Method {
        name: "wall",
        needed: &[],
        known: &["paywallid", "access", "redirect", "unauthorized"],
        ours: &["authorized", "server", "meter"],
        companion: "ours judges and redirects or calls back; the official wall then renews, without `redirect`",
        replacement: "ours judges, redirects or calls back, and renews",
    },
    Method {
        name: "logoutFromWall",
        needed: &[],
        known: &["redirect"],
        ours: &[],
        companion: "the official one with the same argument, then ours deletes what is left",
        replacement: "ours deletes the pass on every path and domain, then reloads, goes there or stays",
    },
    Method {
        name: "paywalliframe",
        needed: &["profile", "paywallid"],
        known: &["cssclass", "preauth", "next", "access"],
        ours: &["title"],
        companion: FRAME.0,
        replacement: FRAME.1,
    },
    Method {
        name: "orderingiframe",
        needed: &["profile", "orderingid"],
        known: &["cssclass", "preauth", "next", "prefill"],
        ours: &["title"],
        companion: FRAME.0,
        replacement: FRAME.1,
    },
    Method {
        name: "selfserviceiframe",
        needed: &["profile"],
        known: &["cssclass", "preauth", "next"],
        ours: &["title"],
        companion: FRAME.0,
        replacement: FRAME.1,
    },
    Method {
        name: "signupiframe",
        needed: &["profile", "signupid"],
        known: &["cssclass", "preauth", "next"],
        ours: &["title"],
        companion: FRAME.0,
        replacement: FRAME.1,
    },
    ours_alone(
        "configure",
        &["renewAfter", "base", "endpoints", "cookieDomain"],
    ),
    ours_alone("pass", &[]),
    ours_alone("isLoggedIn", &[]),
    ours_alone("carry", &[]),
    ours_alone("frame", &[]),
    ours_alone("version", &[]),
];

const fn ours_alone(name: &'static str, options: &'static [&'static str]) -> Method {
    Method {
        name,
        needed: &[],
        known: &[],
        ours: options,
        companion: "ours; the official script has no such method",
        replacement: "ours; the official script has no such method",
    }
}

/// The method of this name.
pub(crate) fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

/// Attributes of the script tag and of `<iteras-wall>` that start a wall, as the options that they are.
pub(crate) const DECLARED: [(&str, &str); 3] = [
    ("paywallid", "paywallid"),
    ("redirect", "redirect"),
    ("access", "access"),
];

/// Further attributes of ours: those of the script tag without their `data-`.
pub(crate) const ATTRIBUTES: [&str; 4] = ["server", "base", "engine", "meter"];

/// The name that was probably meant.
pub(crate) fn meant<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let near = names.map(|known| (distance(&lower, &known.to_lowercase()), known));
    let (distance, known) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance < known.len() / 2).then_some(known)
}

/// Letters to change, add or leave out between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_meant_and_far_ones_are_not() {
        let options = |name| method("wall").and_then(|wall| meant(name, wall.options()));
        assert_eq!(options("paywallId"), Some("paywallid"));
        assert_eq!(options("redirekt"), Some("redirect"));
        assert_eq!(options("acess"), Some("access"));
        assert_eq!(options("colour"), None);
        let methods = |name| meant(name, METHODS.iter().map(|method| method.name));
        assert_eq!(methods("payWallIframe"), Some("paywalliframe"));
        assert_eq!(methods("logoutFromWal"), Some("logoutFromWall"));
        assert_eq!(methods("q"), None);
    }
}
