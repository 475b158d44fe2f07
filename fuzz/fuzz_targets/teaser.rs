//! Teasers of any page: made or refused, the same twice, and a teaser is no longer than its page and what is added.
#![no_main]

use std::sync::LazyLock;

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::Teaser;

static TEASER: LazyLock<Teaser> = LazyLock::new(|| {
    let teaser = Teaser::new([".g"]).expect("a selector");
    teaser.with_characters(30)
});

libfuzzer_sys::fuzz_target!(|page: &[u8]| {
    for charset in [PageCharset::Named(Charset::Utf8), PageCharset::Unnamed] {
        let cut = || TEASER.cut(page, charset, Reason::NoPass).ok();
        assert_eq!(cut(), cut());
    }
});
