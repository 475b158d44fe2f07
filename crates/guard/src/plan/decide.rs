//! The decision about one request: pass, gift link, editor, meter, denial, in this order.

use iteras::cookies;
use iteras::urls::parameter;
use iteras::{Access, Reason, Requirement, Timestamp};

use super::{Denial, Kind, Opening, Plan, Visit};
use crate::config_error::ConfigError;
use crate::editor::{self, EditorKey};
use crate::gift::{self, GiftKey};
use crate::meter::{Meter, Metering};
use crate::reissue::Reissue;
use crate::requirement::{Demand, Doubt};
use crate::signature::{PassKeys, VerifiedPass};

/// The requirements of a page.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<I> {
    /// Nothing.
    Nothing,
    /// All of these requirements, met if need be by different passes. No pass meets an empty list.
    All(I),
    /// The same where a meter may open the page, too.
    Metered(I),
    /// The same where nobody knows for sure which page it is: only a pass or an editor opens it (rules, "Paths").
    Unclear(Doubt, I),
}

/// The requirements of a demand, with so many seconds of leeway.
pub fn wanted<'a>(
    demand: Demand<'a>,
    leeway: u32,
) -> Wanted<impl Iterator<Item = Requirement<'a>>> {
    let of_core = move |one: &'a crate::requirement::Requirement| one.of_core(leeway);
    let is_metered = demand.is_metered();
    match demand {
        Demand::Open => Wanted::Nothing,
        Demand::All(all) if is_metered => Wanted::Metered(all.into_iter().map(of_core)),
        Demand::All(all) => Wanted::All(all.into_iter().map(of_core)),
        Demand::Unclear(doubt, all) => Wanted::Unclear(doubt, all.into_iter().map(of_core)),
    }
}

/// Keys and settings of a gate that plans are made by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The keys of passes.
    pub keys: PassKeys,
    /// The key of gift links; without one they open nothing.
    pub gifts: Option<GiftKey>,
    /// The key of editors' cookies; without one they open nothing.
    pub editors: Option<EditorKey>,
    /// Free pages; without it there are none.
    pub meter: Option<Meter>,
    /// Sending accepted passes back; without it none is.
    pub reissue: Option<Reissue>,
}

impl Settings {
    /// A gate with these keys and nothing else.
    pub fn new(keys: PassKeys) -> Self {
        Self {
            keys,
            gifts: None,
            editors: None,
            meter: None,
            reissue: None,
        }
    }

    /// Refuses a meter whose key is also that of passes, gift links or editors: whoever holds one key must not be able
    /// to make what another makes.
    pub fn refuse_shared_meter_key(&self) -> Result<(), ConfigError> {
        let Some(meter) = &self.meter else {
            return Ok(());
        };
        let others = [
            ("keys", self.keys.keys().any(|key| meter.has_key(key))),
            (
                "gifts",
                self.gifts
                    .as_ref()
                    .is_some_and(|key| meter.has_key(key.as_key())),
            ),
            (
                "editors",
                self.editors
                    .as_ref()
                    .is_some_and(|key| meter.has_key(key.as_key())),
            ),
        ];
        match others.iter().find(|(_, is_same)| *is_same) {
            Some((other, _)) => {
                let problem = alloc::format!("the same key as {other}; every purpose has its own");
                Err(ConfigError::new("meter", problem))
            }
            None => Ok(()),
        }
    }

    /// Plans what is done about one request at `now`; `keep` takes what is kept of a verified pass.
    pub fn plan<'r, P>(
        &self,
        request: &impl Visit,
        wanted: Wanted<impl IntoIterator<Item = Requirement<'r>>>,
        now: Timestamp,
        keep: impl Fn(&VerifiedPass<'_, '_>) -> P,
    ) -> Plan<P> {
        let (wanted, doubt, is_metered) = match wanted {
            Wanted::Nothing => return Plan::opened(Kind::Open, Opening::NoRequirement, None),
            Wanted::All(wanted) => (wanted, None, false),
            Wanted::Metered(wanted) => (wanted, None, true),
            Wanted::Unclear(doubt, wanted) => (wanted, Some(doubt), false),
        };
        let denial = match self.pass(request, wanted, now, keep) {
            Ok(plan) => return plan,
            Err(denial) => Denial { doubt, ..denial },
        };
        if doubt.is_none() && self.is_gift(request, now) {
            return Plan::opened(Kind::Gift, Opening::Gift, Some(denial));
        }
        if self.is_editor(request, now) || request.is_editor() {
            return Plan::opened(Kind::Editor, Opening::Editor, Some(denial));
        }
        let meter = self.meter.as_ref().filter(|_| is_metered);
        let metering = meter.map_or(Metering::Nothing, |meter| meter.decide(request, now));
        let denial = match metering {
            Metering::Opens { metered, cookie } => {
                return Plan {
                    cookies: cookie.into_iter().collect(),
                    ..Plan::opened(Kind::Meter, Opening::Meter(metered), Some(denial))
                };
            }
            Metering::UsedUp(metered) => Denial {
                meter: Some(metered),
                ..denial
            },
            Metering::Ahead => Denial {
                is_ahead: true,
                ..denial
            },
            Metering::Nothing => denial,
        };
        let method = request.method();
        let is_head = method == "HEAD";
        Plan {
            kind: Kind::Denial,
            verdict: Err(denial),
            lacking: None,
            cookies: [].into(),
            is_bodiless: is_head,
            is_page: is_head || method == "GET",
        }
    }

    /// Opened by a pass: the first one accepted counts, when each requirement is met.
    fn pass<'r, P>(
        &self,
        request: &impl Visit,
        wanted: impl IntoIterator<Item = Requirement<'r>>,
        now: Timestamp,
        keep: impl Fn(&VerifiedPass<'_, '_>) -> P,
    ) -> Result<Plan<P>, Denial<P>> {
        let cookies = request.cookies(cookies::NAME);
        let mut plan = None;
        for wanted in wanted {
            let checked = self.keys.check(&cookies, &wanted, now);
            let (None, Some(pass)) = (checked.reason(), checked.verified()) else {
                // An accepted pass is a verified one; were that ever wrong, nobody gets in by it.
                let reason = checked.reason().unwrap_or(Reason::Signature);
                return Err(Denial {
                    pass: checked.verified().map(|pass| keep(&pass)),
                    ..Denial::new(reason, wanted.access)
                });
            };
            if plan.is_none() {
                let mut opened = Plan::opened(Kind::Pass, Opening::Pass(keep(&pass)), None);
                let due = self.reissue.as_ref();
                if let Some(reissue) = due.filter(|reissue| reissue.is_due(request)) {
                    opened.cookies = reissue.cookies(&pass).into();
                }
                plan = Some(opened);
            }
        }
        plan.ok_or(Denial::new(Reason::NoPass, Access::Sub))
    }

    /// A gift is a page to look at: whoever has the link does nothing there by another method.
    fn is_gift(&self, request: &impl Visit, now: Timestamp) -> bool {
        let opens = |key: &GiftKey| {
            let query = request.query();
            let token = parameter(&query, gift::PARAMETER)?;
            let (host, path, method) = (request.host()?, request.path(), request.method());
            Some(matches!(&*method, "GET" | "HEAD") && key.opens(&token, &host, &path, &query, now))
        };
        self.gifts.as_ref().and_then(opens).unwrap_or(false)
    }

    fn is_editor(&self, request: &impl Visit, now: Timestamp) -> bool {
        let lets_in = |key: &EditorKey| {
            let (host, cookies) = (request.host()?, request.cookies(editor::NAME));
            let mut values = cookies::values(&cookies, editor::NAME);
            Some(values.any(|value| key.lets_in(value, &host, now)))
        };
        self.editors.as_ref().and_then(lets_in).unwrap_or(false)
    }
}

impl<P> Plan<P> {
    pub(super) fn opened(kind: Kind, opening: Opening<P>, lacking: Option<Denial<P>>) -> Self {
        Self {
            kind,
            verdict: Ok(opening),
            lacking,
            cookies: [].into(),
            is_bodiless: false,
            is_page: false,
        }
    }
}
