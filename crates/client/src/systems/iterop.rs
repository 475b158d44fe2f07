//! Iterop: workflows. Access key and secret key by HTTP Basic, or a JWT that they are exchanged for.
//!
//! The exchange's exact form is not published: `{"token"}` and a bare JWT are understood alike, and
//! [`System::with_source`] changes what is sent.

use crate::credentials::TokenSource;
use crate::secret::Login;
use crate::{Credentials, System};

/// Access key and secret key with each request. Their check is slow on purpose: not for heavy load.
/// `base` is `https://<instance>.iterop.cloud/api/`.
pub fn basic(base: &str, keys: Login) -> System {
    System::new("iterop", base, Credentials::basic(keys))
}

/// A JWT from `POST auth/jwtcode`, asked for with the keys by HTTP Basic.
pub fn jwt(base: &str, keys: Login) -> System {
    renewed(base, TokenSource::new(TOKENS).with_basic(keys))
}

/// A JWT from `POST auth/jwtcode`, asked for with the keys as `{"accessKey", "secretKey"}`.
pub fn jwt_by_json(base: &str, keys: &Login) -> System {
    let source = TokenSource::new(TOKENS)
        .with_field("accessKey", keys.user())
        .with_field("secretKey", keys.password().expose());
    renewed(base, source)
}

const TOKENS: &str = "auth/jwtcode";

fn renewed(base: &str, source: TokenSource) -> System {
    System::new("iterop", base, Credentials::renewed(source))
}
