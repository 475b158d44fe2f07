//! The account that a reader names: as the service is asked for it, and as failures are counted for it.

use alloc::string::{String, ToString};

use sha2::{Digest, Sha256};

/// The longest account that is looked at, in bytes: the longest e-mail address (RFC 5321, section 4.5.3.1).
pub(super) const MAX_ACCOUNT: usize = 320;

/// An account, named by one of two fields of the form.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Account {
    Email(String),
    Id(String),
}

impl Account {
    /// An account without outer blanks; none if nothing is left.
    pub(super) fn email(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self::Email(text.to_string()))
    }

    /// An account by its id, in ASCII and without blanks, as the service writes ids; none if nothing is left.
    pub(super) fn id(text: &str) -> Option<Self> {
        let text: String = plain(text).collect();
        (!text.is_empty()).then_some(Self::Id(text))
    }

    /// The name of the form's field, and the service's parameter.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Id(_) => "id",
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Email(text) | Self::Id(text) => text,
        }
    }

    /// No id has letters of other scripts. A service that reads their digits as numbers would take one id in many
    /// spellings, each with counters of its own.
    pub(super) fn can_be_asked_for(&self) -> bool {
        match self {
            Self::Email(_) => true,
            Self::Id(text) => text.is_ascii(),
        }
    }

    pub(super) fn key(&self) -> AccountKey {
        AccountKey::of(self.text())
    }
}

/// A hash of the account, the same for all ways to write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AccountKey(pub(super) [u8; 16]);

impl AccountKey {
    pub(super) fn of(account: &str) -> Self {
        let hash = Sha256::digest(folded(account));
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }
}

/// Letter case, blanks, invisible characters and full width make no other account. Of what could be a number only the
/// digits count, without leading zeros.
fn folded(account: &str) -> String {
    let text: String = plain(account).flat_map(char::to_lowercase).collect();
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '_' | '.' | ',' | '\'');
    if !text.contains(|c: char| c.is_ascii_digit()) || !text.chars().all(numeric) {
        return text;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_string()
}

/// The characters that can be seen, those of full width as ASCII.
fn plain(text: &str) -> impl Iterator<Item = char> {
    let visible = text.chars().filter(|&c| !is_invisible(c));
    visible.map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    })
}

fn is_invisible(c: char) -> bool {
    let marks = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    );
    marks || c.is_whitespace() || c.is_control()
}
