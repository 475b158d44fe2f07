//! Everything that a reload replaces.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ConnectInfo;

use super::metrics::Metrics;
use super::proxy::Proxy;
use super::{build, copied, crawlers, log};
use crate::settings::config::{Clients, Config, Forwarded, Mode};
use crate::settings::{checks, sites};
use crate::{
    Asked, ConfigError, CopiedPasses, Crawlers, Gate, GateLayer, GateService, LandingPage, Rules,
};
use iteras_guard::peers::Peers;
use tower_layer::Layer;

/// A configuration whose keys are read and whose rules are checked.
pub struct State {
    pub(super) gate: Arc<Gate>,
    pub(super) rules: Rules,
    pub(super) metrics: Metrics,
    /// True where there are free pages.
    pub(super) has_meter: bool,
    pub(super) peers: Peers,
    pub(super) forwarded: Forwarded,
    /// Only with forward-auth: seconds for which the asking server may keep an answer, 0 for none.
    pub(super) keep_answers: u32,
    pub(super) clients: Clients,
    /// Bytes up to which a form is read.
    pub(super) form_limit: usize,
    /// Only with forward-auth: search engines that are let in.
    pub(super) crawlers: Option<Crawlers>,
    /// Only with forward-auth: counts where passes are used.
    pub(super) copied: Option<CopiedPasses>,
    /// Only with forward-auth: what the asking server is told about it.
    pub(super) landing: Option<LandingPage>,
    /// Only with forward-auth whose answers are handed on: what readers get who are denied.
    pub(super) handed_on: Option<LandingPage>,
    /// Only where the binary is a reverse proxy.
    pub(super) proxy: Option<GateService<Proxy>>,
}

impl State {
    /// Reads keys and pages and checks every setting.
    pub fn new(config: &Config, metrics: Metrics) -> Result<Self, ConfigError> {
        let gate = Arc::new(build::gate(config, &metrics)?);
        let rules = sites::rules(config)?;
        let peers = checks::peers(config)?;
        let page = build::status_page(config)?;
        let landing = checks::landing(config, &page)?;
        let teaser = build::teaser(config)?;
        let mut crawlers = crawlers::crawlers(config, &metrics)?;
        let mut copied = copied::copied(config, &metrics)?;
        checks::redirect(config)?;
        checks::keeping(config)?;
        let proxy = match config.mode {
            Mode::ForwardAuth => {
                checks::forward_auth(config, &peers)?;
                None
            }
            Mode::Proxy => {
                if config.admin.is_none() {
                    tracing::warn!("without `admin` there is no /healthz and no /metrics");
                }
                let mut layer = GateLayer::new(gate.clone(), rules.clone());
                layer = match landing.clone() {
                    Some(landing) => layer.on_reject(landing),
                    None => layer.on_reject(page),
                };
                if let Some(teaser) = teaser {
                    layer = layer.with_teaser(teaser);
                }
                let proxies = peers.clone();
                layer = layer.with_forwarded_from(move |asked| {
                    let peer = asked.extensions.get::<ConnectInfo<SocketAddr>>();
                    peer.is_some_and(|peer| proxies.hold(peer.0.ip()))
                });
                let proxies = peers.clone();
                let reader = move |asked: &Asked<'_>| {
                    let peer = crawlers::connection(asked.extensions.get())?;
                    crawlers::reader(asked.headers, peer, &proxies, Forwarded::XForwarded)
                };
                if let Some(crawlers) = crawlers.take() {
                    layer = layer.with_crawlers(crawlers, reader.clone());
                }
                if let Some(copied) = copied.take() {
                    layer = layer.with_copied_passes(copied, reader);
                }
                let counted = metrics.clone();
                layer = layer.on_verdict(move |asked, verdict| {
                    counted.judged(verdict);
                    log::judged(asked, verdict);
                });
                Some(layer.layer(Proxy::new(config, peers.clone(), metrics.clone())?))
            }
        };
        let forwarded = checks::forwarded(config)?;
        Ok(Self {
            gate,
            rules,
            metrics,
            has_meter: config.meter.is_some(),
            peers,
            forwarded,
            keep_answers: config.keep_answers,
            clients: config.clients,
            form_limit: config.form_limit,
            crawlers,
            copied,
            handed_on: landing.clone().filter(|_| config.denied.redirect),
            landing,
            proxy,
        })
    }
}
