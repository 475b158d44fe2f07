use super::*;

#[track_caller]
fn call(text: &str) -> Call {
    match uses(text).as_slice() {
        [
            Use {
                what: What::Call(call),
                ..
            },
        ] => call.clone(),
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn options(text: &str) -> Vec<(String, Value)> {
    match call(text).argument {
        Argument::Options {
            options,
            more: false,
        } => options,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn calls_are_found_in_every_form() {
    for text in [
        "Iteras.wall({})",
        "window.Iteras.wall({});",
        "globalThis . Iteras\n.wall ( {} )",
        "Iteras?.wall?.({})",
        "Iteras['wall']({})",
        "if (x) { Iteras.wall({}) }",
        "box.innerHTML = `<p>${Iteras.wall({})}</p>`",
        "$('#a').append(Iteras.wall({}))",
        "Iteras.q.push(['wall', {}])",
        "(window.Iteras = window.Iteras || { q: [] }).x; Iteras.q.push([\"wall\", {}])",
    ] {
        assert_eq!(call(text).method, "wall", "{text}");
    }
    for text in [
        "// Iteras.wall({})",
        "'Iteras.wall({})'",
        "mine.Iteras.wall({})",
        "MyIteras.wall({})",
        "x = { Iteras: 1 }",
        "Iteras.q",
        "typeof Iteras",
    ] {
        assert_eq!(uses(text), [], "{text}");
    }
}

#[test]
fn options_are_read_as_they_stand() {
    let read = options(
        "Iteras.wall({ paywallid: ['a', \"b\"], redirect: '/x', 'access': null, n: 1,\n\
         unauthorized: function (v) { f({ a: 1 }, 2) }, o: (a, b) => {}, p: v => 1,\
         q() {}, async r() {}, s, t: f(1, 2) })",
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        ("paywallid", Value::Texts(vec!["a".into(), "b".into()])),
        ("redirect", text("/x")),
        ("access", Value::Null),
        ("n", Value::Scalar),
        ("unauthorized", Value::Function),
        ("o", Value::Function),
        ("p", Value::Function),
        ("q", Value::Function),
        ("r", Value::Function),
        ("s", Value::Unknown),
        ("t", Value::Unknown),
    ];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value)));
    assert_eq!(call("Iteras.logoutFromWall()").argument, Argument::Absent);
    assert_eq!(call("Iteras.wall(settings)").argument, Argument::Unknown);
    let open = call("Iteras.wall({ ...settings, access: 'sub' })").argument;
    assert_eq!(
        open,
        Argument::Options {
            options: vec![("access".into(), text("sub"))],
            more: true
        }
    );
    assert_eq!(options("Iteras.wall({ paywallid: 'a', ").len(), 1);
}

#[test]
fn what_happens_to_the_result_and_when_is_told() {
    assert!(call("Iteras.paywalliframe({});").dropped);
    assert!(call("f()\nIteras.paywalliframe({})\ng()").dropped);
    for used in [
        "x = Iteras.paywalliframe({});",
        "f(Iteras.paywalliframe({}))",
        "Iteras.paywalliframe({}).length",
        "return Iteras.paywalliframe({})",
    ] {
        assert!(!call(used).dropped, "{used}");
    }
    for later in [
        "addEventListener('load', function () { Iteras.wall({}) })",
        "go = () => { Iteras.wall({}) }",
    ] {
        assert!(call(later).deferred, "{later}");
    }
    for now in [
        "Iteras.wall({ unauthorized: () => { x() } })",
        "(function () { Iteras.wall({}) })()",
        "(() => { Iteras.wall({}) })()",
    ] {
        assert!(!call(now).deferred, "{now}");
    }
}

#[test]
fn the_global_is_overwritten_or_kept() {
    let what = |text: &str| {
        uses(text)
            .into_iter()
            .map(|one| one.what)
            .collect::<Vec<_>>()
    };
    for text in [
        "Iteras = {}",
        "window.Iteras = { isLoggedIn: f }",
        "var Iteras = {};",
    ] {
        assert_eq!(what(text), [What::Overwritten], "{text}");
    }
    for text in [
        "window.Iteras = window.Iteras || {}",
        "Iteras = Iteras ?? {}",
        "Iteras == x",
        "window.Iteras = Object.assign(window.Iteras || {}, x)",
    ] {
        assert_eq!(what(text), [], "{text}");
    }
    assert_eq!(
        what("Iteras.isLoggedIn = f"),
        [What::Defined("isLoggedIn".into())]
    );
}

#[test]
fn the_places_of_results_are_read() {
    use crate::places::Manner::{Beside, Content, Instead, Into};
    let id = |manner| Some(Written::At(Named::Id("box".into()), manner));
    let selector = |text: &str, manner| Some(Written::At(Named::Selector(text.into()), manner));
    let of_box = [
        ("innerHTML = X", Content),
        ("innerHTML = '<p>' + X;", Content),
        ("innerHTML = `<p>${X}</p>`", Content),
        ("innerHTML += X", Into),
        ("outerHTML = X", Instead),
        ("insertAdjacentHTML('beforeend', X)", Into),
        ("insertAdjacentHTML('afterend', X)", Beside),
        ("replaceChildren(X)", Content),
        ("replaceWith(X)", Instead),
        ("after(X)", Beside),
    ];
    for (written, manner) in of_box {
        for script in [
            format!("document.getElementById('box').{written}"),
            format!("const a = document.getElementById('box'); f(() => {{ a.{written} }})"),
        ] {
            let script = script.replace('X', "Iteras.paywalliframe({})");
            assert_eq!(call(&script).written, id(manner), "{script}");
        }
    }
    for (script, expected) in [
        ("document.write(X)", Some(Written::Here)),
        (
            "window.document.write('<p>' + X + '</p>')",
            Some(Written::Here),
        ),
        (
            "document.currentScript.parentNode.append(X)",
            Some(Written::Here),
        ),
        (
            "var a = X; document.getElementById('box').innerHTML = a",
            id(Content),
        ),
        (
            "document.querySelector('.teaser p').append(X)",
            selector(".teaser p", Into),
        ),
        ("$('#box').html(X)", selector("#box", Content)),
        ("jQuery('#box').append(X)", selector("#box", Into)),
        ("$(X).appendTo('#box')", selector("#box", Into)),
        ("$(X).insertAfter('#box')", selector("#box", Beside)),
        (
            "const a = $('#box'); function f() { a.prepend(X) }",
            selector("#box", Into),
        ),
        ("document.body.append(X)", selector("body", Into)),
        ("X", None),
        ("f(X)", None),
        ("box.innerHTML = X", None),
        ("$('<div>').append(X)", None),
        ("$('#box').find('p').append(X)", None),
        ("var a = $('#box').find('p'); a.append(X)", None),
        ("a.write(X)", None),
        ("if (a == X) {}", None),
        (
            "Iteras.q.push(['paywalliframe', {}]); document.write(1)",
            None,
        ),
    ] {
        let script = script.replace('X', "Iteras.paywalliframe({})");
        assert_eq!(call(&script).written, expected, "{script}");
    }
    for broken in [
        "=Iteras.a(",
        "(Iteras.a",
        ".append(Iteras.a())",
        "a=Iteras.a(",
        ")Iteras.a()",
    ] {
        uses(broken);
    }
}
