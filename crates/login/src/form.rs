//! What a log-in form posts: `email` or `id`, and `password`.

use std::fmt;

/// Whom the reader says to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    Id(String),
    Email(String),
}

impl Account {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Id(text) | Self::Email(text) => text,
        }
    }
}

/// The fields of the form.
pub(crate) struct Form {
    pub(crate) account: Account,
    pub(crate) password: String,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`; the error names the field that is missing.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, &'static str> {
        let field = |name: &str| {
            let found = url::form_urlencoded::parse(body).find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let account = |name| field(name).map(|text| text.trim().to_owned());
        let filled = |text: &String| !text.is_empty();
        let email = account("email").filter(filled).map(Account::Email);
        let account = email.or_else(|| account("id").filter(filled).map(Account::Id));
        Ok(Self {
            account: account.ok_or("email or id is missing")?,
            password: field("password")
                .filter(filled)
                .ok_or("password is missing")?,
        })
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_write_them() {
        let form = Form::parse(b"email=+ane%40pub.example&id=&password=+p%C3%A6+&x=1").unwrap();
        assert_eq!(form.account, Account::Email("ane@pub.example".into()));
        assert_eq!(form.password, " p\u{e6} ");
        assert_eq!(
            Form::parse(b"id=12&password=x").unwrap().account.text(),
            "12"
        );
        assert_eq!(format!("{form:?}"), "Form([redacted])");
        assert_eq!(
            Form::parse(b"email=a&password=").unwrap_err(),
            "password is missing"
        );
        assert_eq!(
            Form::parse(b"email=+&password=x").unwrap_err(),
            "email or id is missing"
        );
    }
}
