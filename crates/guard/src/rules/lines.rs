//! The lines of presets compared with a request, and the parameters that they shut.

use alloc::vec::Vec;

use super::Form;
use super::presets::{Effect, Line, Preset, Says};
use crate::parameters::{Name, ReadName, query_names};
use crate::patterns::{Pattern, Reading};

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

    /// The first line that fits a request, whose path came as `sent`, and whether it opens or shuts.
    pub(super) fn decide(
        &self,
        path: &Reading,
        sent: &str,
        named: &Named,
    ) -> Option<(&'static Line, Effect)> {
        let is_plain = named.is_only(None);
        let fits = |(line, on): &&(&'static Line, On)| match (line.0, on) {
            (Says::OpensScripts(folder, scripts), _) => {
                // With a slash behind it or a `;` some servers see no file in it.
                let is_file = !sent.ends_with('/') && !sent.contains(';');
                let script = path.with_case().strip_prefix(folder);
                is_file && script.is_some_and(|script| scripts.contains(&script))
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
