//! The body of a form, read as far as a log-in form goes.

use axum::body::Body;
use http_body_util::BodyExt;
use iteras_guard::login::{self, MAX_FORM, MAX_READ};

/// A body, as far as it was read.
pub(crate) enum Form {
    Whole(Vec<u8>),
    TooLong,
    Broken,
}

impl Form {
    pub(crate) async fn read(mut body: Body) -> Self {
        let (mut form, mut length) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                return Self::Broken;
            };
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            length += chunk.len();
            if length > MAX_READ {
                break;
            }
            if length <= MAX_FORM {
                form.extend_from_slice(&chunk);
            }
        }
        if length > MAX_FORM {
            return Self::TooLong;
        }
        Self::Whole(form)
    }

    pub(crate) fn body(&self) -> login::Body<'_> {
        match self {
            Self::Whole(form) => login::Body::Whole(form),
            Self::TooLong => login::Body::TooLong,
            Self::Broken => login::Body::Broken,
        }
    }
}
