//! Writes a tree as HTML (HTML standard, section 13.3), with everything escaped that could be markup.

use html5ever::tree_builder::QuirksMode;
use html5ever::{Attribute, ns};
use iteras_guard::page::Charset;

use super::{Element, Id, Kind, ROOT, Step, Tree};
use crate::charset::has;

/// The page of a tree; characters that the encoding lacks become references.
pub(crate) fn write(tree: &Tree, charset: Charset) -> String {
    let mut writer = Writer {
        out: String::new(),
        charset,
    };
    for step in tree.walk(ROOT) {
        match step {
            Step::Open(id) => writer.open(tree, id),
            Step::Close(id) => writer.close(tree, id),
        }
    }
    writer.out
}

struct Writer {
    out: String,
    charset: Charset,
}

impl Writer {
    fn open(&mut self, tree: &Tree, id: Id) {
        match tree.kind(id) {
            Kind::Document | Kind::Contents => {}
            Kind::Doctype {
                name,
                public,
                system,
            } => {
                // Some documents are in quirks mode in spite of their type: without one, all are.
                if tree.quirks != QuirksMode::Quirks {
                    self.doctype(name, public, system);
                }
            }
            Kind::Comment(text) => self.push(&["<!--", text, "-->"]),
            Kind::Text(text) => {
                let parent = tree.parent(id).and_then(|parent| tree.element(parent));
                if parent.is_some_and(is_raw_text) {
                    self.out.push_str(text);
                    return;
                }
                // A parser leaves out the first line feed of these.
                let parser_eats =
                    parent.is_some_and(|it| it.is_html() && eats_line_feed(it.local()));
                if parser_eats && tree.previous(id).is_none() && text.starts_with('\n') {
                    self.out.push('\n');
                }
                self.escaped(text);
            }
            Kind::Element(element) => {
                self.push(&["<", element.local()]);
                for attribute in &element.attributes {
                    self.attribute(attribute);
                }
                self.out.push('>');
            }
        }
    }

    fn close(&mut self, tree: &Tree, id: Id) {
        if let Some(element) = tree
            .element(id)
            .filter(|it| !(it.is_html() && is_void(it.local())))
        {
            self.push(&["</", element.local(), ">"]);
        }
    }

    fn doctype(&mut self, name: &str, public: &str, system: &str) {
        self.push(&["<!doctype ", name]);
        match (public.is_empty(), system.is_empty()) {
            (true, true) => {}
            (true, false) => self.out.push_str(" system"),
            (false, _) => self.out.push_str(" public"),
        }
        for id in [public, system].into_iter().filter(|id| !id.is_empty()) {
            // An identifier holds quotes of one kind only: the others stood around it.
            let quote = if id.contains('"') { "'" } else { "\"" };
            self.push(&[" ", quote, id, quote]);
        }
        self.out.push('>');
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let name = &attribute.name;
        self.out.push(' ');
        let prefix = match name.ns {
            ns!(xlink) => "xlink:",
            ns!(xml) => "xml:",
            ns!(xmlns) if &*name.local != "xmlns" => "xmlns:",
            _ => "",
        };
        self.push(&[prefix, &name.local, "=\""]);
        for (at, piece) in attribute.value.split('"').enumerate() {
            self.push(&[if at > 0 { "&quot;" } else { "" }]);
            self.escaped(piece);
        }
        self.out.push('"');
    }

    // The same in texts and attributes: `<` and `>` in attributes, too, whatever reads them next.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\u{a0}' => self.out.push_str("&nbsp;"),
                // A bare one would be read as a line feed.
                '\r' => self.out.push_str("&#13;"),
                c if has(self.charset, c) => self.out.push(c),
                c => self.out.push_str(&format!("&#{};", u32::from(c))),
            }
        }
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.out.push_str(part);
        }
    }
}

/// Tells elements whose text is no markup, where scripts run.
fn is_raw_text(element: &Element) -> bool {
    element.is_html()
        && matches!(
            element.local(),
            "style"
                | "script"
                | "xmp"
                | "iframe"
                | "noembed"
                | "noframes"
                | "plaintext"
                | "noscript"
        )
}

fn eats_line_feed(name: &str) -> bool {
    matches!(name, "pre" | "textarea" | "listing")
}

/// Tells elements of HTML that have neither content nor end tag.
pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}
