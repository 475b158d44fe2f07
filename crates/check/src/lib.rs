//! The fate of a site's pages under companion (ours beside the official script) and replacement (ours in its place),
//! and what a publisher should mend there first. Pure: pages come in as texts, nothing is loaded and no script runs.
//!
//! ```
//! use iteras_check::{Form, Report, Source};
//!
//! let page = Source {
//!     name: "article.html".into(),
//!     address: None,
//!     policies: Vec::new(),
//!     text: "<script src=https://app.iteras.dk/static/api/iteras.js></script>\n\
//!            <script>Iteras.wall({ paywallid: 'n8fsoupukhv3', redirect: '/join' })</script>"
//!         .into(),
//!     form: Form::Page,
//! };
//! let pages = [page];
//! let report = Report::of(&pages, &[]);
//! assert_eq!(report.findings(), 1);
//! assert!(report.text().contains("2  FINDING      missing_access"));
//! ```
//!
//! 1. [`Source`]: a page or a script; [`Source::linked`] leads to further ones.
//! 2. [`places()`]: the places at which frame calls write, for whoever can render a page and measure them.
//! 3. [`Report`]: the findings, by what was read and what was measured.
//! 4. [`border`]: the same for programs that speak JSON; on wasm32 the module of the page in `www` is made of it.
#![forbid(unsafe_code)]

mod source;

mod documented;
mod facts;
mod html;
mod kinds;
mod measured;
mod places;
mod report;
mod rules;
mod script;

pub mod border;

#[cfg(target_arch = "wasm32")]
mod door;

pub use measured::{FRAME_HEIGHT, MeasuredBox, MeasuredFrame, PROPERTIES, WINDOWS, Window};
pub use places::{Manner, Place, Target, places};
pub use report::Report;
pub use source::{Form, LONGEST, Source};
