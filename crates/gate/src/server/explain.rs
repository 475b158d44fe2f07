//! `--check --explain URL`, of a running program's rules.

use super::state::State;
use crate::settings::explain;

impl State {
    /// Says which rule decides about the page of an absolute URL, in lines of text; a request that has a form in its
    /// body may be another one. The URL is taken to the letter, since normal forms are what is asked about.
    pub fn explain(&self, url: &str) -> Result<String, String> {
        explain::explain(&self.rules, url)
    }
}
