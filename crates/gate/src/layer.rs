//! The tower layer.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use iteras::timestamp::Timestamp;
use iteras_guard::headers::Peer;
use iteras_guard::plan::Verdict;
use tower_layer::Layer;

use crate::{Asked, Gate, GateService, Reject, Rules, StatusPage};

/// Puts a [`Gate`] in front of a service.
///
/// | request | what the inner service gets | what the visitor gets |
/// | --- | --- | --- |
/// | open | the request | its answer, untouched |
/// | let through by a pass | the request with `X-Iteras-Verdict: pass`, `-Level`, `-Paywall`, `-Subscriber`, `-Expires` | its answer, `private, no-cache`, `Vary: Cookie` |
/// | by a gift link, an editor, a search engine | the request with the verdict, without `Range` and `If-…` | its answer, never stored, with `<meta name="iteras-gate" content="open">` in a page |
/// | as one of a meter's free pages | the same, and `X-Iteras-Meter: 2/3` | the same, the mark with `data-used` and `data-free`, `X-Iteras-Meter`; with a page that was not counted before `Set-Cookie` |
/// | denied | nothing, or the same for a teaser | the [rejection](Self::on_reject) or teaser, never stored, `X-Iteras-Reason` |
///
/// Of every request goes, before anything is decided, what its sender must not say to the origin: see
/// [`with_forwarded_from`](Self::with_forwarded_from). Each request gets the [`Verdict`] as an extension.
#[must_use]
#[derive(Clone)]
pub struct GateLayer {
    pub(crate) settings: Arc<Settings>,
}

type PeerCheck = dyn Fn(&Asked<'_>) -> Peer + Send + Sync;
type Observer = dyn Fn(&Asked<'_>, &Verdict) + Send + Sync;

pub(crate) struct Settings {
    pub(crate) gate: Arc<Gate>,
    pub(crate) rules: Rules,
    pub(crate) reject: Box<dyn Reject>,
    pub(crate) observer: Option<Box<Observer>>,
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) peer: Box<PeerCheck>,
    #[cfg(feature = "teaser")]
    pub(crate) teaser: Option<crate::Teaser>,
    #[cfg(feature = "crawlers")]
    pub(crate) crawlers: Option<(crate::Crawlers, Box<AddressOf>)>,
    pub(crate) copied: Option<(crate::CopiedPasses, Box<AddressOf>)>,
}

/// The address of a request's reader; none where that can't be told.
type AddressOf = dyn Fn(&Asked<'_>) -> Option<std::net::IpAddr> + Send + Sync;

impl GateLayer {
    /// A layer that asks for one [`Requirement`](crate::Requirement), or what [`Rules`] say.
    pub fn new(gate: impl Into<Arc<Gate>>, rules: impl Into<Rules>) -> Self {
        Self {
            settings: Arc::new(Settings {
                gate: gate.into(),
                rules: rules.into(),
                reject: Box::new(StatusPage::new()),
                observer: None,
                clock: system_clock,
                peer: Box::new(|_| Peer::Other),
                #[cfg(feature = "teaser")]
                teaser: None,
                #[cfg(feature = "crawlers")]
                crawlers: None,
                copied: None,
            }),
        }
    }

    /// The answer for visitors who are not let through. Default: [`StatusPage`].
    pub fn on_reject(self, reject: impl Reject) -> Self {
        self.with(|settings| settings.reject = Box::new(reject))
    }

    /// Shows them the beginning of the page instead, where it can be made; else the rejection.
    #[cfg(feature = "teaser")]
    pub fn with_teaser(self, teaser: crate::Teaser) -> Self {
        self.with(|settings| settings.teaser = Some(teaser))
    }

    /// Shows pages whole to search engines that are verified by their address, which `address_of` gives: that of the
    /// connection, and where its peer is a proxy of the publisher's, what that says; `None` where it can't be told.
    /// With a [teaser](Self::with_teaser) their pages say in JSON-LD which element is not free. Default: none is.
    #[cfg(feature = "crawlers")]
    pub fn with_crawlers(
        self,
        crawlers: crate::Crawlers,
        address_of: impl Fn(&Asked<'_>) -> Option<std::net::IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.crawlers = Some((crawlers, Box::new(address_of))))
    }

    /// Counts in how many networks each subscriber's pass is used; `address_of` as for
    /// [search engines](Self::with_crawlers). It tells and never shuts out. Default: nothing is counted.
    pub fn with_copied_passes(
        self,
        copied: crate::CopiedPasses,
        address_of: impl Fn(&Asked<'_>) -> Option<std::net::IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.copied = Some((copied, Box::new(address_of))))
    }

    /// Tells `observer` every verdict with its exact reason, for logs and metrics. It must not write
    /// the request's query or cookies down: they may hold passes and gift links.
    pub fn on_verdict(
        self,
        observer: impl Fn(&Asked<'_>, &Verdict) + Send + Sync + 'static,
    ) -> Self {
        self.with(|settings| settings.observer = Some(Box::new(observer)))
    }

    /// Believes what the headers `Forwarded`, `X-Forwarded-…`, `X-Real-IP` and `X-Original-…` of a request say where
    /// `is_configured` knows its peer as a proxy of the publisher's. Default: they are deleted from every request.
    pub fn with_forwarded_from(
        self,
        is_configured: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let peer = move |asked: &Asked<'_>| match is_configured(asked) {
            true => Peer::Configured,
            false => Peer::Other,
        };
        self.with(|settings| settings.peer = Box::new(peer))
    }

    /// Another clock than the system's, for tests.
    pub fn with_clock(self, clock: fn() -> Timestamp) -> Self {
        self.with(|settings| settings.clock = clock)
    }

    // While it is configured, nobody else holds the settings; a clone of a layer is not configured.
    #[track_caller]
    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(
            Arc::get_mut(&mut self.settings).expect("a layer is configured before it is cloned"),
        );
        self
    }
}

/// The time by the system's clock; 1970 when that is set before it.
pub(crate) fn system_clock() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

impl fmt::Debug for GateLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateLayer")
            .field("gate", &self.settings.gate)
            .field("rules", &self.settings.rules)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = GateService<S>;

    fn layer(&self, inner: S) -> GateService<S> {
        GateService {
            inner,
            settings: self.settings.clone(),
        }
    }
}
