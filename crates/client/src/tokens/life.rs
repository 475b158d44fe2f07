//! The life of a token: by `expires_in`, else by the JWT's own `exp`, else five minutes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

/// Life of a token that says nothing about it.
pub const USUAL_LIFE: Duration = Duration::from_secs(300);
/// The longest life that counts: 30 days.
pub const LONGEST_LIFE: Duration = Duration::from_secs(30 * 86_400);

const LONGEST_LEEWAY: Duration = Duration::from_secs(60);

/// The time before its end at which a token is renewed: a minute, or a tenth of its life if that is shorter.
pub fn leeway(life: Duration) -> Duration {
    LONGEST_LEEWAY.min(life / 10)
}

/// The life of a token that came at `now`, in Unix seconds; zero = it is good for one call.
///
/// `expires_in` may be a number or a numeric text; zero and less mean one call; anything else counts as missing.
pub(crate) fn of(expires_in: Option<&Value>, token: &str, now: i64) -> Duration {
    let told = match expires_in {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let told = told.filter(|seconds| !seconds.is_nan());
    let by_itself = || expiry(token).map(|exp| exp - now as f64);
    told.or_else(by_itself).map_or(USUAL_LIFE, capped)
}

fn capped(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.clamp(0.0, LONGEST_LIFE.as_secs_f64()))
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

/// The `exp` of a JWT (RFC 7519, section 4.1.4), Unix seconds. Its signature is the issuer's matter.
fn expiry(token: &str) -> Option<f64> {
    let payload = token.split('.').nth(1)?.trim_end_matches('=');
    let json = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice::<Claims>(&json).ok().map(|c| c.exp)
}
