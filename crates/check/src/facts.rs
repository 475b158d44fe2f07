//! The facts about one page or script that was read: its tags, and each use of the global with its place.

use iteras_csp::Policy;
use url::Url;

use crate::html::{Element, elements};
use crate::script::{Call, What, uses};
use crate::source::{Form, Source};

/// The script that a tag loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// From the service, or from where the service's documentation says: `…/static/api/iteras.js`.
    Service,
    /// `iteras.companion.js`
    Companion,
    /// `iteras.js` from elsewhere: the replacement.
    Replacement,
}

impl Which {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Companion => "companion",
            Self::Replacement => "replacement",
        }
    }
}

/// A tag that loads one of the scripts.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// The index of its element.
    pub(crate) element: usize,
    pub(crate) line: u64,
    pub(crate) address: Url,
    /// The address as it stands in the page.
    pub(crate) src: String,
    pub(crate) which: Which,
    /// True for `async`, `defer` and modules: what follows does not wait for it.
    pub(crate) is_late: bool,
}

/// The place of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A script element, by its index.
    Inline(usize),
    /// An attribute such as `onclick`.
    Handler(usize),
    /// A file of its own.
    File,
}

/// One use of the global in its place.
#[derive(Clone, Debug)]
pub(crate) struct Used {
    /// From 1, in the page or file.
    pub(crate) line: u64,
    pub(crate) place: Place,
    pub(crate) what: What,
}

impl Used {
    /// The call, with true if it runs while the page is parsed.
    pub(crate) fn call(&self) -> Option<(&Call, bool)> {
        let What::Call(call) = &self.what else {
            return None;
        };
        let now = matches!(self.place, Place::Inline(_)) && !call.deferred && !call.queued;
        Some((call, now))
    }
}

/// One page or script, read.
pub(crate) struct Facts<'a> {
    pub(crate) source: &'a Source,
    pub(crate) elements: Vec<Element>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) uses: Vec<Used>,
    /// Policies with the index of the first element that they are about.
    pub(crate) policies: Vec<(usize, Policy)>,
}

/// Stands for the site of a file, of which no address is known.
const NO_SITE: &str = "https://site.invalid/";
const SCRIPT_TYPES: [&str; 5] = [
    "",
    "module",
    "text/javascript",
    "application/javascript",
    "text/ecmascript",
];

impl<'a> Facts<'a> {
    pub(crate) fn of(source: &'a Source) -> Self {
        let mut facts = Self {
            source,
            elements: Vec::new(),
            tags: Vec::new(),
            uses: Vec::new(),
            policies: source
                .policies
                .iter()
                .map(|text| (0, Policy::parse(text)))
                .collect(),
        };
        match source.form {
            // The scripts themselves are no pages of the publisher's.
            Form::Script if which(&facts.base()).is_some() => {}
            Form::Script => facts.add_uses(&source.text, 1, Place::File),
            Form::Page => {
                facts.elements = elements(&source.text);
                facts.read_elements();
            }
        }
        facts
    }

    /// The address of the page; where it is a file, one that stands for it.
    pub(crate) fn base(&self) -> Url {
        let known = self.source.address.clone();
        known.unwrap_or_else(|| {
            let file = self
                .source
                .name
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or_default();
            let site = Url::parse(NO_SITE).expect("the constant is an address");
            site.join(file).unwrap_or(site)
        })
    }

    /// The absolute address of one that stands in the page.
    pub(crate) fn resolve(&self, address: &str) -> Option<Url> {
        self.base().join(address.trim()).ok()
    }

    /// The calls with their place, and whether they run while the page is parsed.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&Used, &Call, bool)> {
        self.uses
            .iter()
            .filter_map(|used| used.call().map(|(call, now)| (used, call, now)))
    }

    fn read_elements(&mut self) {
        for index in 0..self.elements.len() {
            let element = &self.elements[index];
            if element.name == "script" {
                self.read_script(index);
                continue;
            }
            if element.name == "meta" {
                let is_policy = element
                    .attribute("http-equiv")
                    .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
                if let Some(text) = element.attribute("content").filter(|_| is_policy) {
                    self.policies.push((index, Policy::parse(text)));
                }
            }
            let handlers: Vec<(u64, String)> = handlers(element).collect();
            for (line, text) in handlers {
                self.add_uses(&text, line, Place::Handler(index));
            }
        }
    }

    fn read_script(&mut self, index: usize) {
        let element = &self.elements[index];
        let kind = element
            .attribute("type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !SCRIPT_TYPES.contains(&kind.trim()) {
            return;
        }
        let Some(src) = element.attribute("src") else {
            let (text, line) = (element.text.clone(), element.line);
            let first = self.uses.len();
            self.add_uses(&text, line, Place::Inline(index));
            if kind == "module" {
                for used in &mut self.uses[first..] {
                    if let What::Call(call) = &mut used.what {
                        call.deferred = true;
                    }
                }
            }
            return;
        };
        let is_late = ["async", "defer"]
            .iter()
            .any(|name| element.attribute(name).is_some());
        let (src, line) = (src.to_owned(), element.line);
        if let Some(address) = self.resolve(&src)
            && let Some(which) = which(&address)
        {
            self.tags.push(Tag {
                element: index,
                line,
                address,
                src,
                which,
                is_late: is_late || kind == "module",
            });
        }
    }

    fn add_uses(&mut self, text: &str, first_line: u64, place: Place) {
        self.uses.extend(uses(text).into_iter().map(|one| Used {
            line: first_line + one.line - 1,
            place,
            what: one.what,
        }));
    }
}

/// The texts of attributes that run: `on…` and `javascript:` addresses.
pub(crate) fn handlers(element: &Element) -> impl Iterator<Item = (u64, String)> {
    element.attributes().filter_map(|(name, value)| {
        let text = match name {
            "href" => value.trim_start().strip_prefix("javascript:"),
            _ => name.starts_with("on").then_some(value),
        };
        text.map(|text| (element.line, text.to_owned()))
    })
}

/// The script at an address, if it is one of those.
pub(crate) fn which(address: &Url) -> Option<Which> {
    let path = address.path();
    let (folder, file) = path.rsplit_once('/')?;
    let stem = file.strip_suffix(".js")?;
    let documented = folder.ends_with("/static/api") || folder.ends_with("/media/api");
    match stem {
        _ if stem.starts_with("iteras.companion") => Some(Which::Companion),
        "iteras" if documented => Some(Which::Service),
        "debug" if documented => Some(Which::Service),
        _ if documented && stem.starts_with("iteras-") => Some(Which::Service),
        "iteras" => Some(Which::Replacement),
        _ if stem.starts_with("iteras.fallback") => Some(Which::Replacement),
        _ if stem.starts_with("iteras-") && stem.contains('.') => Some(Which::Replacement),
        _ => None,
    }
}
