//! What is written of a page and not yet sent.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use iteras_guard::teaser::html_charset;
use lol_html::{AsciiCompatibleEncoding, MemorySettings, OutputSink};

/// The encoding of a page that can be rewritten: an uncoded `200 text/html`, UTF-8 or Latin-1.
pub(super) fn html_encoding(status: StatusCode, headers: &HeaderMap) -> Option<&'static Encoding> {
    let coded = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|coding| coding != "identity");
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (kind, more) = (types.next()?.to_str().ok()?, types.next().is_some());
    if status != StatusCode::OK || coded || more {
        return None;
    }
    html_charset(kind).and_then(known)
}

/// The encoding of a label, when it is UTF-8 or Latin-1.
pub(super) fn known(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    (encoding == UTF_8 || encoding == WINDOWS_1252).then_some(encoding)
}

/// What one page may make the parser hold, in bytes; a tag longer than that ends the page.
pub(super) fn memory() -> MemorySettings {
    MemorySettings::new().with_max_allowed_memory_usage(4 << 20)
}

/// Shared by the sink and the handlers, which run one after the other.
pub(super) type Shared<T> = Arc<Mutex<T>>;

/// Locks; a handler that panicked has ended the page, and what it left is never sent.
pub(super) fn lock<T>(shared: &Shared<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
pub(super) struct Output {
    bytes: Vec<u8>,
    encoding: &'static Encoding,
    /// Whether the page itself passes, as the rewriter writes it.
    passes: bool,
    pub(super) found: bool,
}

impl Output {
    /// A page with something added.
    pub(super) fn of_page(encoding: &'static Encoding) -> Self {
        Self {
            passes: true,
            ..Self::of_writes(encoding)
        }
    }

    /// Only what is given to [`write`](Self::write).
    pub(super) fn of_writes(encoding: &'static Encoding) -> Self {
        Self {
            bytes: Vec::new(),
            encoding,
            passes: false,
            found: false,
        }
    }

    /// Writes HTML in the page's encoding.
    pub(super) fn write(&mut self, html: &str) {
        self.bytes.extend_from_slice(&self.encoding.encode(html).0);
    }

    pub(super) fn take(&mut self) -> Bytes {
        Bytes::from(std::mem::take(&mut self.bytes))
    }
}

pub(super) struct Sink(pub(super) Shared<Output>);

impl OutputSink for Sink {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        let mut output = lock(&self.0);
        if output.passes {
            output.bytes.extend_from_slice(chunk);
        }
    }

    fn set_encoding(&mut self, encoding: AsciiCompatibleEncoding) {
        lock(&self.0).encoding = encoding.into();
    }
}

/// The rewriter's encoding setting; both encodings that are known are fine for it.
pub(super) fn of(encoding: &'static Encoding) -> AsciiCompatibleEncoding {
    AsciiCompatibleEncoding::new(encoding).unwrap_or_else(AsciiCompatibleEncoding::utf_8)
}
