//! The form's fields: `email` or `id`, and `password`.

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::account::Account;

/// The longest body that is looked at, in bytes: more than an address and a password need.
pub const MAX_FORM: usize = 16 << 10;

/// The most that a door reads of a body, in bytes, before it answers: a client that is still sending does not see the
/// answer.
pub const MAX_READ: usize = 1 << 20;

/// The body of a request, as far as the door read it.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// All of it, in `application/x-www-form-urlencoded`.
    Whole(&'a [u8]),
    /// A body of more than [`MAX_FORM`] bytes.
    TooLong,
    /// A body that broke off.
    Broken,
}

/// The fields that are read.
pub(super) struct Form {
    pub(super) account: Account,
    pub(super) password: Zeroizing<String>,
}

impl Form {
    /// Reads a body; the error names the field that is missing. Of fields of one name the first counts.
    pub(super) fn parse(body: &[u8]) -> Result<Self, &'static str> {
        let email = field(body, "email").and_then(|text| Account::email(&text));
        let account = email.or_else(|| field(body, "id").and_then(|text| Account::id(&text)));
        Ok(Self {
            account: account.ok_or("email or id is missing")?,
            password: field(body, "password")
                .filter(|text| !text.is_empty())
                .ok_or("password is missing")?,
        })
    }
}

/// The value of the first field of this name, decoded by the URL standard.
fn field(body: &[u8], name: &str) -> Option<Zeroizing<String>> {
    let mut pieces = body.split(|&byte| byte == b'&').map(|piece| {
        let end = piece.iter().position(|&byte| byte == b'=');
        let (name, value) = piece.split_at(end.unwrap_or(piece.len()));
        (name, value.get(1..).unwrap_or_default())
    });
    let (_, value) = pieces.find(|(raw, _)| decoded(raw).as_slice() == name.as_bytes())?;
    let text = String::from_utf8_lossy(&decoded(value)).into_owned();
    Some(Zeroizing::new(text))
}

fn decoded(raw: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(raw.len()));
    let mut rest = raw;
    while let [byte, after @ ..] = rest {
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
        out.push(match (escaped, byte) {
            (Some((high, low)), _) => high << 4 | low,
            (None, b'+') => b' ',
            (None, byte) => *byte,
        });
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let form = Form::parse(b"email=+ane%40pub.example&id=&password=+p%C3%A6+&x=1")
            .ok()
            .unwrap();
        assert!(form.account == Account::Email("ane@pub.example".into()));
        assert_eq!(*form.password, " p\u{e6} ");
        assert_eq!(
            Form::parse(b"id=12&password=x")
                .ok()
                .unwrap()
                .account
                .text(),
            "12"
        );
        let missing = |body: &[u8]| Form::parse(body).err().unwrap();
        assert_eq!(missing(b"email=a&password="), "password is missing");
        assert_eq!(missing(b"email=+&password=x"), "email or id is missing");
        assert_eq!(missing(b"%FF"), "email or id is missing");
    }

    #[test]
    fn escapes_that_are_none_stay() {
        let of = |raw: &[u8]| decoded(raw).to_vec();
        assert_eq!(of(b"100%+%4g%41%c3%"), b"100% %4gA\xc3%");
        assert_eq!(*field(b"&=x&a&p%61=1=2&pa=3", "pa").unwrap(), "1=2");
        assert_eq!(*field(b"a", "a").unwrap(), "");
    }
}
