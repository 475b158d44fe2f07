//! Teasers: the beginning of a page for visitors without a pass, cut on the tree that browsers build.
//!
//! ```
//! use iteras::policy::Reason;
//! use iteras_guard::page::page_charset;
//! use iteras_teaser::Teaser;
//!
//! let teaser = Teaser::new([".article"])?.with_characters(9);
//! let charset = page_charset(200, [], ["text/html; charset=utf-8"]).unwrap();
//! let page = b"<!doctype html><div class=article><p>Once upon a time</p></div><p>Read also</p>";
//! let cut = String::from_utf8(teaser.cut(page, charset, Reason::NoPass)?)?;
//! assert!(cut.ends_with(
//!     "<div class=\"article iteras-content-truncated iteras-no-pass\"><p>Once upon</p></div>\
//!      <p>Read also</p></body></html>"
//! ));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! A pure library: whole pages in, whole teasers out, no input or output of its own. It takes some
//! milliseconds for a long page; a server calls it off its asynchronous threads.
//!
//! 1. Only an uncoded `200 text/html` in UTF-8 or Latin-1
//!    ([`page_charset`](iteras_guard::page::page_charset)) becomes a teaser, up to 2 MiB long, nested 512 deep,
//!    with a bounded number of nodes and attributes and of looks at them. Everything else is a [`Refusal`], and
//!    the visitor gets the denial.
//! 2. The page is parsed by the algorithm of the HTML standard, as browsers with scripts do it. The first
//!    element that fits a selector and can show an article is gated; every other that fits is dropped
//!    whole. Without one there is no teaser.
//! 3. In the gated element everything behind the kept characters is dropped, elements and attributes too.
//!    White space counts once, a picture or player as 100 characters. The kept elements keep only
//!    attributes that show or lay out, no scripts, no form fields, no titles, no comments.
//! 4. In the whole page these are dropped: scripts that are data, inline scripts over 2 kB or with a
//!    framework's copy of the page, comments, `<template>`, `<noscript>`, `<textarea>` and elements that
//!    show nothing, `<meta>` with the article's text or over 320 characters, parts that React streamed in,
//!    and attributes that hold JSON, another document or more than 2 kB. Elements and comments that the publisher
//!    allowed by selector or beginning stay, outside of the gated element.
//! 5. The gated element gets the classes `iteras-content-truncated` and `iteras-no-pass` or
//!    `iteras-invalid-pass`; before it stands JSON-LD with `isAccessibleForFree: false` and its selector.
//! 6. The tree is written, nothing else, and parsed once more: when that gives another tree,
//!    there is no teaser.

mod charset;
mod cut;
mod refusal;
mod selector;
mod settings;
mod tree;

pub use refusal::Refusal;
pub use settings::{LONGEST_PAGE_IN_WORKERS, SettingError, Teaser};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
