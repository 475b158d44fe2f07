//! Properties of the gate that hold for any input; each panics where one does not. `fuzz/` calls the same functions.

use iteras_gate::server::Config;

/// A key of the sort that may stand in the wrong place.
pub(crate) const KEY: &str = "gift0123456789abcdefghijklmnopqr";

/// A configuration is read, or refused without showing the key that stands in it.
pub(crate) fn configuration(text: &str) {
    match Config::parse(text) {
        Ok(config) => drop(config.warnings()),
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(KEY), "{shown}");
        }
    }
}
