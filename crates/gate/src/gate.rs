//! The decision: [`Gate::plan`], without tower, without a clock.

use std::borrow::Cow;
use std::fmt;

use iteras::timestamp::Timestamp;
use iteras_guard::editor::EditorKey;
use iteras_guard::gift::GiftKey;
use iteras_guard::meter::Meter;
use iteras_guard::plan::{Opening, Plan, Settings, Visit, wanted};

use crate::{Asked, ConfigError, Demand, Keys, Reissue};

type EditorsCheck = dyn Fn(&Asked<'_>) -> bool + Send + Sync;
type OldKeyHook = dyn Fn(&str) + Send + Sync;

/// Keys and the settings that hold for every route.
pub struct Gate {
    settings: Settings,
    leeway: u32,
    editors: Option<Box<EditorsCheck>>,
    old_key: Option<Box<OldKeyHook>>,
}

impl Gate {
    /// A gate with these keys, 60 seconds of leeway, no gift links and no editors.
    pub fn new(keys: Keys) -> Result<Self, ConfigError> {
        Ok(Self {
            settings: Settings::new(keys.build()?),
            leeway: 60,
            editors: None,
            old_key: None,
        })
    }

    /// Seconds after its expiry for which a pass still counts. Default: 60.
    #[must_use]
    pub fn with_leeway(mut self, seconds: u32) -> Self {
        self.leeway = seconds;
        self
    }

    /// Lets gift links made with this key open their pages. Default: none does.
    #[must_use]
    pub fn with_gifts(mut self, key: GiftKey) -> Self {
        self.settings.gifts = Some(key);
        self
    }

    /// Lets editors in by cookies (`iteraseditor`) that the publisher's system makes with this key. Asked
    /// only where no pass and no gift link opens the page. Default: none does.
    #[must_use]
    pub fn with_editor_key(mut self, key: EditorKey) -> Self {
        self.settings.editors = Some(key);
        self
    }

    /// Lets those in for whom the check says so: editors who are logged in to the publisher's own system.
    /// Asked only where no pass and no gift link opens the page. Default: nobody.
    ///
    /// The check must rest on something that a visitor can't write, such as a signed session.
    #[must_use]
    pub fn with_editors(
        mut self,
        check: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.editors = Some(Box::new(check));
        self
    }

    /// Opens some pages to readers without a pass: those that ask for a
    /// [`Requirement::with_meter`](crate::Requirement::with_meter), as many different ones as the meter has free. Asked
    /// only where nothing else opens the page. Default: none.
    ///
    /// To be called behind what takes other keys: the meter's has to be none of these.
    pub fn with_meter(mut self, meter: Meter) -> Result<Self, ConfigError> {
        self.settings.meter = Some(meter);
        self.settings.refuse_shared_meter_key()?;
        Ok(self)
    }

    /// Calls `hook` with the key's id for each pass that another key than the first one made: while
    /// keys are rotated, that is when the old one can go.
    #[must_use]
    pub fn on_old_key(mut self, hook: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.old_key = Some(Box::new(hook));
        self
    }

    /// Sends accepted passes back by `Set-Cookie` from time to time: see [`Reissue`]. Default: never.
    #[must_use]
    pub fn with_reissue(mut self, reissue: Reissue) -> Self {
        self.settings.reissue = Some(reissue.0);
        self
    }

    /// Plans what is done about one request at `now`; the rules are numbered in the [crate's documentation](crate).
    pub fn plan(&self, asked: &Asked<'_>, demand: Demand<'_>, now: Timestamp) -> Plan {
        let wanted = wanted(demand, self.leeway);
        let request = Asking { asked, gate: self };
        let plan = self
            .settings
            .plan(&request, wanted, now, |pass| pass.owned());
        if let (Some(hook), Ok(Opening::Pass(pass))) = (&self.old_key, &plan.verdict)
            && pass.is_by_old_key()
        {
            hook(pass.key_id());
        }
        plan
    }
}

/// A request with the check for editors of the gate that it came to.
struct Asking<'a> {
    asked: &'a Asked<'a>,
    gate: &'a Gate,
}

impl Visit for Asking<'_> {
    fn method(&self) -> Cow<'_, str> {
        self.asked.method()
    }

    fn host(&self) -> Option<Cow<'_, str>> {
        self.asked.host()
    }

    fn path(&self) -> Cow<'_, str> {
        self.asked.path()
    }

    fn query(&self) -> Cow<'_, str> {
        self.asked.query()
    }

    fn destination(&self) -> Option<Cow<'_, str>> {
        self.asked.destination()
    }

    fn purpose(&self) -> Cow<'_, str> {
        self.asked.purpose()
    }

    fn accept(&self) -> Cow<'_, str> {
        self.asked.accept()
    }

    fn is_https(&self) -> bool {
        self.asked.is_https()
    }

    fn cookies(&self, name: &'static str) -> Cow<'_, str> {
        self.asked.cookies(name)
    }

    fn is_editor(&self) -> bool {
        let check = self.gate.editors.as_ref();
        check.is_some_and(|check| check(self.asked))
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("settings", &self.settings)
            .field("leeway", &self.leeway)
            .finish_non_exhaustive()
    }
}
