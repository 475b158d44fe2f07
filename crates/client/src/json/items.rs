//! Cuts `{"customers":[…]}` into the items of its list while it arrives.
//!
//! Only the item that is arriving is held, and bounded: the list may be of any length. The inside of an item is
//! not checked here; brackets inside texts are told from others, and the rest is left to whom reads the item.

use super::Malformed;

/// The longest item, in bytes.
const ITEM_CAP: usize = 1 << 20;
/// The longest name or value beside the list, in bytes.
const OTHER_CAP: usize = 64 << 10;

/// The cutter of one answer.
#[derive(Debug)]
pub(crate) struct Items {
    list: &'static str,
    at: At,
    held: Vec<u8>,
    value: Value,
    found: bool,
    /// Texts of the members beside the list: `{"errorcode":"…"}`.
    others: Vec<u8>,
}

/// The position in the answer, by what is expected next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    FirstName,
    Name,
    InName,
    Colon,
    Other,
    InOther,
    List,
    FirstItem,
    Item,
    InItem,
    AfterItem,
    AfterMember,
    End,
}

/// The state inside a value that has not ended.
#[derive(Debug, Default)]
struct Value {
    depth: usize,
    text: bool,
    escape: bool,
    /// A number, `true`, `false` or `null`: it ends before the next comma or bracket.
    bare: bool,
}

impl Value {
    /// The number of these bytes that belong to the value, and true if it ends with them.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.text {
                match byte {
                    _ if self.escape => self.escape = false,
                    b'\\' => self.escape = true,
                    b'"' => {
                        self.text = false;
                        if self.depth == 0 {
                            return (at + 1, true);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if !self.bare => self.text = true,
                b'{' | b'[' if !self.bare => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => {
                    return (at, true);
                }
                _ if self.depth == 0 => self.bare = true,
                _ => {}
            }
        }
        (bytes.len(), false)
    }
}

impl Items {
    /// For an object whose member `list` is the list.
    pub(crate) fn new(list: &'static str) -> Self {
        Self {
            list,
            at: At::Start,
            held: Vec::new(),
            value: Value::default(),
            found: false,
            others: Vec::new(),
        }
    }

    /// Takes bytes up to the end of the next item: the item, if it is whole, is handed to `read`, and
    /// `bytes` is left at what follows. None = they were all taken.
    pub(crate) fn next<T>(
        &mut self,
        bytes: &mut &[u8],
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, Malformed> {
        while let [first, after @ ..] = *bytes {
            match self.at {
                At::InItem | At::InOther | At::InName => {
                    let item = self.at == At::InItem;
                    if self.grow(bytes)? && item {
                        let came = read(&self.held);
                        self.held.clear();
                        return Ok(Some(came));
                    }
                }
                _ if matches!(first, b' ' | b'\n' | b'\r' | b'\t') => *bytes = after,
                // These begin with the byte itself.
                At::Item | At::Other => self.begin(),
                At::FirstItem if *first != b']' => self.begin(),
                _ => {
                    self.mark(*first)?;
                    *bytes = after;
                }
            }
        }
        Ok(None)
    }

    /// Takes what belongs to the value that has begun; whether it is whole now.
    fn grow(&mut self, bytes: &mut &[u8]) -> Result<bool, Malformed> {
        let (taken, whole) = self.value.take(bytes);
        let (cap, what) = match self.at {
            At::InItem => (ITEM_CAP, "an item"),
            _ => (OTHER_CAP, "what stands beside the list"),
        };
        if self.held.len() + self.others.len() + taken > cap {
            return Err(Malformed(format!("{what} has more than {cap} bytes")));
        }
        self.held.extend_from_slice(&bytes[..taken]);
        *bytes = &bytes[taken..];
        if whole {
            self.ended();
        }
        Ok(whole)
    }

    fn begin(&mut self) {
        self.value = Value::default();
        self.at = match self.at {
            At::Other => At::InOther,
            _ => At::InItem,
        };
    }

    /// A byte that is no part of a value.
    fn mark(&mut self, byte: u8) -> Result<(), Malformed> {
        self.at = match (self.at, byte) {
            (At::Start, b'{') => At::FirstName,
            (At::FirstName | At::Name, b'"') => {
                self.value = Value {
                    text: true,
                    ..Value::default()
                };
                self.held.push(b'"');
                At::InName
            }
            (At::FirstName, b'}') | (At::AfterMember, b'}') => At::End,
            (At::Colon, b':') if self.is_list() => self.enter()?,
            (At::Colon, b':') => {
                self.held.push(b':');
                At::Other
            }
            (At::List, b'[') => At::FirstItem,
            (At::List, _) => return Err(self.wrong("is not a list")),
            (At::FirstItem | At::AfterItem, b']') => At::AfterMember,
            (At::AfterItem, b',') => At::Item,
            (At::AfterMember, b',') => At::Name,
            _ => return Err(Malformed("it is not JSON".into())),
        };
        Ok(())
    }

    fn is_list(&self) -> bool {
        serde_json::from_slice::<String>(&self.held).is_ok_and(|name| name == self.list)
    }

    fn enter(&mut self) -> Result<At, Malformed> {
        if self.found {
            return Err(self.wrong("is there twice"));
        }
        self.found = true;
        self.held.clear();
        Ok(At::List)
    }

    /// A name or value is whole.
    fn ended(&mut self) {
        self.at = match self.at {
            At::InName => At::Colon,
            At::InItem => At::AfterItem,
            _ => {
                let comma: &[u8] = if self.others.is_empty() { b"" } else { b"," };
                self.others.extend_from_slice(comma);
                self.others.append(&mut self.held);
                At::AfterMember
            }
        };
    }

    /// The answer has ended: what stood beside the list, as one object.
    pub(crate) fn end(self) -> Result<Rest, Malformed> {
        if self.at != At::End {
            return Err(Malformed("the JSON ends too early".into()));
        }
        let beside = [b"{", self.others.as_slice(), b"}"].concat();
        if let Some(code) = super::users_mistake(&beside) {
            return Ok(Rest::Mistake(code));
        }
        match self.found {
            true => Ok(Rest::Nothing),
            false => Err(self.wrong("is missing")),
        }
    }

    fn wrong(&self, what: &str) -> Malformed {
        Malformed(format!("`{}` {what}", self.list))
    }
}

/// The rest of an answer, beside its list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing that matters here.
    Nothing,
    /// The code of a mistake that a person made.
    Mistake(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The items of a text that arrives in pieces of this size, and what stood beside them.
    fn cut(text: &[u8], size: usize) -> Result<(Vec<String>, Rest), String> {
        let (mut items, mut came) = (Items::new("customers"), Vec::new());
        for mut piece in text.chunks(size) {
            let read = |item: &[u8]| String::from_utf8(item.to_vec()).unwrap();
            while let Some(item) = items.next(&mut piece, read).map_err(|m| m.to_string())? {
                came.push(item);
            }
        }
        let rest = items.end().map_err(|m| m.to_string())?;
        Ok((came, rest))
    }

    #[test]
    fn items_come_out_whole_however_they_arrive() {
        let text = r#" { "more" : {"customers":[1]} , "customers" : [ {"a":"]},\"{"} ,12, "x\\" ,[[],{}],null] ,"n":-1.5e3}  "#;
        for size in 1..=text.len() {
            let (items, rest) = cut(text.as_bytes(), size).unwrap();
            assert_eq!(
                items,
                [r#"{"a":"]},\"{"}"#, "12", r#""x\\""#, "[[],{}]", "null"],
                "{size}"
            );
            assert_eq!(rest, Rest::Nothing);
        }
        assert_eq!(
            cut(br#"{"customers":[]}"#, 3).unwrap(),
            (vec![], Rest::Nothing)
        );
        assert_eq!(cut(br#"{"\u0063ustomers":[1]}"#, 3).unwrap().0, ["1"]);
    }

    #[test]
    fn f33_what_is_no_such_list_is_refused() {
        for (text, what) in [
            ("", "the JSON ends too early"),
            ("{\"customers\":[{}", "the JSON ends too early"),
            ("{\"customers\":[{}]", "the JSON ends too early"),
            ("{}", "`customers` is missing"),
            ("{\"customers\":null}", "`customers` is not a list"),
            ("{\"customers\":{}}", "`customers` is not a list"),
            (
                "{\"customers\":[],\"customers\":[]}",
                "`customers` is there twice",
            ),
            ("<html>", "it is not JSON"),
            ("[]", "it is not JSON"),
            ("{\"customers\":[]}x", "it is not JSON"),
            ("{\"customers\" []}", "it is not JSON"),
        ] {
            assert_eq!(cut(text.as_bytes(), 4).unwrap_err(), what, "{text}");
        }
        let mistake = cut(br#"{"error":"no such field"}"#, 4).unwrap().1;
        assert_eq!(mistake, Rest::Mistake("no such field".into()));
    }

    #[test]
    fn f33_what_is_held_is_bounded() {
        let mut items = Items::new("customers");
        let mut head: &[u8] = b"{\"customers\":[\"";
        assert!(items.next(&mut head, |_| ()).unwrap().is_none());
        let piece = vec![b'x'; 200_000];
        let fed = (0..9).find_map(|_| items.next(&mut &piece[..], |_| ()).err());
        assert_eq!(
            fed.unwrap().to_string(),
            format!("an item has more than {ITEM_CAP} bytes")
        );
        assert!(items.held.len() <= ITEM_CAP);
        let beside = format!("{{\"{}\":1}}", "x".repeat(OTHER_CAP));
        assert!(
            cut(beside.as_bytes(), 1000)
                .unwrap_err()
                .starts_with("what stands beside")
        );
    }

    #[test]
    fn f33_items_nested_too_deep_are_refused_when_they_are_read() {
        let deep = [
            "{\"customers\":[",
            &"[".repeat(100_000),
            &"]".repeat(100_000),
            "]}",
        ]
        .concat();
        let mut items = Items::new("customers");
        let came = items.next(&mut deep.as_bytes(), |item| {
            json::item::<serde_json::Value>(item, 0)
        });
        let error = came.unwrap().unwrap().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the JSON is nested too deep in item 0 at column 128"
        );
    }
}
