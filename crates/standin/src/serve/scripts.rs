//! The built script under its documented addresses: `/static/api/…` and, as on old sites, `/media/api/…`.

use axum::extract::{Path, State as Extract};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::reply;
use crate::state::Shared;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const DEBUG: &str = "debug.js";
const PLAIN: &str = "no-cache";
const VERSIONED: &str = "public, max-age=31536000, immutable";

/// Serves one file of the `--dist` folder; a query such as `?ver=1.7.0` makes no difference.
///
/// `debug.js` is the build for people if the folder has one, else the same script as `iteras.js`.
pub(crate) async fn script(Extract(state): Extract<Shared>, Path(name): Path<String>) -> Response {
    let Some(cache) = cache_control(&name) else {
        return (StatusCode::NOT_FOUND, "there is no such script").into_response();
    };
    let Some(dist) = &state.dist else {
        return (
            StatusCode::NOT_FOUND,
            "the stand-in was started without --dist",
        )
            .into_response();
    };
    let file = match name.as_str() {
        DEBUG if !dist.join(DEBUG).is_file() => "iteras.js",
        name => name,
    };
    match tokio::fs::read(dist.join(file)).await {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
                (header::CACHE_CONTROL, cache),
                // A script with `integrity` is only run when it may be read across origins.
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
                // The same for pages with `Cross-Origin-Embedder-Policy: require-corp`.
                (CROSS_ORIGIN_RESOURCE_POLICY, "cross-origin"),
            ];
            (headers, bytes).into_response()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = format!(
                "{file} is not in {}: run `cargo xtask build`",
                dist.display()
            );
            (StatusCode::NOT_FOUND, text).into_response()
        }
        Err(error) => reply::failure(&error),
    }
}

/// The `Cache-Control` of a script, if the name is one of ours: `iteras[.companion][.fallback][-<version>].js`,
/// `iteras.meter[-<version>].js`, `iteras.datalayer[-<version>].js` or `debug.js`.
fn cache_control(name: &str) -> Option<&'static str> {
    if name == DEBUG {
        return Some(PLAIN);
    }
    let rest = name.strip_prefix("iteras")?.strip_suffix(".js")?;
    let alone = [".meter", ".datalayer"];
    let rest = alone
        .iter()
        .find_map(|name| rest.strip_prefix(name))
        .unwrap_or_else(|| {
            let rest = rest.strip_prefix(".companion").unwrap_or(rest);
            rest.strip_prefix(".fallback").unwrap_or(rest)
        });
    let version = match rest.strip_prefix('-') {
        Some(version) => version,
        None => return rest.is_empty().then_some(PLAIN),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    (!version.is_empty() && version.chars().all(fits)).then_some(VERSIONED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_asked_again_and_versions_are_kept() {
        assert_eq!(cache_control("iteras.js"), Some(PLAIN));
        assert_eq!(cache_control("iteras.fallback.js"), Some(PLAIN));
        assert_eq!(cache_control("debug.js"), Some(PLAIN));
        assert_eq!(cache_control("iteras.companion.js"), Some(PLAIN));
        assert_eq!(
            cache_control("iteras.companion.fallback-0.1.0.js"),
            Some(VERSIONED)
        );
        assert_eq!(cache_control("iteras.meter.js"), Some(PLAIN));
        assert_eq!(cache_control("iteras.datalayer-0.1.0.js"), Some(VERSIONED));
        assert_eq!(cache_control("iteras.meter.fallback.js"), None);
        assert_eq!(cache_control("iteras.fallback.companion.js"), None);
        assert_eq!(cache_control("iteras-0.1.0.js"), Some(VERSIONED));
        assert_eq!(
            cache_control("iteras.fallback-0.1.0-rc.1.js"),
            Some(VERSIONED)
        );
        for name in [
            "",
            "iteras",
            "iteras-.js",
            "other.js",
            "iteras-../x.js",
            "iteras-a/b.js",
        ] {
            assert_eq!(cache_control(name), None, "{name}");
        }
    }
}
