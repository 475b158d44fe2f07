//! Teasers: the beginning of a page, made from its tokens while it streams.
//!
//! ```
//! use iteras::policy::Reason;
//! use iteras_guard::teaser::Cutter;
//!
//! // A parser reports `<div class="article"><p>Once upon a time</p></div>`:
//! let mut cutter = Cutter::new(9, Reason::NoPass);
//! cutter.gate(".article");
//! let div = cutter.start("div", &[("class", "article")], true);
//! let p = cutter.start::<&str>("p", &[], true);
//! cutter.text("Once upon a time", true);
//! for (depth, name) in [(p, "p"), (div, "div")] {
//!     cutter.end(depth.unwrap(), name);
//! }
//! let page = cutter.take();
//! assert!(page.ends_with("iteras-content-truncated iteras-no-pass\"><p>Once upon</p></div>"));
//! ```
//!
//! Whoever parses (`lol_html` in the gate, `HTMLRewriter` at the edge) reports what it reads and sends on
//! what [`Cutter::take`] gives, and nothing else: what no rule has written does not get out.
//!
//! 1. Only an uncoded `200 text/html` in UTF-8 or Latin-1 becomes a teaser ([`html_charset`]); so does a
//!    page that has an element to gate within its first 512 KiB ([`MAX_HEAD`]), and nothing is sent before
//!    that element was found. Everything else gets the denial.
//! 2. In the gated element everything after the kept characters is dropped, elements and attributes too; a
//!    second gated element is dropped whole. White space counts once, a picture or player as 100 characters.
//! 3. What is kept there keeps only attributes that show or lay out, no scripts, no form fields.
//! 4. In the whole page: scripts that are data, inline scripts over 2 kB or with a framework's copy of the
//!    page, comments, `<template>` and `<noscript>` are dropped, and attributes that hold JSON, another
//!    document or more than 2 kB. What the publisher allowed by name stays. Stray end tags and a tag that
//!    the page ends in go; an end tag that is missing where it may not be is added.
//! 5. The gated element gets the classes `iteras-content-truncated` and `iteras-no-pass` or
//!    `iteras-invalid-pass`; before it stands JSON-LD with `isAccessibleForFree: false` and its selector.

mod cutter;
mod page;
mod rules;
mod text;
mod texts;
mod write;

pub use cutter::Cutter;
pub use page::{MARK, MAX_HEAD, html_charset};
pub use rules::is_void;
