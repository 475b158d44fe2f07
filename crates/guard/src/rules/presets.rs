//! Presets: named lists of what each site of a kind has to open or to shut.
//!
//! ```
//! use iteras_guard::rules::Preset;
//!
//! assert_eq!(Preset::of_name("wordpress"), Some(Preset::Wordpress));
//! let lines: Vec<_> = Preset::Ghost.lines().map(|line| line.to_string()).collect();
//! assert!(lines.contains(&"shuts /ghost/api/content/*".to_owned()));
//! ```
//!
//! Rules, "Presets". The first line that fits counts. What a line shuts asks for all that its site asks for: a feed has
//! articles of every paywall. Lines that shut compare in NFC and lower case, lines that open with the case kept, as
//! rules do; a line that opens a path says nothing of requests with a parameter that a preset of the site shuts.

use alloc::vec::Vec;
use core::fmt;

use super::Form;
use crate::parameters::{Name, ReadName, query_names};
use crate::patterns::{Pattern, Reading};

/// A named list of pages that are open or shut on every site that asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// Pages that machines ask every site for: `/robots.txt`, `/favicon.ico`, `/ads.txt`, `/sitemap*.xml`, in which
    /// the star takes no slash, and `/.well-known/*`.
    Basics,
    /// WordPress: shuts what hands out the text of articles besides their pages (feeds, REST, oEmbed, embeds, AMP and
    /// print versions, XML-RPC, each parameter that selects an article), opens its log-in, comments, files and the REST
    /// addresses of others than articles.
    Wordpress,
    /// Ghost: shuts feeds, the content API, previews and AMP versions, opens its log-in, member forms and files.
    Ghost,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::Basics, Self::Wordpress, Self::Ghost];

    /// The name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Wordpress => "wordpress",
            Self::Ghost => "ghost",
        }
    }

    /// The preset of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Tells whether it shuts anything, so that there has to be a paywall to ask for.
    pub fn shuts(self) -> bool {
        self.lines().any(|line| line.effect() == Effect::Shuts)
    }

    /// Its lines, in order.
    pub fn lines(self) -> impl Iterator<Item = &'static Line> {
        let lines = match self {
            Self::Basics => BASICS,
            Self::Wordpress => WORDPRESS,
            Self::Ghost => GHOST,
        };
        lines.iter()
    }
}

/// A line of a preset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line(Says);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Opens(&'static str),
    /// The star takes no slash.
    OpensFlat(&'static str),
    /// Opens the scripts of a folder whatever parameters come with them. Each is a file of its own at every origin of
    /// this kind, so that it is never answered by the program that shows articles.
    OpensScripts(&'static str, &'static [&'static str]),
    Shuts(&'static str),
    /// On whatever path.
    ShutsParameter(&'static str),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Says::Opens(pattern) | Says::OpensFlat(pattern) => write!(f, "opens {pattern}"),
            Says::OpensScripts(folder, _) => write!(f, "opens {folder}*.php of its own"),
            Says::Shuts(pattern) => write!(f, "shuts {pattern}"),
            Says::ShutsParameter(name) => write!(f, "shuts ?{name}"),
        }
    }
}

const fn opens(pattern: &'static str) -> Line {
    Line(Says::Opens(pattern))
}

const fn opens_flat(pattern: &'static str) -> Line {
    Line(Says::OpensFlat(pattern))
}

const fn shuts(pattern: &'static str) -> Line {
    Line(Says::Shuts(pattern))
}

const fn shuts_parameter(name: &'static str) -> Line {
    Line(Says::ShutsParameter(name))
}

const BASICS: &[Line] = &[
    opens_flat("/robots.txt"),
    opens_flat("/favicon.ico"),
    opens_flat("/ads.txt"),
    opens_flat("/sitemap*.xml"),
    opens("/.well-known/*"),
];

/// Of `/wp-admin/`, scripts that take parameters and forms with names of all kinds: there since WordPress 5 and before.
const ADMIN: &[&str] = &[
    "admin-ajax.php",
    "admin-post.php",
    "admin.php",
    "async-upload.php",
    "comment.php",
    "customize.php",
    "edit-comments.php",
    "edit-tags.php",
    "edit.php",
    "erase-personal-data.php",
    "export-personal-data.php",
    "export.php",
    "import.php",
    "index.php",
    "load-scripts.php",
    "load-styles.php",
    "media-new.php",
    "media-upload.php",
    "media.php",
    "nav-menus.php",
    "options-discussion.php",
    "options-general.php",
    "options-media.php",
    "options-permalink.php",
    "options-reading.php",
    "options-writing.php",
    "options.php",
    "plugin-editor.php",
    "plugin-install.php",
    "plugins.php",
    "post-new.php",
    "post.php",
    "profile.php",
    "revision.php",
    "site-editor.php",
    "site-health.php",
    "term.php",
    "theme-editor.php",
    "theme-install.php",
    "themes.php",
    "tools.php",
    "update-core.php",
    "update.php",
    "upload.php",
    "user-edit.php",
    "user-new.php",
    "users.php",
    "widgets.php",
];

const WORDPRESS: &[Line] = &[
    Line(Says::OpensScripts("/wp-admin/", ADMIN)),
    // WordPress answers a path that is no file by its front controller, which takes these on any path, from the query
    // and from forms: `/wp-content/none?rest_route=/wp/v2/posts`.
    shuts_parameter("rest_route"),
    shuts_parameter("feed"),
    shuts_parameter("p"),
    shuts_parameter("page_id"),
    shuts_parameter("name"),
    shuts_parameter("pagename"),
    shuts_parameter("attachment"),
    shuts_parameter("attachment_id"),
    shuts_parameter("subpost"),
    shuts_parameter("subpost_id"),
    shuts_parameter("preview"),
    shuts_parameter("embed"),
    opens("/wp-admin/*"),
    opens("/wp-login.php"),
    opens("/wp-comments-post.php"),
    opens("/wp-includes/*"),
    opens("/wp-content/*"),
    // The front controller knows a feed by each of these words, and `feed` alone means the usual one.
    shuts("/feed/*"),
    shuts("/*/feed/*"),
    shuts("/rss"),
    shuts("/*/rss"),
    shuts("/rss2"),
    shuts("/*/rss2"),
    shuts("/rdf"),
    shuts("/*/rdf"),
    shuts("/atom"),
    shuts("/*/atom"),
    // Feeds of the first years, by which some readers still ask.
    shuts("/*wp-feed.php"),
    shuts("/*wp-rss.php"),
    shuts("/*wp-rss2.php"),
    shuts("/*wp-rdf.php"),
    shuts("/*wp-atom.php"),
    shuts("/*wp-commentsrss2.php"),
    shuts("/embed"),
    shuts("/*/embed"),
    shuts("/amp"),
    shuts("/*/amp"),
    shuts("/print"),
    shuts("/*/print"),
    shuts("/xmlrpc.php"),
    shuts("/*/xmlrpc.php"),
    shuts("/wp-json/wp/v2/*"),
    shuts("/*/wp-json/wp/v2/*"),
    shuts("/wp-json/oembed/*"),
    shuts("/*/wp-json/oembed/*"),
    opens("/wp-json/*"),
];

const GHOST: &[Line] = &[
    shuts("/ghost/api/content/*"),
    // With the version in the address, as Ghost 2 to 4 have it, and on sites below a folder.
    shuts("/ghost/api/*/content/*"),
    shuts("/*/ghost/api/content/*"),
    shuts("/*/ghost/api/*/content/*"),
    shuts("/rss/*"),
    shuts("/*/rss/*"),
    // Ghost leads these to the feed.
    shuts("/feed/*"),
    shuts("/*/feed/*"),
    shuts("/amp"),
    shuts("/*/amp"),
    // Drafts, and articles that are sent by mail only.
    shuts("/p/*"),
    shuts("/email/*"),
    shuts("/.ghost/activitypub/*"),
    opens("/ghost/*"),
    opens("/members/*"),
    opens("/content/images/*"),
    opens("/content/media/*"),
    opens("/content/files/*"),
    opens("/assets/*"),
    opens("/public/*"),
];

/// The lines of a preset, ready to be compared.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    pub(super) preset: Preset,
    lines: Vec<(&'static Line, On)>,
}

#[derive(Clone, Debug)]
enum On {
    Pattern(Pattern),
    Name(Name),
    Scripts,
}

/// The parameters of a request that the presets of its site shut.
#[derive(Debug, Default)]
pub(super) struct Named {
    in_query: Vec<ReadName>,
    in_form: Vec<ReadName>,
    /// There is a form that was not read: it may hold any name.
    is_unread: bool,
}

impl Named {
    /// Of a request's parameters those that one of these presets shuts.
    pub(super) fn of(presets: &[Lines], query: &str, form: Form<'_>) -> Self {
        let is_shut = |name: &ReadName| {
            let mut shut = presets.iter().flat_map(Lines::parameters);
            shut.any(|shut| shut.is(name))
        };
        let in_form = match form {
            Form::Names(names) => names.iter().filter(|name| is_shut(name)).cloned().collect(),
            Form::Unseen | Form::Unread => Vec::new(),
        };
        Self {
            in_query: query_names(query).filter(is_shut).collect(),
            in_form,
            is_unread: form == Form::Unread && presets.iter().any(Lines::shut_parameters),
        }
    }

    /// Tells whether there is none in the form, and in the query none but this one.
    pub(super) fn is_only(&self, own: Option<&Name>) -> bool {
        let is_own = |name: &ReadName| own.is_some_and(|own| own.is(name));
        !self.is_in_form() && self.in_query.iter().all(is_own)
    }

    /// Tells whether there is one in the form, or may be.
    pub(super) fn is_in_form(&self) -> bool {
        self.is_unread || !self.in_form.is_empty()
    }

    fn has(&self, name: &Name) -> bool {
        let mut names = self.in_query.iter().chain(&self.in_form);
        self.is_unread || names.any(|read| name.is(read))
    }
}

impl Lines {
    pub(super) fn of(preset: Preset) -> Self {
        let ready = |line: &'static Line| {
            let on = match line.0 {
                Says::OpensScripts(..) => On::Scripts,
                Says::ShutsParameter(name) => On::Name(Name::parse(name)?),
                Says::Opens(pattern) | Says::OpensFlat(pattern) | Says::Shuts(pattern) => {
                    On::Pattern(Pattern::parse(pattern)?)
                }
            };
            Some((line, on))
        };
        Self {
            preset,
            lines: preset.lines().filter_map(ready).collect(),
        }
    }

    fn shut_parameters(&self) -> bool {
        self.parameters().next().is_some()
    }

    /// The parameters that it shuts.
    fn parameters(&self) -> impl Iterator<Item = &Name> {
        self.lines.iter().filter_map(|(_, on)| match on {
            On::Name(name) => Some(name),
            _ => None,
        })
    }

    /// The first line that fits a request, and whether it opens or shuts.
    pub(super) fn decide(&self, path: &Reading, named: &Named) -> Option<(&'static Line, Effect)> {
        let is_plain = named.is_only(None);
        let fits = |(line, on): &&(&'static Line, On)| match (line.0, on) {
            (Says::OpensScripts(folder, scripts), _) => {
                let script = path.with_case().strip_prefix(folder);
                script.is_some_and(|script| scripts.contains(&script))
            }
            (Says::Opens(_), On::Pattern(on)) => is_plain && on.fits_with_case(path),
            (Says::OpensFlat(_), On::Pattern(on)) => {
                let is_deep = path.with_case().matches('/').count() > 1;
                is_plain && !is_deep && on.fits_with_case(path)
            }
            (Says::Shuts(_), On::Pattern(on)) => on.fits(path),
            (Says::ShutsParameter(_), On::Name(name)) => named.has(name),
            _ => false,
        };
        let (line, _) = self.lines.iter().find(fits)?;
        Some((line, line.effect()))
    }
}

/// The effect of a line on the requests that it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Opens,
    Shuts,
}

impl Line {
    fn effect(&self) -> Effect {
        match self.0 {
            Says::Opens(_) | Says::OpensFlat(_) | Says::OpensScripts(..) => Effect::Opens,
            Says::Shuts(_) | Says::ShutsParameter(_) => Effect::Shuts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_can_be_compared() {
        for preset in Preset::ALL {
            assert_eq!(Lines::of(preset).lines.len(), preset.lines().count());
            assert_eq!(Preset::of_name(preset.name()), Some(preset));
        }
        assert_eq!(Preset::of_name("Basics"), None);
    }
}
