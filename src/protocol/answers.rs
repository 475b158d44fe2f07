//! The service's answers to a renewal (wire protocol, "Regeneration").

/// The service's answer to a pass that was sent for renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// A new pass, not yet checked against the one that was sent.
    Renewed(&'a str),
    /// A refusal: the pass does not hold any more.
    Refused,
    /// An outage, which is everything else: the old pass stays.
    Outage,
}

/// A field of the answer's JSON object, as far as its type matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A string.
    Text(&'a str),
    /// `null`.
    Null,
    /// Missing, or of another type.
    Other,
}

impl<'a> Answer<'a> {
    /// Reads an answer: HTTP 200 with a pass, or with `null` and a non-empty error code.
    pub fn read(status: u16, pass: Field<'a>, errorcode: Field<'a>) -> Self {
        match (status, pass, errorcode) {
            (200, Field::Text(pass), _) => Self::Renewed(pass),
            (200, Field::Null, Field::Text(code)) if !code.is_empty() => Self::Refused,
            _ => Self::Outage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pass_or_a_named_refusal_is_not_an_outage() {
        use Field::{Null, Other, Text};
        assert_eq!(Answer::read(200, Text("p"), Other), Answer::Renewed("p"));
        assert_eq!(Answer::read(200, Null, Text("noaccess")), Answer::Refused);
        for (status, pass, code) in [
            (200, Null, Other),
            (200, Null, Text("")),
            (200, Other, Text("noaccess")),
            (403, Null, Text("noaccess")),
            (500, Text("p"), Other),
            (0, Other, Other),
        ] {
            assert_eq!(Answer::read(status, pass, code), Answer::Outage);
        }
    }
}
