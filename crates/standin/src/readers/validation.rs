//! Validation of form fields, the same for the frames and the server API.

use crate::locale::Texts;

/// The longest text of a field, in characters.
pub(crate) const LONGEST: usize = 200;

/// The error of a required text field: empty or too long.
pub(crate) fn text_error(texts: &'static Texts, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return Some(texts.fill_in);
    }
    (value.chars().count() > LONGEST).then_some(texts.too_long)
}

/// True for `user@host`: enough to catch a slip of the finger; only sending mail would tell more.
pub(crate) fn is_email(text: &str) -> bool {
    let fits = |part: &str| !part.is_empty() && !part.contains([' ', '@', ',', ';', '<', '>', '"']);
    text.len() <= 254
        && !text.contains(char::is_control)
        && text
            .split_once('@')
            .is_some_and(|(user, host)| fits(user) && fits(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_two_sides() {
        for text in ["a@b", "søren+lumen@example.com"] {
            assert!(is_email(text), "{text}");
        }
        for text in [
            "", "@", "a@", "@b", "a@b@c", "a b@c", "a", "a@b,c@d", "a@b\n",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }
}
