//! The wire that a frame's page speaks with the page around it: ours, or that of the double.

use crate::config::OrderKind;

/// The path of all frames of the double.
pub(super) const DOUBLE_PATH: &str = "/official/embed";

/// Ours (protocol, "Messages"), or one that differs from it in everything undocumented (companion, "The double").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wire {
    #[default]
    Ours,
    Double,
}

impl Wire {
    /// The address of the script that speaks it inside a frame.
    pub(super) fn script(self) -> &'static str {
        match self {
            Self::Ours => "/standin/frame.js",
            Self::Double => "/official/embed.js",
        }
    }

    /// The address of an ordering or sign-up page.
    pub(super) fn order_address(self, profile: &str, kind: OrderKind, id: &str) -> String {
        let folder = match kind {
            OrderKind::Order => "order",
            OrderKind::Signup => "signup",
        };
        match self {
            Self::Ours => format!("/{profile}/{folder}/{id}/"),
            Self::Double => format!("{DOUBLE_PATH}?what={folder}&account={profile}&form={id}"),
        }
    }
}
