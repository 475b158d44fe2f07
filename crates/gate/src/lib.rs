//! Checks passes in front of content: a tower [`GateLayer`], an axum extractor, and the binary
//! `iteras-gate` that is built from them.
//!
//! ```
//! use iteras_gate::{Asked, Gate, Keys, Requirement};
//! use http::Request;
//!
//! # fn main() -> Result<(), iteras_gate::ConfigError> {
//! let keys = Keys::new().key("2026", "j8kau2v3lzp0n12ilw1d0hurr6059gyo")?;
//! let gate = Gate::new(keys)?;
//! let wall = Requirement::subscriber(["n8fsoupukhv3"])?;
//! let (request, ()) = Request::get("https://pub.example/article").body(()).unwrap().into_parts();
//! let now = iteras::timestamp::Timestamp::from_unix(1_768_478_400);
//! let plan = gate.plan(&Asked::of(&request), (&wall).into(), now);
//! assert!(matches!(plan.verdict, Err(denial) if denial.code() == "nopass"));
//! # Ok(()) }
//! ```
//!
//! # When a request is let through
//!
//! 1. Headers `X-Iteras-…` (`_` counts as `-`) that the client sent are deleted.
//! 2. The [`Rules`] say what the host and path ask for: nothing, or a [`Requirement`]. A host that is not
//!    listed and a path whose meaning servers disagree about ask for **everything** that any rule asks for.
//! 3. The pass is taken from all `Cookie` lines, split on `;` only; at most 8 values of ours count.
//! 4. A value is accepted when its size and form fit, its algorithm is allowed, one of the keys that still
//!    count made its signature, its fields can be read, it names a wanted paywall with the wanted level,
//!    and `now <= expiry + leeway`. In that order; the first step that fails names the reason.
//! 5. Of several values the first accepted one counts; else the reason is that of the one that got furthest.
//! 6. Without an accepted pass: a gift link (`iterasgift`) of exactly this page, an editor's cookie
//!    (`iteraseditor`) of this host, then the publisher's own [editors' check](Gate::with_editors); then a search
//!    engine that was [verified](GateLayer::with_crawlers), for `GET` and `HEAD`; then the [meter](Gate::with_meter), where
//!    a reader opens a page by `GET` that a requirement [with a meter](Requirement::with_meter) stands for.
//! 7. Everything else is denied: see [`GateLayer`] for what the visitor gets.
//!
//! The method is not looked at: `HEAD`, `OPTIONS`, `Range` and conditional requests are judged as `GET`.
//! The decision is [`Gate::plan`], a plain synchronous function; all else only carries it out.
//!
//! # Deployment caveats
//!
//! - Whatever can reach the origin without passing the gate is not protected.
//! - A cache in front of the gate must honour `Cache-Control: private` and `Vary: Cookie`.
//! - A pass is a bearer token: who copies the cookie is the subscriber until it expires.
//! - Put the layer outside of anything that rewrites paths, or gift links and redirects name other pages.
#![forbid(unsafe_code)]

mod asked;
mod body;
mod copied;
#[cfg(feature = "crawlers")]
mod crawlers;
#[cfg(feature = "axum")]
mod extract;
mod gate;
mod headers;
mod keys;
mod layer;
mod reissue;
mod reject;
#[cfg(feature = "server")]
pub mod server;
mod service;
#[cfg(feature = "settings")]
pub mod settings;
#[cfg(feature = "teaser")]
mod teaser;

pub use asked::{Asked, SeenForm};
pub use body::{Body, BoxError, text_body};
pub use copied::{Copied, CopiedPasses};
#[cfg(feature = "crawlers")]
pub use crawlers::{Checked, Crawlers};
#[cfg(feature = "axum")]
pub use extract::VerifiedPass;
pub use gate::Gate;
pub use keys::Keys;
pub use layer::GateLayer;
pub use reissue::Reissue;
pub use reject::{LandingPage, Reject, StatusPage};
pub use service::GateService;
#[cfg(feature = "teaser")]
pub use teaser::Teaser;

/// Free pages: the key of the cookie that counts them, how many there are, and how many were used.
pub use iteras::meter::Limits as MeterLimits;
pub use iteras::timestamp::Timestamp;
pub use iteras::{Access, Reason};
pub use iteras_guard::config_error::ConfigError;
/// The number of networks in which a subscriber's pass may be seen.
pub use iteras_guard::copied::Networks;
/// A search engine, the list of those that are let in, and its addresses and domains.
pub use iteras_guard::crawlers::{Crawler, Crawlers as CrawlerList, Domain, Ranges};
/// The key of editors' cookies.
pub use iteras_guard::editor::EditorKey;
/// The key of gift links.
pub use iteras_guard::gift::GiftKey;
pub use iteras_guard::meter::{Meter, MeterKey, Metered};
pub use iteras_guard::plan::{Denial, Opening, Plan, Verdict};
pub use iteras_guard::requirement::{Demand, Doubt, Requirement};
pub use iteras_guard::rules::{Form, Match, Preset, Rule, Rules, Site, Unmatched};
pub use iteras_guard::signature::OwnedPass;

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;
