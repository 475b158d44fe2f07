//! Questions and answers as text: fields in their order, read strictly, and the macro for their schema.
//!
//! U+001F stands before each field of a question and of an answer, U+001E between the items of a field
//! that is a list. The script takes the one out of all that it sends, the other out of items; of what is
//! answered only a [`Parameter`] could hold one.

use alloc::string::String;

#[cfg(any(test, feature = "companion"))]
use crate::companion::Change;
use crate::marker::{Awaited, Mark};
use crate::protocol::Field;
use crate::renewal::{Record, Turn};
use crate::requirement::{Access, Ids, SEPARATOR};
use crate::text::{Parts, cut, items, number, parts, push, push_number};
use crate::urls::Resolved;

/// Before each field.
pub(super) const FIELD: u8 = 0x1f;

/// The most fields that a question has. The last of so many takes all that is left: only that can be a [`Rest`].
const MOST: usize = 14;

/// The letter of a question and its fields as they stand in the text.
pub(super) struct Fields<'a> {
    pub(super) letter: &'a [u8],
    pub(super) texts: [&'a str; MOST],
    pub(super) count: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn of(question: &'a str) -> Self {
        let mut rest = parts(question, FIELD);
        let letter = rest.next().unwrap_or("").as_bytes();
        let (mut texts, mut count) = ([""; MOST], 0);
        for place in &mut texts[..MOST - 1] {
            if let Some(text) = rest.next() {
                *place = text;
                count += 1;
            }
        }
        if let Some(text) = rest.rest() {
            texts[MOST - 1] = text;
            count += 1;
        }
        Self {
            letter,
            texts,
            count,
        }
    }

    pub(super) fn all(&self) -> &[&'a str] {
        self.texts.get(..self.count).unwrap_or_default()
    }
}

/// A kind of field in a question.
pub(super) trait Asked<'a>: Sized {
    /// The field's value; `None` where it is not of the kind.
    fn read(text: &'a str) -> Option<Self>;
}

impl<'a> Asked<'a> for &'a str {
    fn read(text: &'a str) -> Option<Self> {
        Some(text)
    }
}

impl<'a> Asked<'a> for bool {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

impl<'a> Asked<'a> for u64 {
    fn read(text: &'a str) -> Option<Self> {
        number(text)
    }
}

/// A number, or an empty field for none.
impl<'a> Asked<'a> for Option<u64> {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "" => Some(None),
            _ => number(text).map(Some),
        }
    }
}

/// `user`, `sub`, or an empty field for any level.
impl<'a> Asked<'a> for Access {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "" => Some(Access::Any),
            level => Access::parse(level),
        }
    }
}

/// `locked`, `claimed`, or an empty field for a turn that was not yet tried.
impl<'a> Asked<'a> for Turn {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "" => Some(Turn::NotTaken),
            "locked" => Some(Turn::Locked),
            "claimed" => Some(Turn::Claimed),
            _ => None,
        }
    }
}

/// `open`, `cut`, or an empty field for none.
impl<'a> Asked<'a> for Mark {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "" => Some(Mark::None),
            "open" => Some(Mark::Open),
            "cut" => Some(Mark::Cut),
            _ => None,
        }
    }
}

/// `renewal`, `page`, or an empty field for nothing.
impl<'a> Asked<'a> for Awaited {
    fn read(text: &'a str) -> Option<Self> {
        match text {
            "" => Some(Awaited::Nothing),
            "renewal" => Some(Awaited::Renewal),
            "page" => Some(Awaited::Page),
            _ => None,
        }
    }
}

/// The event that tells it, or an empty field for none.
#[cfg(any(test, feature = "companion"))]
impl<'a> Asked<'a> for Change {
    fn read(text: &'a str) -> Option<Self> {
        Change::of(text)
    }
}

impl<'a> Asked<'a> for Ids<'a> {
    fn read(text: &'a str) -> Option<Self> {
        Some(Ids::packed(text))
    }
}

/// The items of a list; an empty field is a list of none.
impl<'a> Asked<'a> for Parts<'a> {
    fn read(text: &'a str) -> Option<Self> {
        Some(items(text, SEPARATOR))
    }
}

/// A list whose items may hold anything: an empty field, and then a field for each item.
pub(super) struct Rest<'a>(&'a str);

impl<'a> Asked<'a> for Rest<'a> {
    fn read(text: &'a str) -> Option<Self> {
        Some(Self(text))
    }
}

impl<'a> Rest<'a> {
    pub(super) fn items(&self) -> Parts<'a> {
        let mut items = parts(self.0, FIELD);
        items.next();
        items
    }
}

/// A list of the six parts of a resolved URL.
pub(super) struct Url<'a>(&'a str);

impl<'a> Asked<'a> for Url<'a> {
    fn read(text: &'a str) -> Option<Self> {
        Some(Self(text))
    }
}

impl<'a> Url<'a> {
    /// The parts, read here and not with the other fields, which would move them twice. A list of any other
    /// length is a URL that does not resolve: it equals no page and leads nowhere.
    #[inline(never)]
    pub(super) fn parts(&self) -> Resolved<'a> {
        let mut items = parts(self.0, SEPARATOR);
        let mut six = [""; 6];
        for place in &mut six {
            let Some(item) = items.next() else {
                return Resolved::default();
            };
            *place = item;
        }
        if !items.is_empty() {
            return Resolved::default();
        }
        let [href, origin, protocol, credentials, pathname, hostname] = six;
        Resolved {
            href,
            origin,
            protocol,
            credentials,
            pathname,
            hostname,
        }
    }
}

/// The record of renewal: an empty list where storage can't be used, else `stored` and the record's text.
pub(super) struct Stored<'a>(&'a str);

impl<'a> Asked<'a> for Stored<'a> {
    fn read(text: &'a str) -> Option<Self> {
        Some(Self(text))
    }
}

impl Stored<'_> {
    #[inline(never)]
    pub(super) fn record(&self) -> Option<Record> {
        let (_, record) = cut(self.0, SEPARATOR)?;
        Some(Record::read(record))
    }
}

/// A field of the service's answer: a list of its JavaScript type and, where that is `string`, its text.
impl<'a> Asked<'a> for Field<'a> {
    #[inline(never)]
    fn read(text: &'a str) -> Option<Self> {
        Some(match cut(text, SEPARATOR)? {
            ("string", text) => Field::Text(text),
            ("null", _) => Field::Null,
            _ => Field::Other,
        })
    }
}

/// A kind of field in an answer.
pub(super) trait Told {
    /// Appends the field.
    fn write(&self, answer: &mut String);
}

impl Told for &str {
    fn write(&self, answer: &mut String) {
        text(answer, self);
    }
}

impl Told for String {
    fn write(&self, answer: &mut String) {
        text(answer, self);
    }
}

/// `true`, or an empty field for `false`: so it is one to JavaScript, too.
impl Told for bool {
    fn write(&self, answer: &mut String) {
        text(answer, if *self { "true" } else { "" });
    }
}

/// A number, or an empty field for none.
impl Told for Option<u64> {
    fn write(&self, answer: &mut String) {
        text(answer, "");
        if let Some(number) = *self {
            push_number(answer, number);
        }
    }
}

#[inline(never)]
fn text(answer: &mut String, text: &str) {
    answer.push(char::from(FIELD));
    push(answer, text);
}

/// The value of a query parameter: the only text that may hold the separator, which becomes a NUL.
pub(super) struct Parameter(pub(super) String);

impl Told for Parameter {
    fn write(&self, answer: &mut String) {
        let mut before = FIELD;
        for piece in parts(&self.0, FIELD) {
            answer.push(char::from(before));
            push(answer, piece);
            before = 0;
        }
    }
}

/// Pairs, a field for each name and each value.
impl Told for [(&str, &str); 8] {
    fn write(&self, answer: &mut String) {
        for (name, value) in self {
            text(answer, name);
            text(answer, value);
        }
    }
}

/// Makes the schema into code: for each question a module with `Question`, read off the fields as they are
/// listed, and `Answer`, written in the same way; and `answer`, which hands each question to its method
/// `answer` and refuses one that has fields missing, too many or of another kind.
macro_rules! questions {
    ($(
        $(#[doc = $about:literal])+
        $(#[cfg($built:meta)])?
        $letter:literal $name:ident { $($asked:ident: $kind:ty,)+ }
            -> $(<$lifetime:lifetime>)? { $($told:ident: $form:ty,)+ }
    )+) => {
        $(
            $(#[doc = $about])+
            $(#[cfg($built)])?
            pub(super) mod $name {
                use super::*;

                pub(in crate::page) struct Question<'a> {
                    $(pub(in crate::page) $asked: $kind,)+
                }

                pub(in crate::page) struct Answer$(<$lifetime>)? {
                    $(pub(in crate::page) $told: $form,)+
                }

                impl$(<$lifetime>)? Answer$(<$lifetime>)? {
                    pub(in crate::page) fn write(&self, answer: &mut String) {
                        $(self.$told.write(answer);)+
                    }
                }
            }
        )+

        /// Answers one question: its letter and its fields. `number` is what it needs of numbers, the time in
        /// milliseconds since 1970 or a height in CSS pixels, else NaN.
        ///
        /// The answer is empty up to its first field; `?` for a question that is not in the schema, or has not
        /// exactly the fields that it has there.
        pub fn answer(question: &str, number: f64) -> String {
            let mut answer = String::new();
            if asked(question, number, &mut answer).is_none() {
                answer.push('?');
            }
            answer
        }

        fn asked(question: &str, number: f64, answer: &mut String) -> Option<()> {
            let fields = Fields::of(question);
            match fields.letter {
                $($(#[cfg($built)])? [$letter] => {
                    let [$($asked),+] = *fields.all() else {
                        return None;
                    };
                    $name::Question { $($asked: Asked::read($asked)?,)+ }.answer(number, answer);
                })+
                _ => return None,
            }
            Some(())
        }

        /// Letter, name, fields of the question and of the answer, each with its type, as listed.
        #[cfg(test)]
        pub(super) const SCHEMA: &[(u8, &str, &[(&str, &str)], &[(&str, &str)])] = &[$((
            $letter,
            stringify!($name),
            &[$((stringify!($asked), stringify!($kind))),+],
            &[$((stringify!($told), stringify!($form))),+],
        ),)+];
    };
}
pub(super) use questions;
