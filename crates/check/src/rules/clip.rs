//! The part of a box that `clip` and `clip-path` leave.

use crate::measured::MeasuredBox;

/// The property that clips, and the upper and lower edge that it leaves, as far as they are rectangles or polygons.
pub(super) fn edges(one: &MeasuredBox) -> Option<(&'static str, f64, f64)> {
    let positioned = matches!(one.style("position"), "absolute" | "fixed");
    let rectangle = positioned.then(|| arguments(one.style("clip"), "rect"));
    if let Some([top, _, bottom, _]) = rectangle.flatten().as_deref() {
        // `auto` is the box's own edge.
        let edge = |text: &str, own: f64| length(text, 0.0).map_or(own, |at| one.top + at);
        return Some(("clip", edge(top, one.top), edge(bottom, one.bottom)));
    }
    let (top, bottom) = of_path(one.style("clip-path"), one.bottom - one.top)?;
    Some(("clip-path", one.top + top, one.top + bottom))
}

/// The edges of a path in a box of that height, from the box's upper one.
fn of_path(path: &str, height: f64) -> Option<(f64, f64)> {
    if let Some(edges) = arguments(path, "inset") {
        let edges: Vec<&String> = edges.iter().take_while(|word| *word != "round").collect();
        let at = |text: &str| length(text, height);
        let (top, bottom) = (edges.first()?, edges.get(2).or(edges.first())?);
        return Some((at(top)?, height - at(bottom)?));
    }
    let points = path.strip_prefix("polygon(")?.strip_suffix(')')?.split(',');
    let points = points.filter(|point| !matches!(point.trim(), "evenodd" | "nonzero"));
    // A point that only the browser can reckon, such as `calc(…)`, may be the lowest: then nothing is known.
    let heights = points.map(|point| length(point.split_ascii_whitespace().nth(1)?, height));
    let heights: Vec<f64> = heights.collect::<Option<_>>()?;
    let top = heights.iter().copied().reduce(f64::min)?;
    let bottom = heights.iter().copied().reduce(f64::max)?;
    Some((top, bottom))
}

/// The words between the brackets of a function.
fn arguments(text: &str, function: &str) -> Option<Vec<String>> {
    let inside = text
        .strip_prefix(function)?
        .strip_prefix('(')?
        .strip_suffix(')')?;
    let words = inside.split([',', ' ']).filter(|word| !word.is_empty());
    Some(words.map(str::to_owned).collect())
}

/// `12px`, or `50%` of `whole`, in pixels.
fn length(text: &str, whole: f64) -> Option<f64> {
    if let Some(part) = text.strip_suffix('%') {
        return part.parse::<f64>().ok().map(|part| whole * part / 100.0);
    }
    text.strip_suffix("px")?.parse().ok()
}
