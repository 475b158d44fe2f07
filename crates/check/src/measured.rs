//! Measures of a rendered page: what the rules about frames that are cut are fed with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The height of the box that stands for a frame, in CSS pixels: an order form on a phone is higher.
pub const FRAME_HEIGHT: f64 = 900.0;

/// The windows in which a page is measured: a desk and a phone.
pub const WINDOWS: [Window; 2] = [
    Window {
        width: 1280.0,
        height: 800.0,
    },
    Window {
        width: 360.0,
        height: 640.0,
    },
];

/// The size of a window, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Of the viewport.
    pub width: f64,
    /// Of the viewport.
    pub height: f64,
}

/// The computed properties that a measured box comes with.
pub const PROPERTIES: [&str; 18] = [
    "display",
    "position",
    "overflow-y",
    "height",
    "max-height",
    "clip",
    "clip-path",
    "-webkit-line-clamp",
    "contain",
    "content-visibility",
    "container-type",
    "transform",
    "filter",
    "backdrop-filter",
    "perspective",
    "will-change",
    "border-top-width",
    "border-bottom-width",
];

/// The box that stood for a frame at one [place](crate::places()), in one window, and all boxes around it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredFrame {
    /// The index of the place.
    pub place: usize,
    /// The window.
    pub window: Window,
    /// From the frame outwards to `body` and `html`; empty where the page has no such place.
    pub boxes: Vec<MeasuredBox>,
}

/// The box of an element, at the top of a page that is not scrolled.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuredBox {
    /// The element's name.
    pub tag: String,
    /// The element's id; empty without one.
    pub id: String,
    /// The value of the attribute `class`.
    pub class: String,
    /// From the top of the window to the upper edge of the border box, in CSS pixels.
    pub top: f64,
    /// To the lower edge.
    pub bottom: f64,
    /// The computed values of [`PROPERTIES`]; what an engine does not know is left out.
    pub style: BTreeMap<String, String>,
}

/// The longest name of an element that is shown, in characters.
const LONGEST_NAME: usize = 60;

impl MeasuredBox {
    /// The element as a selector writes it: `div#box`, `section.teaser`.
    pub(crate) fn name(&self) -> String {
        let class = self.class.split_ascii_whitespace().next();
        let name = match (self.id.as_str(), class) {
            ("", Some(class)) => format!("{}.{class}", self.tag),
            ("", None) => self.tag.clone(),
            (id, _) => format!("{}#{id}", self.tag),
        };
        name.chars().take(LONGEST_NAME).collect()
    }

    /// A computed value; empty where the engine has none.
    pub(crate) fn style(&self, property: &str) -> &str {
        self.style.get(property).map_or("", String::as_str)
    }

    /// True for a property that is set to something.
    pub(crate) fn has(&self, property: &str) -> bool {
        !matches!(
            self.style(property),
            "" | "none" | "normal" | "auto" | "visible"
        )
    }

    /// A computed length, of `400px`.
    pub(crate) fn pixels(&self, property: &str) -> Option<f64> {
        self.style(property).strip_suffix("px")?.parse().ok()
    }
}
