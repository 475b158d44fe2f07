//! One rule: requests, and what they ask for.

use alloc::format;
use core::fmt;

use super::lines::Named;
use super::{Form, Request};
use crate::config_error::{ConfigError, shown};
use crate::parameters::{Name, query_names};
use crate::patterns::{Pattern, Reading};
use crate::requirement::Requirement;

/// A requirement of some requests of a site, or that they have none.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) on: Match,
    pub(super) requirement: Option<Requirement>,
    /// The same without a meter, for pages that a preset shuts.
    pub(super) unmetered: Option<Requirement>,
}

impl Rule {
    /// A rule by which these requests ask for nothing.
    #[must_use]
    pub fn open(on: Match) -> Self {
        Self {
            on,
            requirement: None,
            unmetered: None,
        }
    }

    /// A rule by which these requests ask for this.
    #[must_use]
    pub fn protected(on: Match, requirement: Requirement) -> Self {
        Self {
            on,
            unmetered: Some(requirement.clone().without_meter()),
            requirement: Some(requirement),
        }
    }

    pub(super) fn fits(&self, path: &Reading, request: &Request<'_>, named: &Named) -> bool {
        match self.requirement {
            Some(_) => self.on.pattern.fits(path) && self.on.is_named(request.query, request.form),
            // A name in a form opens nothing, nor one that may be there. A rule that opens a path says nothing of
            // parameters, each of which may make another page of it, unless it names them.
            None => {
                self.on.pattern.fits_with_case(path)
                    && self.on.is_named(request.query, Form::Unseen)
                    && named.is_only(self.on.parameter.as_ref())
            }
        }
    }
}

/// The requests that a rule is about.
#[derive(Clone, Debug)]
pub struct Match {
    pub(super) pattern: Pattern,
    pub(super) parameter: Option<Name>,
}

impl Match {
    /// Paths that fit a [`Pattern`].
    pub fn path(pattern: &str) -> Result<Self, ConfigError> {
        let refused = || {
            let problem = format!("{} is not a pattern that a path could fit", shown(pattern));
            ConfigError::new("path", problem)
        };
        Ok(Self {
            pattern: Pattern::parse(pattern).ok_or_else(refused)?,
            parameter: None,
        })
    }

    /// Of those, only requests whose query, or form where it is seen, has a parameter of this name: `feed` for
    /// `/?feed=rss2`.
    pub fn with_parameter(mut self, name: &str) -> Result<Self, ConfigError> {
        let refused = || {
            let problem = format!("expected a name such as \"feed\", got {}", shown(name));
            ConfigError::new("parameter", problem)
        };
        self.parameter = Some(Name::parse(name).ok_or_else(refused)?);
        Ok(self)
    }

    fn is_named(&self, query: &str, form: Form<'_>) -> bool {
        let Some(wanted) = &self.parameter else {
            return true;
        };
        let in_form = match form {
            Form::Unseen => false,
            Form::Names(names) => names.iter().any(|name| wanted.is(name)),
            Form::Unread => true,
        };
        in_form || query_names(query).any(|name| wanted.is(&name))
    }

    pub(super) fn covers(&self, other: &Self) -> bool {
        let parameter = self.parameter.is_none() || self.parameter == other.parameter;
        parameter && self.pattern.covers(&other.pattern)
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.pattern.text() {
            "" => f.write_str("/")?,
            path => f.write_str(path)?,
        }
        match &self.parameter {
            Some(name) => write!(f, "?{}", name.text()),
            None => Ok(()),
        }
    }
}
