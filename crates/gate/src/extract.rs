//! The axum extractor [`VerifiedPass`]: what a handler behind a [`GateLayer`](crate::GateLayer) asks for.

use std::ops::Deref;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;
use iteras_guard::plan::{Opening, Verdict};
use iteras_guard::signature::OwnedPass;

/// The pass that opened the page: a handler's argument, alone or as an `Option`.
#[derive(Clone, Debug)]
pub struct VerifiedPass(OwnedPass);

impl Deref for VerifiedPass {
    type Target = OwnedPass;

    fn deref(&self) -> &OwnedPass {
        &self.0
    }
}

/// Refuses with 401 when no pass let the request through: no layer, an open route, a gift link.
impl<S: Send + Sync> FromRequestParts<S> for VerifiedPass {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        pass(parts).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// `None` when no pass let the request through.
impl<S: Send + Sync> OptionalFromRequestParts<S> for VerifiedPass {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(pass(parts))
    }
}

fn pass(parts: &Parts) -> Option<VerifiedPass> {
    match parts.extensions.get::<Verdict>()? {
        Ok(Opening::Pass(pass)) => Some(VerifiedPass(pass.clone())),
        _ => None,
    }
}
