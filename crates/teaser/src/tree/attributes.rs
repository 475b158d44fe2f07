//! Counts the attributes of a tag before a tokenizer has read it to its end: html5ever compares each with
//! all before it, so that a tag with a hundred thousand takes minutes.
//!
//! The tokenizer does not say what it is reading, but it hands over a token as soon as it has one. So a
//! page is read in pieces that begin at each `<`, and a piece that ended no token continues the one before.

/// The greatest number of attributes of a tag.
const MAX_ATTRIBUTES: usize = 256;

/// A tag that has not ended, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    state: State,
    count: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Not in a tag.
    #[default]
    None,
    /// In a comment or a document type.
    Other,
    TagName,
    /// At a place where an attribute may begin.
    Gap,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

impl Attributes {
    /// Reads a piece that was given to the tokenizer, and says whether its tag has too many attributes;
    /// `ended` is true when the tokenizer has handed over a token since the piece began.
    pub(super) fn too_many(&mut self, piece: &[u8], ended: bool) -> bool {
        let mut bytes = piece;
        if ended || self.state == State::None {
            let begun = begun(piece);
            // Comments and types end with a `>`, and the token is theirs then.
            let over = begun == State::Other && ended && piece.contains(&b'>');
            *self = Self {
                state: if over { State::None } else { begun },
                count: 0,
            };
            bytes = piece.get(1..).unwrap_or_default();
        }
        for byte in bytes {
            if self.state == State::None {
                return false;
            }
            self.state = self.next(*byte);
        }
        self.count > MAX_ATTRIBUTES
    }

    fn next(&mut self, byte: u8) -> State {
        let space = matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ');
        match (self.state, byte) {
            (State::None | State::Other, _) => self.state,
            (State::Quoted(quote), _) => {
                if byte == quote {
                    State::Gap
                } else {
                    self.state
                }
            }
            (_, b'>') => State::None,
            (State::BeforeValue, _) if space => State::BeforeValue,
            (State::BeforeValue, b'"' | b'\'') => State::Quoted(byte),
            (State::BeforeValue, _) => State::Unquoted,
            (State::Unquoted, _) => {
                if space {
                    State::Gap
                } else {
                    State::Unquoted
                }
            }
            (State::Name | State::AfterName, b'=') => State::BeforeValue,
            (State::Name | State::AfterName, _) if space => State::AfterName,
            (State::TagName | State::Gap, _) if space => State::Gap,
            (_, b'/') => State::Gap,
            (State::TagName | State::Name, _) => self.state,
            (State::Gap | State::AfterName, _) => {
                self.count += 1;
                State::Name
            }
        }
    }
}

/// The state behind the first bytes of a piece.
fn begun(piece: &[u8]) -> State {
    match piece {
        [b'<'] | [b'<', b'/'] => State::TagName,
        [b'<', b'/', first, ..] | [b'<', first, ..] if first.is_ascii_alphabetic() => {
            State::TagName
        }
        [b'<', b'!' | b'?' | b'/', ..] => State::Other,
        _ => State::None,
    }
}
