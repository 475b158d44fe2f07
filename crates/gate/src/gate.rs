//! The decision: [`Gate::judge`], without tower, without a clock.

use std::borrow::Cow;
use std::fmt;

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use iteras::cookies;
use iteras::timestamp::Timestamp;
use iteras::urls::parameter;
use iteras::{Access, Reason};
use iteras_guard::cookies::own_text;
use iteras_guard::editor::{self, EditorKey};
use iteras_guard::gift::{GiftKey, PARAMETER};
use iteras_guard::signature::PassKeys;

use crate::judgement::{Denial, Facts, Judgement, VerifiedPass};
use crate::{Asked, ConfigError, Demand, Keys, Reissue, Requirement};

type EditorsCheck = dyn Fn(&Asked<'_>) -> bool + Send + Sync;
type OldKeyHook = dyn Fn(&str) + Send + Sync;

/// Keys and the settings that hold for every route.
pub struct Gate {
    keys: PassKeys,
    leeway: u32,
    gifts: Option<GiftKey>,
    editor_key: Option<EditorKey>,
    editors: Option<Box<EditorsCheck>>,
    old_key: Option<Box<OldKeyHook>>,
    pub(crate) reissue: Option<Reissue>,
}

impl Gate {
    /// A gate with these keys, 60 seconds of leeway, no gift links and no editors.
    pub fn new(keys: Keys) -> Result<Self, ConfigError> {
        Ok(Self {
            keys: keys.build()?,
            leeway: 60,
            gifts: None,
            editor_key: None,
            editors: None,
            old_key: None,
            reissue: None,
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
        self.gifts = Some(key);
        self
    }

    /// Lets editors in by cookies (`iteraseditor`) that the publisher's system makes with this key. Asked
    /// only where no pass and no gift link opens the page. Default: none does.
    #[must_use]
    pub fn with_editor_key(mut self, key: EditorKey) -> Self {
        self.editor_key = Some(key);
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
        self.reissue = Some(reissue);
        self
    }

    /// Decides about one request at `now`; the rules are numbered in the [crate's documentation](crate).
    pub fn judge(&self, asked: &Asked<'_>, demand: Demand<'_>, now: Timestamp) -> Judgement {
        let (requirements, is_clear) = match demand {
            Demand::Open => return Judgement::Open,
            Demand::All(requirements) => (requirements, true),
            Demand::Unclear(_, requirements) => (requirements, false),
        };
        let denial = match self.all(asked.headers, &requirements, now) {
            Ok(pass) => {
                if let Some(hook) = self.old_key.as_ref().filter(|_| pass.old_key) {
                    hook(&pass.key_id);
                }
                return Judgement::Pass(pass);
            }
            Err(denial) => denial,
        };
        if is_clear && self.is_gift(asked, now) {
            return Judgement::Gift;
        }
        if self.is_editor(asked, now) || self.editors.as_ref().is_some_and(|check| check(asked)) {
            return Judgement::Editor;
        }
        Judgement::Denied(denial)
    }

    // The first pass accepted, when each requirement is satisfied.
    fn all(
        &self,
        headers: &HeaderMap,
        requirements: &[&Requirement],
        now: Timestamp,
    ) -> Result<VerifiedPass, Denial> {
        let cookies = cookies_named(cookies::NAME, headers);
        let mut first = None;
        for wanted in requirements {
            let pass = self.one(&cookies, wanted, now)?;
            first.get_or_insert(pass);
        }
        first.ok_or(Denial {
            reason: Reason::NoPass,
            access: Access::Sub,
            facts: None,
        })
    }

    fn one(
        &self,
        cookies: &str,
        wanted: &Requirement,
        now: Timestamp,
    ) -> Result<VerifiedPass, Denial> {
        let core = wanted.of_core(self.leeway);
        let checked = self.keys.check(cookies, &core, now);
        match (checked.reason(), checked.verified()) {
            (None, Some(verified)) => Ok(VerifiedPass {
                facts: Facts::of(&checked, &verified),
                key_id: verified.key_id().to_owned(),
                old_key: verified.key_position() > 0,
                value: checked.value().to_owned(),
            }),
            (reason, verified) => Err(Denial {
                // An accepted pass is a verified one; were that ever wrong, nobody gets in by it.
                reason: reason.unwrap_or(Reason::Signature),
                access: wanted.access(),
                facts: verified.map(|verified| Facts::of(&checked, &verified)),
            }),
        }
    }

    fn is_editor(&self, asked: &Asked<'_>, now: Timestamp) -> bool {
        let (Some(key), Some(host)) = (&self.editor_key, asked.host) else {
            return false;
        };
        let cookies = cookies_named(editor::NAME, asked.headers);
        cookies::values(&cookies, editor::NAME).any(|value| key.lets_in(value, host, now))
    }

    fn is_gift(&self, asked: &Asked<'_>, now: Timestamp) -> bool {
        let opens = |key: &GiftKey| {
            let token = parameter(asked.query, PARAMETER)?;
            Some(key.opens(&token, asked.host?, asked.path, now))
        };
        self.gifts.as_ref().and_then(opens).unwrap_or(false)
    }
}

fn cookies_named<'a>(name: &'static str, headers: &'a HeaderMap) -> Cow<'a, str> {
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    own_text(name, lines)
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("keys", &self.keys)
            .field("leeway", &self.leeway)
            .field("gifts", &self.gifts)
            .field("editor_key", &self.editor_key)
            .finish_non_exhaustive()
    }
}
