//! JSON-LD for search engines: the page is not free, and which element is gated.

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, ns};

use crate::Refusal;
use crate::tree::{Element, Id, Kind, Tree};

/// Puts the label before the gated element, and at the end of `<head>` when that is `<body>`.
pub(super) fn put(tree: &mut Tree, gated: Id, selector: &str) -> Result<(), Refusal> {
    let name = |tree: &Tree, id| {
        tree.element(id)
            .is_some_and(Element::is_html)
            .then(|| local(tree, id))
    };
    let own = name(tree, gated);
    let place = match own.as_deref() {
        // There is no place for it that is not gated.
        Some("html") => return Err(Refusal::NothingGated),
        Some("body") => {
            let before = std::iter::successors(tree.previous(gated), |id| tree.previous(*id));
            let mut heads = before.filter(|id| name(tree, *id).as_deref() == Some("head"));
            Some(heads.next().ok_or(Refusal::NothingGated)?)
        }
        _ => None,
    };
    let kind = Attribute {
        name: QualName::new(None, ns!(), LocalName::from("type")),
        value: "application/ld+json".into(),
    };
    let script = tree.add(Kind::Element(Element {
        name: QualName::new(None, ns!(html), LocalName::from("script")),
        attributes: vec![kind],
        contents: None,
        integration_point: false,
    }));
    let text = tree.add(Kind::Text(StrTendril::from(json(selector))));
    tree.append(script, text);
    match place {
        Some(head) => tree.append(head, script),
        None => tree.insert_before(gated, script),
    }
    Ok(())
}

fn local(tree: &Tree, id: Id) -> String {
    tree.element(id)
        .map(|element| element.local().to_owned())
        .unwrap_or_default()
}

/// The label as it stands in a page of any encoding.
pub(super) fn html(selector: &str) -> String {
    [
        "<script type=\"application/ld+json\">",
        &json(selector),
        "</script>",
    ]
    .concat()
}

fn json(selector: &str) -> String {
    let mut quoted = String::new();
    for unit in selector.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(c @ (' '..='~')) if !"\"\\<>&'".contains(c) => quoted.push(c),
            Some(c) if c.is_control() => {}
            // As an escape it stands in any encoding, and ends no script.
            _ => quoted.push_str(&format!("\\u{unit:04x}")),
        }
    }
    format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\
         \"hasPart\":{{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\"{quoted}\"}}}}"
    )
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn a_selector_ends_neither_the_string_nor_the_script() {
        let label = json("[a=\"</script>\"] .blå-𝄞\n");
        let quoted =
            r#""cssSelector":"[a=\u0022\u003c/script\u003e\u0022] .bl\u00e5-\ud834\udd1e""#;
        assert!(label.contains(quoted), "{label}");
    }
}
