//! The steps of each kind of plan: one table, carried out by the layer, the program, `handle` and Express.

use alloc::borrow::Cow;

use crate::headers::{self, Cache};

/// A way through the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The page asks for nothing.
    Open,
    /// A pass opened it.
    Pass,
    /// A gift link opened it.
    Gift,
    /// An editor's cookie or the publisher's own check opened it.
    Editor,
    /// It is shown to a search engine.
    Crawler,
    /// It is one of the free pages of a meter.
    Meter,
    /// Denied, and the beginning of the page is shown.
    Teaser,
    /// Denied.
    Denial,
}

impl Kind {
    /// Every way, in an order that does not change while the program runs.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Pass,
        Self::Gift,
        Self::Editor,
        Self::Crawler,
        Self::Meter,
        Self::Teaser,
        Self::Denial,
    ];

    /// The place of the way among [`ALL`](Self::ALL).
    pub const fn position(self) -> usize {
        self as usize
    }

    /// Tells whether an answer of this status takes the plan's cookies along. A meter counts a page that was sent: an
    /// error, a redirect or what is not modified is none.
    pub const fn sends_cookies(self, status: u16) -> bool {
        !matches!(self, Self::Meter) || matches!(status, 200..=299)
    }

    /// The steps on this way.
    pub fn steps(self) -> &'static Steps {
        match self {
            Self::Open => &OPEN,
            Self::Pass => &PASS,
            Self::Gift => &GIFT,
            Self::Editor => &EDITOR,
            Self::Crawler => &CRAWLER,
            Self::Meter => &METER,
            Self::Teaser => &TEASER,
            Self::Denial => &DENIAL,
        }
    }
}

/// The question to the origin, and the changes to its answer.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    /// True where only a whole answer will do, uncoded: of the request [`PARTIAL`](headers::PARTIAL) goes and
    /// [`UNCODED`](headers::UNCODED) comes.
    pub is_whole: bool,
    /// `None`: the origin is not asked, and the visitor gets the denial's status and body.
    pub ask: Option<Ask>,
    /// Headers of what the visitor gets.
    pub answer: Answer,
}

/// A question to the origin: the visitor's, less headers in the gate's name, and with these changes.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The method in place of the visitor's.
    pub method: Option<&'static str>,
    /// True where the page is asked for as one to look at, so that headers that mean another method
    /// ([`is_method`](headers::is_method)) go.
    pub is_by_method: bool,
    /// Headers that are set.
    pub set: &'static [(&'static str, Value)],
    /// The source of the visitor's status and body.
    pub body: Body,
}

/// Changes to the headers of what the visitor gets.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// Rules for caches.
    pub cache: Cache,
    /// True where headers that describe the origin's bytes go.
    pub is_other: bool,
    /// Headers that are set.
    pub set: &'static [(&'static str, Value)],
    /// A word that `X-Robots-Tag` says besides those of the origin.
    pub robots: Option<&'static str>,
}

impl Answer {
    /// True where the origin's answer stays as it is.
    pub fn is_empty(&self) -> bool {
        let sets = !self.set.is_empty() || self.robots.is_some();
        self.cache == Cache::Origins && !self.is_other && !sets
    }

    /// The value of `X-Robots-Tag` in place of the origin's, all lines joined; `None` where that stays.
    pub fn robots(&self, given: &str) -> Option<Cow<'static, str>> {
        let word = self.robots?;
        let mut said = given.split(',').map(str::trim);
        match given {
            "" => Some(word.into()),
            _ if said.any(|said| said.eq_ignore_ascii_case(word)) => None,
            _ => Some([given, ", ", word].concat().into()),
        }
    }

    /// Tells headers of the answer that go; the name is in lower case.
    pub fn deletes(&self, name: &str) -> bool {
        self.cache.deletes(name) || (self.is_other && headers::is_description(name))
    }
}

/// The source of the visitor's status and body, once the origin has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// They are the visitor's.
    Origins,
    /// The same, with the open mark in a page.
    Marked,
    /// The same, with JSON-LD beside the open mark that says which element of the page is not free.
    Labelled,
    /// The beginning of the page is; where none can be made, the denial's are.
    Teaser,
}

/// The value of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// This very text.
    Text(&'static str),
    /// The entitlement level of the pass.
    Level,
    /// The paywall id of that level.
    Paywall,
    /// The subscriber's id.
    Subscriber,
    /// The last second at which the pass is valid, as a time stamp.
    Expires,
    /// The public reason of the denial.
    Reason,
    /// The free pages that were used, and how many there are; none where no meter had a part.
    Meter,
}

static OPEN: Steps = Steps {
    is_whole: false,
    ask: Some(Ask {
        method: None,
        is_by_method: false,
        set: &[],
        body: Body::Origins,
    }),
    answer: Answer {
        cache: Cache::Origins,
        is_other: false,
        set: &[],
        robots: None,
    },
};

static PASS: Steps = Steps {
    is_whole: false,
    ask: Some(Ask {
        method: None,
        is_by_method: false,
        set: &[
            (headers::VERDICT, Value::Text("pass")),
            (headers::LEVEL, Value::Level),
            (headers::PAYWALL, Value::Paywall),
            (headers::SUBSCRIBER, Value::Subscriber),
            (headers::EXPIRES, Value::Expires),
        ],
        body: Body::Origins,
    }),
    answer: Answer {
        cache: Cache::Checked,
        is_other: false,
        set: &[],
        robots: None,
    },
};

static GIFT: Steps = Steps {
    is_whole: true,
    ask: Some(Ask {
        method: None,
        is_by_method: true,
        set: &[(headers::VERDICT, Value::Text("gift"))],
        body: Body::Marked,
    }),
    answer: Answer {
        cache: Cache::Never,
        is_other: false,
        // The link is to stay with those who were given it.
        set: &[("referrer-policy", Value::Text("strict-origin"))],
        robots: Some("noindex"),
    },
};

static EDITOR: Steps = Steps {
    is_whole: true,
    ask: Some(Ask {
        method: None,
        is_by_method: false,
        set: &[(headers::VERDICT, Value::Text("editor"))],
        body: Body::Marked,
    }),
    answer: Answer {
        cache: Cache::Never,
        is_other: false,
        set: &[],
        robots: None,
    },
};

static CRAWLER: Steps = Steps {
    is_whole: true,
    ask: Some(Ask {
        method: None,
        is_by_method: true,
        set: &[(headers::VERDICT, Value::Text("crawler"))],
        body: Body::Labelled,
    }),
    answer: Answer {
        cache: Cache::Never,
        is_other: false,
        set: &[],
        // The page is for the index, and not for its readers.
        robots: Some("noarchive"),
    },
};

static METER: Steps = Steps {
    is_whole: true,
    ask: Some(Ask {
        method: None,
        is_by_method: true,
        set: &[
            (headers::VERDICT, Value::Text("meter")),
            (headers::METER, Value::Meter),
        ],
        body: Body::Marked,
    }),
    answer: Answer {
        cache: Cache::Never,
        is_other: false,
        set: &[(headers::METER, Value::Meter)],
        robots: None,
    },
};

static TEASER: Steps = Steps {
    is_whole: true,
    ask: Some(Ask {
        // Only a whole page shows whether there is a teaser.
        method: Some("GET"),
        is_by_method: true,
        set: &[
            (headers::REASON, Value::Reason),
            (headers::METER, Value::Meter),
        ],
        body: Body::Teaser,
    }),
    answer: DENIAL.answer,
};

static DENIAL: Steps = Steps {
    is_whole: true,
    ask: None,
    answer: Answer {
        cache: Cache::Never,
        is_other: true,
        set: &[
            (headers::REASON, Value::Reason),
            (headers::METER, Value::Meter),
        ],
        robots: None,
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_has_its_place() {
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.position(), at);
        }
    }
}
