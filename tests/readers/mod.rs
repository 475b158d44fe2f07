//! Readers in an outage: a thousand of them with tabs, wrong clocks, sleep, private windows and log-outs, against a
//! service that is down, flaps, refuses and changes levels. The policy is the one that ships; only the page's script is
//! played here, as `pkg-template/src/page/renewal.js` has it. No clock runs: time is a number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use iteras::marker::Awaited;
use iteras::policy::{Candidate, Reason, decide_unverified};
use iteras::protocol::{Answer, Field};
use iteras::renewal::{Record, Situation, Step, Turn, continues, next_step};
use iteras::{Access, Pass, Requirement, Timestamp};

pub(crate) const SECOND: u64 = 1000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// Milliseconds since 1970 at which every simulation begins.
const EPOCH: u64 = 1_768_478_400_000;
/// Seconds after which the default configuration checks a pass again.
const RENEW_AFTER: u64 = 86_400;
/// Milliseconds that a verdict waits.
const PATIENCE: u64 = 3 * SECOND;
/// Milliseconds for which a new pass is made.
const LIFE: u64 = 30 * DAY;

/// A small generator of numbers (SplitMix64): the same seed gives the same readers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
}

/// The state of the service at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Up,
    /// Answers with 503 at once.
    Failing,
    /// Does not answer: requests time out.
    Silent,
}

/// The standing of a subscription in the service's records, from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Subscriber,
    /// A free account: its passes have the level `user`.
    Registered,
    Ended,
}

/// The service: its health, as times from which it holds.
pub(crate) struct Service {
    pub(crate) phases: Vec<(u64, Health)>,
}

impl Service {
    pub(crate) fn health(&self, at: u64) -> Health {
        let phase = self.phases.iter().rev().find(|(from, _)| *from <= at);
        phase.map_or(Health::Up, |(_, health)| *health)
    }

    /// Tells a service that has been up at `at` for as long as the longest pause after an outage.
    pub(crate) fn is_steady(&self, at: u64) -> bool {
        let begun = at.saturating_sub(HOUR);
        let changes = self
            .phases
            .iter()
            .any(|(from, health)| (begun..=at).contains(from) && *health != Health::Up);
        !changes && self.health(begun) == Health::Up && self.health(at) == Health::Up
    }
}

/// One tab's page.
#[derive(Default)]
struct Page {
    /// Counts page views, so that what belongs to an earlier one is dropped.
    view: u64,
    asked_before: bool,
    confirmed: String,
    given_up: String,
    waits: bool,
    /// The pass that is on its way to the service.
    sent: String,
}

/// A reader's browser.
pub(crate) struct Reader {
    id: u64,
    pub(crate) standings: Vec<(u64, Standing)>,
    /// Milliseconds by which the reader's clock is ahead, from a time on.
    clock: Vec<(u64, i64)>,
    pub(crate) has_storage: bool,
    has_locks: bool,
    pub(crate) logs_out: Option<u64>,
    cookie: String,
    record: Option<String>,
    tabs: Vec<Page>,
    lock: Option<(usize, u64)>,
    queue: Vec<(usize, u64, String)>,
    pub(crate) seen: Seen,
}

/// All that is told of a reader afterwards.
#[derive(Default)]
pub(crate) struct Seen {
    /// Times of page views whose verdict was authorized.
    pub(crate) read: Vec<u64>,
    /// Times of verdicts that fell, with their reasons.
    pub(crate) shut: Vec<(u64, Reason)>,
    /// Times of requests.
    pub(crate) requests: Vec<u64>,
    /// Times at which the pass was deleted by a refusal.
    pub(crate) refused: Vec<u64>,
    /// Times at which a verdict fell although the pass was good by the reader's own clock.
    pub(crate) wrongly_shut: Vec<u64>,
    /// Times of page views with the seconds that the pass then had left by the reader's clock.
    pub(crate) left: Vec<(u64, i64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    View,
    Scheduled,
    Patience,
    Answered { pass: String, answer: Reply },
    LogOut,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reply {
    Pass(String),
    Refusal,
    Outage,
}

type Entry = Reverse<(u64, u64, usize, usize, u64, Event)>;

/// A thousand readers and one service.
pub(crate) struct Simulation {
    pub(crate) service: Service,
    pub(crate) readers: Vec<Reader>,
    /// False where pauses after outages shall all be as long, which the page's script never does.
    pub(crate) is_spread: bool,
    random: Random,
    events: BinaryHeap<Entry>,
    count: u64,
    wanted: Requirement<'static>,
}

/// Makes the text of a pass; nothing here checks its signature.
fn pass_for(id: u64, level: &str, expires: u64) -> String {
    let expires = Timestamp::from_unix(((EPOCH + expires) / SECOND).cast_signed());
    format!("{level}|n8fsoupukhv3|{expires}|{id}|/sha256:{id:04x}")
}

fn seconds(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis as f64)
}

impl Standing {
    fn level(self) -> &'static str {
        if self == Standing::Registered {
            "user"
        } else {
            "sub"
        }
    }
}

impl Reader {
    pub(crate) fn standing(&self, at: u64) -> Standing {
        let last = self.standings.iter().rev().find(|(from, _)| *from <= at);
        last.map_or(Standing::Subscriber, |(_, standing)| *standing)
    }

    /// The reader for messages of tests.
    pub(crate) fn describe(&self) -> String {
        let Self {
            id,
            has_storage,
            has_locks,
            ..
        } = self;
        format!(
            "reader {id} (storage {has_storage}, locks {has_locks}, clock {:?}, standings {:?})",
            self.clock, self.standings
        )
    }

    /// Tells a reader whose pass and storage last and whose clock is steady.
    pub(crate) fn is_plain(&self) -> bool {
        self.has_storage && self.clock.len() == 1 && self.standings.is_empty()
    }

    /// Milliseconds after which a check is due; a clock that is set moves the last check by as much as it was off.
    pub(crate) fn renewed_late(&self) -> u64 {
        let offsets = self.clock.iter().map(|(_, offset)| *offset);
        let spread = offsets.clone().max().unwrap_or(0) - offsets.min().unwrap_or(0);
        RENEW_AFTER * SECOND + spread.unsigned_abs()
    }

    /// The reader's clock in milliseconds since 1970.
    fn now(&self, at: u64) -> u64 {
        let offset = self.clock.iter().rev().find(|(from, _)| *from <= at);
        let offset = offset.map_or(0, |(_, offset)| *offset);
        (EPOCH + at).saturating_add_signed(offset)
    }

    fn has(&self, pass: &str) -> bool {
        self.cookie == pass && !pass.is_empty()
    }

    fn header(&self) -> String {
        if self.cookie.is_empty() {
            String::new()
        } else {
            format!("iteraspass={}", self.cookie)
        }
    }
}

impl Simulation {
    pub(crate) fn new(seed: u64, service: Service, readers: usize, span: u64) -> Self {
        let mut simulation = Self {
            service,
            readers: Vec::new(),
            is_spread: true,
            random: Random(seed),
            events: BinaryHeap::new(),
            count: 0,
            wanted: Requirement {
                access: Access::Sub,
                ..Requirement::ANY
            },
        };
        for _ in 0..readers {
            simulation.add_reader(span);
        }
        simulation
    }

    fn add_reader(&mut self, span: u64) {
        let random = &mut self.random;
        let id = 30_000 + self.readers.len() as u64;
        let off = |random: &mut Random| random.below(2 * DAY).cast_signed() - DAY.cast_signed();
        let mut clock = vec![(0, if random.one_in(2) { 0 } else { off(random) })];
        if random.one_in(10) {
            clock.push((random.below(span), off(random)));
        }
        let standings = match random.below(10) {
            0 | 1 => vec![(random.below(span), Standing::Ended)],
            2 => vec![(random.below(span), Standing::Registered)],
            _ => Vec::new(),
        };
        let tabs = 1 + random.below(4) as usize;
        let has_storage = !random.one_in(8);
        let logs_out = random.one_in(20).then(|| random.below(span));
        let reader = Reader {
            id,
            standings,
            clock,
            has_storage,
            has_locks: has_storage && !random.one_in(6),
            logs_out,
            cookie: pass_for(id, "sub", random.below(LIFE - DAY) + DAY),
            record: has_storage.then(String::new),
            tabs: (0..tabs).map(|_| Page::default()).collect(),
            lock: None,
            queue: Vec::new(),
            seen: Seen::default(),
        };
        // Visits: some minutes of clicking on, then hours or days away; now and then all tabs are restored at once.
        let mut views = Vec::new();
        let mut at = random.below(6 * HOUR);
        while at < span {
            for _ in 0..1 + random.below(8) {
                views.push((at, random.below(tabs as u64) as usize));
                at += SECOND + random.below(3 * MINUTE);
            }
            if random.one_in(10) {
                views.extend((0..tabs).map(|tab| (at, tab)));
            }
            let longest = if random.one_in(5) { 3 * DAY } else { 10 * HOUR };
            at += random.below(longest);
        }
        let who = self.readers.len();
        self.readers.push(reader);
        for (at, tab) in views {
            self.plan(at, who, tab, 0, Event::View);
        }
        if let Some(at) = logs_out {
            self.plan(at, who, 0, 0, Event::LogOut);
        }
    }

    fn plan(&mut self, at: u64, who: usize, tab: usize, view: u64, event: Event) {
        self.count += 1;
        self.events
            .push(Reverse((at, self.count, who, tab, view, event)));
    }

    /// Plays everything.
    pub(crate) fn run(&mut self) {
        while let Some(Reverse((at, _, who, tab, view, event))) = self.events.pop() {
            let is_current = self.readers[who].tabs[tab].view == view;
            match event {
                Event::View => self.view(at, who, tab),
                Event::LogOut => self.log_out(who),
                Event::Scheduled if is_current => self.renew(at, who, tab, Turn::NotTaken, ""),
                Event::Patience if is_current => self.lose_patience(at, who, tab),
                Event::Answered { pass, answer } => {
                    self.answered(at, who, tab, view, &pass, answer)
                }
                Event::Scheduled | Event::Patience => {}
            }
        }
    }

    fn view(&mut self, at: u64, who: usize, tab: usize) {
        let reader = &mut self.readers[who];
        let view = reader.tabs[tab].view + 1;
        reader.tabs[tab] = Page {
            view,
            ..Page::default()
        };
        // The page that was there is gone, and with it a lock that it held.
        reader.queue.retain(|(waiting, ..)| *waiting != tab);
        if reader.lock.is_some_and(|(holder, _)| holder == tab) {
            self.release(at, who);
        }
        let reader = &mut self.readers[who];
        if let Ok(pass) = Pass::parse(&reader.cookie) {
            let left = pass.expires().unix() - seconds(reader.now(at)).unix();
            reader.seen.left.push((at, left));
        }
        let waits = self.settle(at, who, tab);
        if !self.readers[who].cookie.is_empty() {
            self.plan(at, who, tab, view, Event::Scheduled);
        }
        if waits {
            self.plan(at + PATIENCE, who, tab, view, Event::Patience);
        }
    }

    /// The verdict of a page, told where it waits for nothing.
    fn settle(&mut self, at: u64, who: usize, tab: usize) -> bool {
        let reader = &mut self.readers[who];
        let now = seconds(reader.now(at));
        let header = reader.header();
        let page = &reader.tabs[tab];
        let candidate = decide_unverified(&header, &self.wanted, now, &page.confirmed);
        let given_up = candidate.value() == page.given_up;
        let reason = candidate.reason();
        let waits = reason == Some(Reason::Expired) && !given_up;
        if !waits {
            match reason {
                None => reader.seen.read.push(at),
                Some(reason) => {
                    let is_good = candidate.pass().is_some_and(|pass| {
                        pass.expires() >= now
                            && pass.entitlements().any(|(level, _)| level == "sub")
                    });
                    if is_good {
                        reader.seen.wrongly_shut.push(at);
                    }
                    reader.seen.shut.push((at, reason));
                }
            }
        }
        reader.tabs[tab].waits = waits;
        waits
    }

    fn lose_patience(&mut self, at: u64, who: usize, tab: usize) {
        let page = &mut self.readers[who].tabs[tab];
        if page.waits {
            self.give_up(at, who, tab);
        }
    }

    fn give_up(&mut self, at: u64, who: usize, tab: usize) {
        let reader = &mut self.readers[who];
        reader.tabs[tab].given_up = reader.cookie.clone();
        self.settle(at, who, tab);
    }

    fn renew(&mut self, at: u64, who: usize, tab: usize, turn: Turn, queued: &str) {
        let reader = &self.readers[who];
        let page = &reader.tabs[tab];
        if reader.cookie.is_empty() || !page.sent.is_empty() {
            return self.release_of(at, who, tab);
        }
        let now = reader.now(at);
        let header = reader.header();
        let candidate: Candidate<'_> =
            decide_unverified(&header, &self.wanted, seconds(now), &page.confirmed);
        let Some(pass) = candidate.pass() else {
            return self.release_of(at, who, tab);
        };
        let given_up = candidate.value() == page.given_up;
        let waits = candidate.reason() == Some(Reason::Expired) && !given_up;
        if turn != Turn::NotTaken && candidate.value() != queued {
            let view = page.view;
            self.release_of(at, who, tab);
            if waits {
                self.plan(at, who, tab, view, Event::Scheduled);
            } else {
                self.settle(at, who, tab);
            }
            return;
        }
        let record = reader.record.as_deref().map(Record::read);
        let step = next_step(&Situation {
            record: record.as_ref(),
            awaited: if waits {
                Awaited::Renewal
            } else {
                Awaited::Nothing
            },
            renew_after: RENEW_AFTER,
            turn,
            asked_before: page.asked_before,
            ..Situation::new(now, candidate.value(), pass.expires())
        });
        let value = candidate.value().to_owned();
        match step {
            Step::TakeTurn => return self.take_turn(at, who, tab, waits, value),
            Step::Send => return self.send(at, who, tab, record, value),
            Step::Confirmed => {
                self.readers[who].tabs[tab].confirmed = value;
                self.settle(at, who, tab);
            }
            Step::GiveUp => self.give_up(at, who, tab),
            Step::Nothing => {}
        }
        self.release_of(at, who, tab);
    }

    fn take_turn(&mut self, at: u64, who: usize, tab: usize, waits: bool, value: String) {
        let reader = &mut self.readers[who];
        if !reader.has_locks {
            return self.renew(at, who, tab, Turn::Claimed, &value);
        }
        let view = reader.tabs[tab].view;
        if reader.lock.is_none() {
            reader.lock = Some((tab, view));
            return self.renew(at, who, tab, Turn::Locked, &value);
        }
        if waits {
            reader.queue.push((tab, view, value));
        }
    }

    /// Frees the lock where this tab holds it.
    fn release_of(&mut self, at: u64, who: usize, tab: usize) {
        if self.readers[who]
            .lock
            .is_some_and(|(holder, _)| holder == tab)
        {
            self.release(at, who);
        }
    }

    fn release(&mut self, at: u64, who: usize) {
        let reader = &mut self.readers[who];
        reader.lock = None;
        if reader.queue.is_empty() {
            return;
        }
        let (tab, view, value) = reader.queue.remove(0);
        reader.lock = Some((tab, view));
        self.renew(at, who, tab, Turn::Locked, &value);
    }

    fn send(&mut self, at: u64, who: usize, tab: usize, record: Option<Record>, value: String) {
        let latency = 50 + self.random.below(400);
        let reader = &mut self.readers[who];
        let now = reader.now(at);
        if let Some(record) = record {
            reader.record = Some(record.asked(&value, now).write());
        }
        reader.seen.requests.push(at);
        let standing = reader.standing(at);
        let id = reader.id;
        let page = &mut reader.tabs[tab];
        page.asked_before = true;
        page.sent.clone_from(&value);
        let view = page.view;
        let (delay, answer) = match (self.service.health(at), standing) {
            (Health::Silent, _) => (10 * SECOND, Reply::Outage),
            (Health::Failing, _) => (latency, Reply::Outage),
            (Health::Up, Standing::Ended) => (latency, Reply::Refusal),
            (Health::Up, standing) => (
                latency,
                Reply::Pass(pass_for(id, standing.level(), at + LIFE)),
            ),
        };
        let answered = Event::Answered {
            pass: value,
            answer,
        };
        self.plan(at + delay, who, tab, view, answered);
    }

    fn answered(&mut self, at: u64, who: usize, tab: usize, view: u64, pass: &str, reply: Reply) {
        if self.readers[who].tabs[tab].view != view {
            return;
        }
        self.readers[who].tabs[tab].sent.clear();
        if self.readers[who].has(pass) {
            let field = |text: &'static str| Field::Text(text);
            let answer = match &reply {
                Reply::Pass(new) => Answer::read(200, Field::Text(new), Field::Other),
                Reply::Refusal => Answer::read(200, Field::Null, field("noaccess")),
                Reply::Outage => Answer::read(503, Field::Other, Field::Other),
            };
            self.take(at, who, tab, pass, answer);
        }
        self.release_of(at, who, tab);
    }

    fn take(&mut self, at: u64, who: usize, tab: usize, sent: &str, answer: Answer<'_>) {
        let random = self.random.below(1000) * u64::from(self.is_spread);
        let reader = &mut self.readers[who];
        let now = reader.now(at);
        match answer {
            Answer::Renewed(new) if continues(new, sent) => {
                reader.cookie = new.to_owned();
                if reader.record.is_some() {
                    reader.record = Some(Record::checked(new, now).write());
                }
                reader.tabs[tab].confirmed = new.to_owned();
                self.settle(at, who, tab);
            }
            Answer::Refused => {
                reader.cookie.clear();
                if reader.record.is_some() {
                    reader.record = Some(String::new());
                }
                reader.seen.refused.push(at);
                reader.seen.shut.push((at, Reason::Refused));
                reader.tabs[tab].waits = false;
            }
            Answer::Renewed(_) | Answer::Outage => {
                if let Some(record) = &reader.record {
                    let record = Record::read(record).after_outage(now, None, random);
                    reader.record = Some(record.write());
                }
                if reader.tabs[tab].waits {
                    self.give_up(at, who, tab);
                }
            }
        }
    }

    fn log_out(&mut self, who: usize) {
        let reader = &mut self.readers[who];
        reader.cookie.clear();
        if reader.record.is_some() {
            reader.record = Some(String::new());
        }
    }
}
