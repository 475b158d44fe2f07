//! Static files of the demo site, or of any folder of test pages, served as a simple host would.
//!
//! 1. `/` and folders give their `index.html`; `/foo` gives `/foo.html` when there is no `/foo`.
//! 2. Nothing outside the folder, no dot files and no `_headers` is served.
//! 3. Pages and scripts name the service by its usual addresses; where it runs elsewhere, the two
//!    addresses are replaced on the way out.
//! 4. What the folder does not have of `/check/`, `/playground/` and `/docs/` comes from the built files: the modules of
//!    two pages, and the documentation.
//! 5. Beside `foo.html` there may be `foo.da.html`, the same page in Danish: readers get it whose browser prefers
//!    Danish, at the same address.
//! 6. Nothing is cached, so that a change is seen at the next click.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::headers_file::HeaderRules;
use super::paths::segments;
use super::rewrite::replace_origins;
use crate::config::Origins;
use crate::http::reply;
use crate::locale::{Language, NOTICE};

/// A folder and the addresses that its pages are to name.
#[derive(Clone, Debug)]
struct Site {
    folder: PathBuf,
    /// The built files.
    dist: Option<PathBuf>,
    origins: Origins,
}

/// The router of the site server.
pub(crate) fn app(folder: PathBuf, dist: Option<PathBuf>, origins: Origins) -> Router {
    let site = Site {
        folder,
        dist,
        origins,
    };
    Router::new()
        .fallback(get(serve))
        .with_state(Arc::new(site))
}

/// The file or folder that a path names.
enum Found {
    File(PathBuf),
    /// A folder without its final slash: relative links in its page would go astray.
    Folder(String),
    Nothing,
}

async fn serve(Extract(site): Extract<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| Language::accepted(value.to_str().ok()?));
    let mut response = match site.find(uri.path()).await {
        Found::File(path) => page(&site, &path, accepted, StatusCode::OK).await,
        Found::Folder(path) => {
            let query = uri
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            let target = format!("{path}{query}");
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, target)]).into_response()
        }
        // Browsers request it by themselves, and test pages count every line on the console.
        Found::Nothing if uri.path() == "/favicon.ico" => StatusCode::NO_CONTENT.into_response(),
        Found::Nothing => missing(&site, accepted).await,
    };
    match rules(&site).await {
        Ok(rules) => rules.apply(uri.path(), response.headers_mut()),
        Err(error) => return reply::failure(&error),
    }
    response
}

/// Beginnings of addresses whose files are built ones, and their folders among these.
const BUILT: [(&str, &str); 3] = [
    ("/check/", "check"),
    ("/playground/", "playground"),
    ("/docs/", "site"),
];

impl Site {
    async fn find(&self, url_path: &str) -> Found {
        let found = find(&self.folder, url_path).await;
        let (Found::Nothing, Some(dist)) = (&found, &self.dist) else {
            return found;
        };
        for (beginning, folder) in BUILT {
            if let Some(rest) = url_path.strip_prefix(beginning) {
                return find(&dist.join(folder), &format!("/{rest}")).await;
            }
        }
        found
    }
}

async fn find(folder: &Path, url_path: &str) -> Found {
    let Some(segments) = segments(url_path) else {
        return Found::Nothing;
    };
    let plain: PathBuf = folder.join(segments.iter().collect::<PathBuf>());
    let as_folder = url_path.ends_with('/');
    let candidates = match segments.last() {
        Some(last) if !as_folder => {
            vec![plain.clone(), plain.with_file_name(format!("{last}.html"))]
        }
        _ => vec![plain.join("index.html")],
    };
    for candidate in candidates {
        if let Some(path) = inside(folder, &candidate).await {
            return Found::File(path);
        }
    }
    if !as_folder && inside(folder, &plain.join("index.html")).await.is_some() {
        return Found::Folder(format!("{url_path}/"));
    }
    Found::Nothing
}

// Symbolic links are followed only inside the folder.
async fn inside(folder: &Path, path: &Path) -> Option<PathBuf> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let path = tokio::fs::canonicalize(path).await.ok()?;
    let is_file = tokio::fs::metadata(&path).await.ok()?.is_file();
    (is_file && path.starts_with(&folder)).then_some(path)
}

/// A file in the language that the reader prefers, where it is there in Danish, too.
async fn page(
    site: &Site,
    path: &Path,
    accepted: Option<Language>,
    status: StatusCode,
) -> Response {
    let danish = path.with_extension("da.html");
    let has_both = path.extension().is_some_and(|e| e == "html")
        && inside(&site.folder, &danish).await.is_some();
    if !has_both {
        return file(site, path, status).await;
    }
    let is_danish = accepted == Some(Language::Danish);
    let chosen = if is_danish { &danish } else { path };
    let mut response = file(site, chosen, status).await;
    let vary = HeaderValue::from_static("Accept-Language");
    response.headers_mut().insert(header::VARY, vary);
    response
}

async fn file(site: &Site, path: &Path, status: StatusCode) -> Response {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    match tokio::fs::read(path).await {
        Ok(mut bytes) => {
            if matches!(extension, "html" | "js" | "mjs") {
                bytes = replace_origins(&bytes, &site.origins);
            }
            let headers = [
                (header::CONTENT_TYPE, content_type(extension)),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (status, headers, bytes).into_response()
        }
        Err(error) => reply::failure(&error),
    }
}

async fn missing(site: &Site, accepted: Option<Language>) -> Response {
    match inside(&site.folder, &site.folder.join("404.html")).await {
        Some(path) => page(site, &path, accepted, StatusCode::NOT_FOUND).await,
        None => (
            StatusCode::NOT_FOUND,
            format!("There is no such page.\n\n{NOTICE}"),
        )
            .into_response(),
    }
}

// Read at every request: a test may write it while we run.
async fn rules(site: &Site) -> Result<HeaderRules, String> {
    match tokio::fs::read(site.folder.join("_headers")).await {
        Ok(bytes) => {
            let bytes = replace_origins(&bytes, &site.origins);
            HeaderRules::parse(&String::from_utf8_lossy(&bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HeaderRules::default()),
        Err(error) => Err(format!("_headers: {error}")),
    }
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
