//! `iteras check-site`, by running the program over pages that are made by hand.
#![allow(clippy::unwrap_used)]

mod program;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use iteras_standin::{Options, Standin};
use program::{Folder, Run, iteras};
use serde_json::Value;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");

fn file(name: &str) -> String {
    format!("{PAGES}/{name}")
}

#[track_caller]
fn check(places: &[&str]) -> (i32, Value) {
    let run = run(places);
    (run.code, serde_json::from_str(&run.out).unwrap())
}

#[track_caller]
fn run(arguments: &[&str]) -> Run {
    iteras(&[&["check-site", "--json"], arguments].concat()).run()
}

/// Lines and codes of the findings of one page, `12 missing_access`.
fn findings(report: &Value, index: usize) -> Vec<String> {
    let findings = report["sources"][index]["findings"].as_array().unwrap();
    let line = |one: &Value| format!("{} {}", one["line"], one["code"].as_str().unwrap());
    findings.iter().map(line).collect()
}

fn calls(report: &Value, index: usize) -> Vec<String> {
    let calls = report["sources"][index]["calls"].as_array().unwrap();
    let line = |one: &Value| format!("{} {}", one["line"], one["method"].as_str().unwrap());
    calls.iter().map(line).collect()
}

/// The mistakes that a page says it has, on the lines on which it says so.
fn planted(page: &str) -> Vec<String> {
    let mut planted = Vec::new();
    for (line, text) in (1..).zip(page.lines()) {
        if let Some((_, codes)) = text.split_once("mistake: ") {
            let codes = codes.trim_end_matches("-->").split_whitespace();
            planted.extend(codes.map(|code| format!("{line} {code}")));
        }
    }
    planted
}

#[test]
fn twenty_planted_mistakes_are_found_and_nothing_else() {
    let page = file("mistakes.html");
    let (code, report) = check(&[&page]);
    let mut found = findings(&report, 0);
    let mut expected = planted(&std::fs::read_to_string(&page).unwrap());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!((code, found.len()), (1, 20));
    assert_eq!(report["findings"], 20);
}

#[test]
fn a_clean_site_has_no_findings() {
    let pages = ["article.html", "landing.html", "login.html"].map(file);
    let (code, report) = check(&pages.each_ref().map(String::as_str));
    assert_eq!(report["findings"], 0, "{report:#}");
    assert_eq!(code, 0);
    assert_eq!(
        calls(&report, 0),
        ["10 wall", "18 selfserviceiframe", "19 logoutFromWall"]
    );
    let kinds: Vec<&Value> = report["sources"][1]["scripts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["kind"])
        .collect();
    assert_eq!(kinds, ["service", "companion"]);
}

#[test]
fn links_from_landing_pages_to_log_in_pages_keep_the_parameters() {
    let dropping = file("landing-drops.html");
    let (code, report) = check(&[&dropping, &file("login.html")]);
    assert_eq!(
        (code, findings(&report, 0)),
        (1, vec!["11 drops_parameters".to_owned()])
    );
    let folder = Folder::new("links");
    let page = |name: &str, script: &str, link: &str| {
        folder.write(name, &format!(
            "<script src=/static/api/iteras.js></script><script>{script}</script><a href=\"{link}\">x</a>"
        ))
    };
    let wall = "Iteras.wall({ paywallid: 'a', access: 'sub', redirect: '/choose?x=1' })";
    let order = "document.write(Iteras.orderingiframe({ profile: 'a', orderingid: 'b' }))";
    let count = |pages: &[&str]| check(pages).1["findings"].clone();
    // Neither is the landing page: there is nothing to drop.
    let article = page("article.html", wall, "/log-ind");
    assert_eq!(count(&[&article]), 0);
    assert_eq!(count(&[&article, &page("plain.html", "", "/log-ind")]), 0);
    assert_eq!(count(&[&page("order.html", order, "/log-ind/")]), 1);
    for script in [
        "Iteras.carry(['/log-ind'])",
        "link.search = location.search",
        "add('iterasnext')",
    ] {
        let kept = page("kept.html", &format!("{order}; {script}"), "/log-ind");
        assert_eq!(count(&[&kept]), 0, "{script}");
    }
    assert_eq!(
        count(&[&page("written.html", order, "/log-ind?iterasnext=%2Fa")]),
        0
    );
}

#[test]
fn the_calls_of_the_wild_are_read() {
    let shapes: BTreeMap<&str, (&[&str], &[&str])> = [
        (
            "wordpress-0.html",
            (
                &[
                    "6 wall",
                    "9 signupiframe",
                    "13 paywalliframe",
                    "14 selfserviceiframe",
                ][..],
                &["6 any_paywall", "9 deprecated_signup"][..],
            ),
        ),
        (
            "wordpress-1.html",
            (
                &["8 wall", "13 wall", "18 paywalliframe", "19 orderingiframe"],
                &["8 missing_access", "13 missing_access"],
            ),
        ),
        ("theme.js", (&["8 logoutFromWall", "11 isLoggedIn"], &[])),
    ]
    .into();
    for (name, (expected, found)) in shapes {
        let (code, report) = check(&[&file(name)]);
        assert_eq!(calls(&report, 0), expected, "{name}");
        assert_eq!(findings(&report, 0), found, "{name}");
        assert_eq!(code, i32::from(!found.is_empty()), "{name}");
    }
}

#[test]
fn further_pages_have_the_findings_that_stand_above_them() {
    let folder = Folder::new("further");
    let further = std::fs::read_to_string(file("further.txt")).unwrap();
    for case in further.split("=== ").skip(1) {
        let (expected, page) = case.split_once('\n').unwrap();
        let (code, report) = check(&[&folder.write("page.html", page)]);
        let found = findings(&report, 0);
        let codes: Vec<&str> = found
            .iter()
            .filter_map(|one| Some(one.split_once(' ')?.1))
            .collect();
        assert_eq!(codes.join(" "), expected, "{page}");
        assert_eq!(code, i32::from(!expected.is_empty()), "{page}");
    }
}

#[test]
fn people_read_what_becomes_of_each_call() {
    let run = iteras(&["check-site", &file("wordpress-0.html")]).run();
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    for line in [
        "script       https://www.iteras.dk/media/api/iteras.js?ver=0.4 (service)",
        "call         Iteras.wall({ redirect, access })",
        "companion    ours judges and redirects or calls back",
        "FINDING      any_paywall: the wall names no paywallid",
        "1 page or script, 2 findings",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
}

#[test]
fn what_can_not_be_read_is_an_error() {
    for (arguments, told) in [
        (&["check-site", "/no/such/file"][..], "/no/such/file: "),
        (&["check-site"], "required"),
        (
            &["check-site", "--fetch", "Cargo.toml"],
            "--fetch: expected an http(s) address",
        ),
        (&["check-site", "--pages", "3", "Cargo.toml"], "--fetch"),
        (
            &["check-site", "http://127.0.0.1:9/"],
            "http://127.0.0.1:9/: ",
        ),
    ] {
        let run = iteras(arguments).run();
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains(told), "{arguments:?}: {}", run.err);
    }
}

/// A site of these pages, as long as the stand-in is held.
async fn site(folder: &Folder, pages: &[(&str, &str)]) -> Standin {
    for (name, text) in pages {
        folder.write(name, text);
    }
    let options = Options {
        site: Some(folder.path("").into()),
        ..Options::on_free_ports()
    };
    Standin::start(options).await.unwrap()
}

const SCRIPT: &str = "<script src=/static/api/iteras.js></script>";

#[tokio::test(flavor = "multi_thread")]
async fn fetching_follows_the_sites_own_links_within_bounds() {
    let folder = Folder::new("fetch");
    let link = |to: &str| format!("<a href=\"{to}\">x</a>");
    let first = [SCRIPT.to_owned()]
        .into_iter()
        .chain(
            [
                "/second#a",
                "second",
                "/kept",
                "/picture.jpg",
                "https://elsewhere.example/",
                "mailto:a@b.c",
            ]
            .map(link),
        )
        .chain(["<script src=/theme.js></script><a rel=nofollow href=/other>x</a>".to_owned()])
        .collect::<String>();
    let wall = "Iteras.wall({ redirect: '/', access: 'sub', paywallid: 'a' })";
    let second = format!("{SCRIPT}<script>{wall}</script><a href=/>x</a><a href=/gone>x</a>");
    let pages = [
        ("index.html", first.as_str()),
        ("second.html", &second),
        ("kept.html", SCRIPT),
        ("other.html", SCRIPT),
        ("theme.js", "Iteras.logoutFromWal()"),
        ("robots.txt", "User-agent: *\nDisallow: /kept\n"),
    ];
    let standin = site(&folder, &pages).await;
    let home = format!("{}/", standin.origins().site);
    let arguments = ["--fetch", "--pause", "0", home.as_str()];
    let (all, bounded) = tokio::task::block_in_place(|| {
        (
            run(&arguments),
            run(&[&arguments[..], &["--pages", "2"]].concat()),
        )
    });
    let report: Value = serde_json::from_str(&all.out).unwrap();
    let names: Vec<String> = report["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["name"].as_str().unwrap().replace(&home, "/"))
        .collect();
    assert_eq!(names, ["/", "/second", "/theme.js"], "{}", all.err);
    assert_eq!(
        (all.code, findings(&report, 2)),
        (1, vec!["1 unknown_method".to_owned()])
    );
    let unread: Vec<String> = report["unread"]
        .as_array()
        .unwrap()
        .iter()
        .map(|what| what.as_str().unwrap().replace(&home, "/"))
        .collect();
    assert_eq!(unread, ["/kept: robots.txt keeps it", "/gone: status 404"]);
    let report: Value = serde_json::from_str(&bounded.out).unwrap();
    assert_eq!(report["sources"].as_array().unwrap().len(), 2);
    assert!(
        bounded.err.contains("--pages 2 are read"),
        "{}",
        bounded.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_one_request_and_its_header_counts() {
    let folder = Folder::new("address");
    let wall = "Iteras.wall({ paywallid: 'a', access: 'sub', redirect: '/x' })";
    let page = format!("{SCRIPT}<script>{wall}</script><a href=/b>x</a>");
    let headers = "/*\n  Content-Security-Policy: script-src 'self'\n";
    let standin = site(&folder, &[("index.html", &page), ("_headers", headers)]).await;
    let home = format!("{}/", standin.origins().site);
    let (code, report) = tokio::task::block_in_place(|| check(&[&home]));
    assert_eq!(
        (code, findings(&report, 0)),
        (1, vec!["1 csp_inline".to_owned()])
    );
    assert_eq!(report["sources"].as_array().unwrap().len(), 1);
    let missing = format!("{home}missing");
    let run = tokio::task::block_in_place(|| run(&[&missing]));
    assert_eq!(
        (run.code, run.err),
        (
            2,
            format!("iteras: {missing}: expected status 200, got 404\n")
        )
    );
}

/// Answers requests with what `answer` gives for their path, and gives the paths.
fn serve(answer: fn(&str) -> (u16, &'static str)) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, paths) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            // To the end of the head, so that closing does not reset the connection.
            let _ = lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
            let path = first.split(' ').nth(1).unwrap().to_owned();
            let (status, body) = answer(&path);
            // Before the answer: the program may be through with it at once.
            sender.send(path).unwrap();
            write!(
                stream,
                "HTTP/1.1 {status} x\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
    });
    (address, paths)
}

#[test]
fn a_site_that_asks_to_be_left_alone_is() {
    let (home, paths) = serve(|path| match path {
        "/" => (200, "<a href=/a>x</a><a href=/b>x</a>"),
        "/robots.txt" => (404, ""),
        _ => (429, ""),
    });
    let run = run(&["--fetch", "--pause", "0", &home]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .contains("the site asks to be left alone, status 429"),
        "{}",
        run.err
    );
    assert_eq!(
        paths.try_iter().collect::<Vec<_>>(),
        ["/", "/robots.txt", "/a"]
    );
}

#[test]
fn without_a_usable_robots_txt_nothing_is_followed() {
    let (home, paths) = serve(|path| match path {
        "/" => (200, "<a href=/a>x</a>"),
        _ => (500, ""),
    });
    let run = run(&["--fetch", "--pause", "0", &home]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("robots.txt: status 500"), "{}", run.err);
    assert_eq!(paths.try_iter().collect::<Vec<_>>(), ["/", "/robots.txt"]);
}
