//! What becomes of texts: counted in the gated element, held in scripts, as they are elsewhere.

use core::mem;

use super::cutter::{Cutter, Script};
use super::rules::{MAX_INLINE, is_copy};
use super::text::end_of_kept;
use super::write::push_text;

impl Cutter {
    /// A piece of text as it stands in the page, and whether it is the last of its text node.
    pub fn text(&mut self, text: &str, last: bool) {
        if self.dropped.is_some() {
            return;
        }
        match (&mut self.script, self.gated) {
            (_, Some(_)) if self.cut => {}
            (_, Some(_)) => self.gated_text(text, last),
            (Some(Script::Held(_)), _) => self.held_script(text, last),
            (Some(Script::Dropped), _) => {}
            _ => self.write_text(text),
        }
    }

    // The whole text node is held, up to what may be shown of it: the teaser must not depend on how the
    // page was cut into chunks.
    fn gated_text(&mut self, text: &str, last: bool) {
        self.text.push_str(text);
        match end_of_kept(&self.text, self.left) {
            Ok(used) if last => {
                self.left -= used;
                self.shown |= used > 0;
                let text = mem::take(&mut self.text);
                self.write_text(&text);
            }
            Ok(_) => {}
            Err(end) => {
                let text = mem::take(&mut self.text);
                // Half a word is better than nothing at all.
                let end = if end.word == 0 && !self.shown {
                    end.hard
                } else {
                    end.word
                };
                self.write_text(text.get(..end).unwrap_or(""));
                self.cut_here();
            }
        }
    }

    fn held_script(&mut self, text: &str, last: bool) {
        let Some(Script::Held(script)) = &mut self.script else {
            return;
        };
        script.push_str(text);
        if script.len() > MAX_INLINE {
            self.script = Some(Script::Dropped);
        } else if last {
            let script = mem::take(script);
            self.script = Some(Script::Dropped);
            if !is_copy(&script) {
                self.out.push_str(&script);
            }
        }
    }

    fn write_text(&mut self, text: &str) {
        if self.raw {
            self.out.push_str(text);
        } else {
            push_text(&mut self.out, text);
        }
    }
}
