//! Frames that the page cuts off: by a limit on the height of something around them, or of themselves.
//!
//! A frame grows with its content, and nobody can scroll in it. What hides it is found as browsers do it:
//!
//! 1. A box hides what overflows it, if its `overflow-y` is `hidden` or `clip`, if it contains paint, or by `clip` and
//!    `clip-path`. It does so only to what it is a containing block of, directly or not; the last two to everything.
//! 2. A box that scrolls hides nothing; from there on its own box is what others may cut.
//! 3. `overflow` of the root, or of `body` where the root's is `visible`, is the window's: a page that can't be
//!    scrolled ends at its edge, as does what is `fixed`.

use crate::facts::Facts;
use crate::kinds::{FRAME_CUT, FRAME_LIMITED, Kind};
use crate::measured::{FRAME_HEIGHT, MeasuredBox, MeasuredFrame, Window};
use crate::places::Place;

use super::{Finding, add, clip};

/// Of rounding, in CSS pixels.
const SLACK: f64 = 1.5;

/// A cut, as it shows in one window.
struct Cut {
    kind: &'static Kind,
    /// The box and its rule: `div#box has max-height: 300px and overflow-y: hidden`.
    rule: String,
    /// Pixels of the height that are seen, and all.
    seen: (f64, f64),
    window: Window,
}

/// Adds the findings to those of each page.
pub(super) fn check(places: &[Place], measured: &[MeasuredFrame], findings: &mut [Vec<Finding>]) {
    for (index, place) in places.iter().enumerate() {
        let mut cuts: Vec<(Cut, Vec<f64>)> = Vec::new();
        for cut in of_place(index, measured).filter_map(cut) {
            let same = |(other, _): &&mut (Cut, Vec<f64>)| {
                (other.kind.code, &other.rule) == (cut.kind.code, &cut.rule)
            };
            match cuts.iter_mut().find(same) {
                Some((_, widths)) => widths.push(cut.window.width),
                None => {
                    let width = cut.window.width;
                    cuts.push((cut, vec![width]));
                }
            }
        }
        let Some(findings) = findings.get_mut(place.source) else {
            continue;
        };
        for (cut, widths) in cuts {
            let what = format!(
                "the frame of {} is cut: {} (in {} px wide; {:.0} of {:.0} px are seen)",
                place.call,
                cut.rule,
                windows(&widths),
                cut.seen.0,
                cut.seen.1,
            );
            add(findings, cut.kind, place.line, what);
        }
    }
}

fn windows(widths: &[f64]) -> String {
    let widths: Vec<String> = widths.iter().map(|width| format!("{width:.0}")).collect();
    match widths.as_slice() {
        [one] => format!("a window {one}"),
        several => format!("windows {}", several.join(" and ")),
    }
}

/// A sentence for each frame that could not be measured.
pub(crate) fn unmeasured(
    all: &[Facts<'_>],
    places: &[Place],
    measured: &[MeasuredFrame],
) -> Vec<String> {
    let mut sentences = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let mut frames = of_place(index, measured).peekable();
        let reason = if place.target.is_none() {
            "only running the script would tell where it goes"
        } else if frames.peek().is_none() {
            "the page was not rendered"
        } else if of_place(index, measured).all(|frame| frame.boxes.is_empty()) {
            "the page has no such place, unless a script makes it"
        } else if frames.all(|frame| frame.boxes.first().is_none_or(is_hidden)) {
            "its place is hidden, unless a script shows it"
        } else {
            continue;
        };
        let name = all.get(place.source).map_or("", |facts| &facts.source.name);
        sentences.push(format!(
            "the frame of {} on line {} of {name}: {reason}",
            place.call, place.line
        ));
    }
    sentences
}

fn of_place(index: usize, measured: &[MeasuredFrame]) -> impl Iterator<Item = &MeasuredFrame> {
    measured.iter().filter(move |frame| frame.place == index)
}

fn is_hidden(frame: &MeasuredBox) -> bool {
    frame.bottom - frame.top <= 0.0
}

fn cut(measured: &MeasuredFrame) -> Option<Cut> {
    let (frame, around) = measured.boxes.split_first()?;
    let height = frame.pixels("height").unwrap_or(FRAME_HEIGHT);
    let of = |kind, rule, seen| Cut {
        kind,
        rule,
        seen,
        window: measured.window,
    };
    if height < FRAME_HEIGHT - SLACK && frame.style("display") != "none" {
        let rule = format!("the frame itself has {}", limit(frame));
        return Some(of(&FRAME_LIMITED, rule, (height, FRAME_HEIGHT)));
    }
    if is_hidden(frame) {
        return None;
    }
    let mut seen = Seen {
        top: frame.top,
        bottom: frame.bottom,
        whole: frame.bottom - frame.top,
        worst: 0.0,
        rule: String::new(),
    };
    let window_hides = around_of(frame, around, &mut seen);
    if let Some(rule) = window_hides {
        let rule = || {
            format!(
                "{rule}, and the window is {:.0} px high",
                measured.window.height
            )
        };
        seen.narrow(0.0, measured.window.height, rule);
    }
    let left = (seen.bottom - seen.top).max(0.0);
    (seen.worst > SLACK).then(|| of(&FRAME_CUT, seen.rule, (left, seen.whole)))
}

/// Narrows to what the boxes around a frame leave of it; gives the rule by which the window's edge is the last one.
fn around_of(frame: &MeasuredBox, around: &[MeasuredBox], seen: &mut Seen) -> Option<String> {
    let root = around.last().filter(|root| root.tag == "html");
    let root_hides = root.is_some_and(|root| root.has("overflow-y"));
    let mut leaves = Leaves::of(frame);
    let mut fixed = (leaves == Leaves::Fixed).then(|| frame.name());
    let mut of_window = None;
    for one in around {
        let name = one.name();
        if let Some((property, top, bottom)) = clip::edges(one) {
            let rule = || format!("{name} has {property}: {}", one.style(property));
            seen.narrow(top, bottom, rule);
        }
        if !leaves.ends_at(one) {
            continue;
        }
        let is_of_window =
            one.tag == "html" || (one.tag == "body" && root.is_some() && !root_hides);
        let overflow = one.style("overflow-y");
        let hides = matches!(overflow, "hidden" | "clip");
        if is_of_window {
            if hides {
                of_window = Some(format!("{name} has overflow-y: {overflow}"));
            }
        } else if matches!(one.style("display"), "inline" | "contents") {
            // Neither has a box that could hide anything.
        } else if hides || contains_paint(one) {
            let (top, bottom) = inside(one);
            seen.narrow(top, bottom, || {
                let by = match hides {
                    true => format!("overflow-y: {overflow}"),
                    false => "contained paint".to_owned(),
                };
                format!("{name} has {} and {by}", limit(one))
            });
        } else if matches!(overflow, "auto" | "scroll") {
            seen.scrolled(one);
        }
        leaves = Leaves::of(one);
        fixed = (leaves == Leaves::Fixed).then_some(name);
    }
    // A fixed box does not move when the page is scrolled.
    fixed
        .map(|name| format!("{name} has position: fixed"))
        .or(of_window)
}

/// The part of a frame, or of what scrolls it, that is seen.
struct Seen {
    top: f64,
    bottom: f64,
    whole: f64,
    /// The most pixels that one rule takes away, and that rule.
    worst: f64,
    rule: String,
}

impl Seen {
    fn narrow(&mut self, top: f64, bottom: f64, rule: impl FnOnce() -> String) {
        let before = (self.bottom - self.top).max(0.0);
        self.top = self.top.max(top);
        self.bottom = self.bottom.min(bottom);
        let lost = before - (self.bottom - self.top).max(0.0);
        if lost > self.worst && lost > SLACK {
            self.worst = lost;
            self.rule = rule();
        }
    }

    fn scrolled(&mut self, scroller: &MeasuredBox) {
        let fits = scroller.top <= self.top && self.bottom <= scroller.bottom;
        if !fits && self.worst == 0.0 {
            (self.top, self.bottom) = (scroller.top, scroller.bottom);
            self.whole = self.bottom - self.top;
        }
    }
}

/// The way in which a box leaves those around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Not,
    Absolute,
    Fixed,
}

impl Leaves {
    fn of(one: &MeasuredBox) -> Self {
        match one.style("position") {
            "absolute" => Self::Absolute,
            "fixed" => Self::Fixed,
            _ => Self::Not,
        }
    }

    /// True if this box around it is its containing block.
    fn ends_at(self, one: &MeasuredBox) -> bool {
        match self {
            Self::Not => true,
            Self::Absolute => !matches!(one.style("position"), "" | "static") || holds_fixed(one),
            Self::Fixed => holds_fixed(one),
        }
    }
}

/// CSS Transforms, Filter Effects and Containment: containing blocks even of what is fixed.
fn holds_fixed(one: &MeasuredBox) -> bool {
    let set = [
        "transform",
        "filter",
        "backdrop-filter",
        "perspective",
        "container-type",
    ];
    let promised = one.style("will-change").split(',').any(|word| {
        matches!(
            word.trim(),
            "transform" | "filter" | "perspective" | "backdrop-filter"
        )
    });
    let contained = one.style("contain").split_ascii_whitespace();
    set.iter().any(|property| one.has(property))
        || promised
        || contained.into_iter().any(|word| word == "layout")
        || contains_paint(one)
}

fn contains_paint(one: &MeasuredBox) -> bool {
    let mut words = one.style("contain").split_ascii_whitespace();
    words.any(|word| matches!(word, "paint" | "strict" | "content"))
        || matches!(one.style("content-visibility"), "auto" | "hidden")
}

/// The padding box, at whose edges `overflow` hides.
fn inside(one: &MeasuredBox) -> (f64, f64) {
    let border = |side| one.pixels(side).unwrap_or_default();
    (
        one.top + border("border-top-width"),
        one.bottom - border("border-bottom-width"),
    )
}

/// The rule that limits the height: `max-height: 300px`, else the height that came out.
fn limit(one: &MeasuredBox) -> String {
    if one.has("-webkit-line-clamp") {
        return format!("-webkit-line-clamp: {}", one.style("-webkit-line-clamp"));
    }
    match one.has("max-height") {
        true => format!("max-height: {}", one.style("max-height")),
        false => format!("height: {}", one.style("height")),
    }
}
