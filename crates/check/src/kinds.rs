//! The kinds of findings: a stable code, and what companion and replacement do where it is found.

/// A kind of finding.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Stable, for programs.
    pub(crate) code: &'static str,
    /// Ours beside the official script.
    pub(crate) companion: &'static str,
    /// Ours in its place.
    pub(crate) replacement: &'static str,
}

/// Declares the kinds: name, code, companion, replacement.
macro_rules! kinds {
    ($($name:ident $code:literal, $companion:literal, $replacement:literal;)*) => {
        $(pub(crate) static $name: Kind = Kind {
            code: $code,
            companion: $companion,
            replacement: $replacement,
        };)*
        #[cfg(test)]
        pub(crate) static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    UNKNOWN_METHOD "unknown_method",
        "a method that is on the global stays there; one that isn't throws as before",
        "it is not there: the call throws";
    UNKNOWN_OPTION "unknown_option",
        "ours ignores it; frame calls hand it on to the official script",
        "it is ignored";
    MISSING_OPTION "missing_option",
        "the official script decides what becomes of the call",
        "the call throws an error with code `bad_option`";
    BAD_OPTION "bad_option",
        "ours takes the strictest reading, then throws an error with code `bad_option`",
        "it takes the strictest reading, then throws an error with code `bad_option`";
    MISSING_ACCESS "missing_access",
        "every level opens the page, registered readers (`user`) as well as subscribers",
        "every level opens the page, registered readers (`user`) as well as subscribers";
    ANY_PAYWALL "any_paywall",
        "a pass for any paywall of the account opens the page",
        "a pass for any paywall of the account opens the page";
    NO_OUTCOME "no_outcome",
        "nobody is kept out; the official script still renews the pass",
        "nobody is kept out; the pass is still renewed";
    TWO_OUTCOMES "two_outcomes",
        "`unauthorized` runs, `redirect` is not followed",
        "`unauthorized` runs, `redirect` is not followed";
    DROPPED_FRAME "dropped_frame",
        "the call gives a string that nobody puts into the page: no frame is shown",
        "the call gives a string that nobody puts into the page: no frame is shown";
    DEPRECATED_SIGNUP "deprecated_signup",
        "the official string, as long as the service has the method",
        "a frame of ours; `orderingiframe` is its successor";
    NO_SCRIPT "no_script",
        "the official tag has to stand on the page, and ours right after it",
        "the calls throw: the tag of the script is missing";
    CALL_BEFORE_SCRIPT "call_before_script",
        "the call throws, since neither script is there yet",
        "the call throws; move it behind the tag, or use the queue `Iteras.q`";
    LATE_SCRIPT "late_script",
        "ours takes the official script up when it comes; calls on the next line need ours to load blocking",
        "the call throws; load the script blocking, or use the queue `Iteras.q`";
    SCRIPT_TWICE "script_twice",
        "ours takes the functions of the last one that ran before it",
        "the first one wins";
    WRONG_ORDER "wrong_order",
        "it works once the official script has come; before that frame calls throw `official_missing`",
        "companion does not belong on the page";
    INSECURE_ADDRESS "insecure_address",
        "whoever is on the way can put a script or a form of their own there",
        "whoever is on the way can put a script or a form of their own there";
    IGNORED_ATTRIBUTES "ignored_attributes",
        "the official script has no such attributes: put them on the tag of ours",
        "they start a wall without any inline script";
    OVERWRITTEN "global_overwritten",
        "the documented calls are gone from then on; write `window.Iteras = window.Iteras || {}`",
        "the documented calls are gone from then on; write `window.Iteras = window.Iteras || {}`";
    CLOBBERED "global_clobbered",
        "ours takes the element for nothing; the official script may not",
        "the element counts as absent";
    HANDMADE_FRAME "handmade_frame",
        "the frame is the service's own: it is not resized, and its log-in may reach no page",
        "the frame is none of ours: it is not resized, and its log-in is not heard";
    FRAME_CUT "frame_cut",
        "the frame is as high as its content: what grows past the limit is not seen, buttons included. Take the limit \
         away, or let it scroll (`overflow: auto`)",
        "ours sets the height of the frame, never that of what is around it: take the limit away, or let it scroll \
         (`overflow: auto`)";
    FRAME_LIMITED "frame_limited",
        "the official frame keeps to the limit: the end of a form may be out of sight. Take the rule off frames",
        "`min-height` overrules the limit once the frame has told its height; a line on the console names it";
    WALL_AFTER_CONTENT "wall_after_content",
        "readers without a pass see the article before they are sent away; put the wall into the head",
        "readers without a pass see the article before they are sent away; put the wall into the head";
    CSP_INLINE "csp_inline",
        "the policy stops the inline script; start the wall by attributes of the tag of ours, or give it a nonce",
        "the policy stops the inline script; start the wall by attributes of the tag, or give it a nonce";
    CSP_HANDLER "csp_handler",
        "the policy stops the attribute; add a listener from a script that may run",
        "the policy stops the attribute; add a listener from a script that may run";
    CSP_SCRIPT "csp_script",
        "the policy stops the script of the tag; name its origin in `script-src`",
        "the policy stops the script of the tag; name its origin in `script-src`";
    CSP_FRAME "csp_frame",
        "the policy stops the official frames; name the service's origin in `frame-src`",
        "the policy stops the frames; name the service's origin in `frame-src`";
    DROPS_PARAMETERS "drops_parameters",
        "mark the link with `data-iteras-carry`, and ours carries the parameters; else readers don't come back",
        "mark the link with `data-iteras-carry`, and the parameters are carried; else readers don't come back";
    STRUCTURED_INVALID "structured_invalid",
        "search engines read nothing of it, and may take the wall for cloaking",
        "search engines read nothing of it, and may take the wall for cloaking";
    STRUCTURED_FREE "structured_free",
        "search engines see a wall before what should be free, and may take it for cloaking: `isAccessibleForFree: false`",
        "search engines see a wall before what should be free, and may take it for cloaking: `isAccessibleForFree: false`";
    STRUCTURED_TYPE "structured_type",
        "search engines don't read the mark there",
        "search engines don't read the mark there";
    STRUCTURED_SELECTOR "structured_selector",
        "search engines don't learn which part of the page is not free",
        "search engines don't learn which part of the page is not free";
    STRUCTURED_ELSEWHERE "structured_elsewhere",
        "search engines learn of another part of the page than the one that is not free",
        "search engines learn of another part of the page than the one that is not free";
    KEY_IN_PAGE "key_in_page",
        "everybody can read the key and call the service with it: take it out and have it replaced",
        "everybody can read the key and call the service with it: take it out and have it replaced";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_there_once() {
        let mut codes: Vec<&str> = ALL.iter().map(|kind| kind.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ALL.len());
    }

    #[test]
    fn the_manual_names_each_code() {
        let manual = include_str!("../../cli/README.md");
        for kind in ALL {
            assert!(
                manual.contains(&format!("`{}`", kind.code)),
                "{}",
                kind.code
            );
        }
    }
}
