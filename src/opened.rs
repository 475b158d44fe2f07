//! Opened: the step of a page whose reader may read on now, after a log-in without target, a renewal, or a return
//! from the back/forward cache (wire protocol, "Opened").
//!
//! ```
//! use iteras::opened::{Call, Step, opened};
//!
//! let shut = Call { authorized: true, handled: true, callback: false };
//! assert_eq!(opened([shut], false), Step::LoadAgain);
//! assert_eq!(opened([Call { callback: true, ..shut }], false), Step::CallBack);
//! assert_eq!(opened([Call { handled: false, ..shut }], false), Step::Nothing);
//! ```

/// One call of `wall`; watchers and elements are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The cookie allows it now; a marker has no say here.
    pub authorized: bool,
    /// Its handler `unauthorized` has run.
    pub handled: bool,
    /// It has an `authorized` callback.
    pub callback: bool,
}

/// The step of a page that may have opened; `iteras:authorized` has been dispatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing more: it was never shut, or is not open altogether.
    Nothing,
    /// Run `authorized` of each call whose handler had run.
    CallBack,
    /// Load the page again, where that is allowed (`again.rs`).
    LoadAgain,
}

/// Decides for the calls of a page. `marker` = the page carries a server's marker that its calls believe.
pub fn opened(calls: impl IntoIterator<Item = Call>, marker: bool) -> Step {
    let (mut was_shut, mut needs_page) = (marker, marker);
    for call in calls {
        if !call.authorized {
            return Step::Nothing;
        }
        was_shut |= call.handled;
        needs_page |= call.handled && !call.callback;
    }
    match (was_shut, needs_page) {
        (false, _) => Step::Nothing,
        (true, false) => Step::CallBack,
        (true, true) => Step::LoadAgain,
    }
}
