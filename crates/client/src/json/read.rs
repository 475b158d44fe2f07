//! Whole JSON texts. serde_json refuses more than 128 levels; its own messages may quote the text, ours don't.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// The mistake for which a text can't be read, and its place; quotes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An answer that is one JSON text.
pub(crate) fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Malformed(format!("{} at line {line} column {column}", wrong(&error)))
    })
}

/// An answer that is one JSON object; a list would be read as its fields in their order.
pub(crate) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    match bytes.trim_ascii_start().first() {
        Some(b'{') => whole(bytes),
        _ => Err(Malformed("expected a JSON object".into())),
    }
}

/// The item of a list at this position, counted from 0.
pub(crate) fn item<T: DeserializeOwned>(bytes: &[u8], at: u64) -> Result<T, Malformed> {
    serde_json::from_slice(bytes).map_err(|error| {
        let column = error.column();
        Malformed(format!("{} in item {at} at column {column}", wrong(&error)))
    })
}

fn wrong(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Data => "a field is missing, doubled or of another type than expected",
        Category::Eof => "the JSON ends too early",
        _ if error.to_string().contains("recursion limit") => "the JSON is nested too deep",
        _ => "it is not JSON",
    }
}

#[derive(Deserialize)]
struct Mistake {
    errorcode: Option<String>,
    error: Option<String>,
}

/// The code in an answer of status 200 that says what a person did wrong, if it is one; as the service
/// wrote it, so not for logs.
pub(crate) fn users_mistake(bytes: &[u8]) -> Option<String> {
    let mistake: Mistake = object(bytes).ok()?;
    mistake.errorcode.or(mistake.error)
}
