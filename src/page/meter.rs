//! The one question of the meter's own module, which a publisher includes where he gives away free articles.
//!
//! ```
//! use iteras::page::meter::answer;
//!
//! let asked = answer("3/30\u{1f}https://sild.dk/harbour\u{1f}\u{1f}", 1_768_478_400_000.0);
//! assert!(asked.starts_with("\u{1f}true\u{1f}1\u{1f}3\u{1f}1771070400\u{1f}1 1768478400 "));
//! ```

use alloc::string::String;

use super::wire::{FIELD, Told};
use crate::meter::{Limits, Seen, count, page_name};
use crate::text::{parts, push_small};

/// Decides about a page at a time, in milliseconds since 1970. The question's fields: limits (`3/30`), the page's
/// address, the key that stands in its place or nothing, the stored record or nothing. The answer's, a U+001F before
/// each: `true` where the page opens, pages used, pages free, the second since 1970 at which counting begins anew,
/// and the record to store. `?` for limits and keys that are none, and for a question with other fields.
pub fn answer(question: &str, now: f64) -> String {
    decided(question, now).unwrap_or_else(|| String::from("?"))
}

fn decided(question: &str, now: f64) -> Option<String> {
    let mut fields = parts(question, FIELD);
    let limits = Limits::parse(fields.next()?)?;
    let page = page_name(fields.next()?, fields.next()?)?;
    let seen = Seen::read(fields.next()?);
    if !fields.is_empty() {
        return None;
    }
    let counted = count(seen, page, limits, (now / 1000.0) as u32);
    let mut answer = String::new();
    counted.opens.write(&mut answer);
    for number in [counted.used, limits.free(), counted.until] {
        answer.push(char::from(FIELD));
        push_small(&mut answer, number);
    }
    counted.seen.write().write(&mut answer);
    Some(answer)
}
