//! Messages from frames, after the message rule of the rules has let them through.

/// A message from a frame that passed the message rule: right window, exact origin, known frame id.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Message<'a> {
    /// The content is there; the page answers `welcome`.
    Hello,
    /// The content's height in whole CSS pixels.
    Resize(u32),
    /// A pass to store.
    Pass(&'a str),
    /// The URL that the page is to go to.
    Navigate(&'a str),
}

/// The longest text in a message, in bytes.
const MAX_TEXT: usize = 8192;
/// The greatest height of a frame, in CSS pixels.
const MAX_HEIGHT: f64 = 100_000.0;

impl<'a> Message<'a> {
    /// Reads a message; `None` for everything that the table of messages does not allow.
    ///
    /// `text` is the message's `pass` or `url`, empty when that is no string; `height` NaN when it is
    /// no number.
    pub fn read(kind: &str, text: &'a str, height: f64) -> Option<Self> {
        let text = Some(text).filter(|text| !text.is_empty() && text.len() <= MAX_TEXT);
        match kind {
            "hello" => Some(Self::Hello),
            // NaN fails the comparison.
            "resize" if height > 0.0 && height <= MAX_HEIGHT => {
                let whole = height as u32;
                Some(Self::Resize(whole + u32::from(f64::from(whole) < height)))
            }
            "pass" => text.map(Self::Pass),
            "navigate" => text.map(Self::Navigate),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c47_heights_that_are_no_heights_are_ignored() {
        let resize = |height| Message::read("resize", "", height);
        assert_eq!(resize(0.2), Some(Message::Resize(1)));
        assert_eq!(resize(300.0), Some(Message::Resize(300)));
        assert_eq!(resize(100_000.0), Some(Message::Resize(100_000)));
        for height in [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e9, 100_000.5] {
            assert_eq!(resize(height), None, "{height}");
        }
    }
}
