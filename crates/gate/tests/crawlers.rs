//! Search engines in front of the layer, with a DNS server that says what it is told.
#![allow(clippy::unwrap_used)]
#![cfg(feature = "crawlers")]

mod common;
#[path = "common/dns.rs"]
mod dns;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use common::*;
use dns::{Say, Server};
use futures_util::FutureExt;
use hickory_proto::op::ResponseCode;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use iteras_gate::*;
use tower::{ServiceExt, service_fn};
use tower_layer::Layer;

const GOOGLE: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const BING: &str = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)";
const CRAWLER: &str = "66.249.66.1";
const PAGE: &str = "<!doctype html><html lang=da><head><title>Fog</title></head><body><p>Lead</p>\
                    <div class=\"a article-body\"><p>Once upon a WHOLE-ARTICLE</p></div></body></html>";

fn known(agents: &[&str]) -> CrawlerList {
    let known = |agent: &&str| Crawler::new(agent).unwrap().with_known_domain().unwrap();
    CrawlerList::new(agents.iter().map(known)).unwrap()
}

/// A gate with search engines, and the ends of all checks.
#[derive(Clone)]
struct Gated {
    layer: GateLayer,
    checked: Arc<Mutex<Vec<String>>>,
}

impl Gated {
    fn new(list: CrawlerList, dns: &Server) -> Self {
        Self::with(list, dns, |layer| layer)
    }

    fn with(list: CrawlerList, dns: &Server, more: impl FnOnce(GateLayer) -> GateLayer) -> Self {
        let checked: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = checked.clone();
        let crawlers = Crawlers::with_servers(list, &[dns.address]).unwrap();
        let crawlers = crawlers.on_checked(move |agent, checked| {
            told.lock()
                .unwrap()
                .push(format!("{agent} {}", checked.name()));
        });
        let layer = more(GateLayer::new(gate(), wall()).with_clock(now));
        // The address is the test's own word.
        let layer =
            layer.with_crawlers(crawlers, |asked| asked.extensions.get::<IpAddr>().copied());
        Self { layer, checked }
    }

    async fn send(&self, request: Request<String>) -> Response<String> {
        let origin = service_fn(async |request: Request<String>| {
            let seen = |name: &str| {
                request
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            let kind = seen("x-test-type").unwrap_or_else(|| "text/html".into());
            let answer = Response::builder()
                .header("content-type", kind)
                .header("cache-control", "public, max-age=600")
                .header("x-robots-tag", "nosnippet")
                .header("etag", "\"1\"")
                .header("x-verdict", seen("x-iteras-verdict").unwrap_or_default())
                .header(
                    "x-method-seen",
                    seen("x-http-method-override").unwrap_or_default(),
                )
                .header("x-range-seen", seen("range").unwrap_or_default());
            let page = if request.method() == "HEAD" { "" } else { PAGE };
            Ok::<_, Infallible>(answer.body(text_body(page)).unwrap())
        });
        let answer = self.layer.layer(origin).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn visit(&self, agent: &str, address: &str) -> Response<String> {
        self.send(request(agent, address).body(String::new()).unwrap())
            .await
    }

    /// Tells whether this agent from this address is let in.
    async fn lets_in(&self, agent: &str, address: &str) -> bool {
        let answer = self.visit(agent, address).await;
        let is_whole = answer.body().contains(ARTICLE);
        assert_eq!(is_whole, answer.status() == 200, "{agent} {address}");
        is_whole
    }

    fn last(&self) -> String {
        self.checked
            .lock()
            .unwrap()
            .last()
            .cloned()
            .unwrap_or_default()
    }
}

fn request(agent: &str, address: &str) -> http::request::Builder {
    let request = Request::get("/article")
        .header("host", "pub.example")
        .header("user-agent", agent);
    match address.parse::<IpAddr>() {
        Ok(address) => request.extension(address),
        Err(_) => request,
    }
}

/// A clock that stands still while this is there, but for what a test moves it: else the paused clock of the runtime jumps
/// to the end of each limit as soon as nothing but an answer from outside is waited for.
struct Still {
    _end: std::sync::mpsc::Sender<()>,
}

impl Still {
    fn clock() -> Self {
        let (_end, ended) = std::sync::mpsc::channel();
        tokio::task::spawn_blocking(move || ended.recv());
        Self { _end }
    }
}

/// A server that knows Googlebot's machine, the one that everything is true of.
fn true_dns() -> Server {
    let dns = Server::start();
    dns.names(CRAWLER, &["crawl-66-249-66-1.googlebot.com."]);
    dns.addresses("crawl-66-249-66-1.googlebot.com.", &[CRAWLER]);
    dns
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(start_paused = true)]
async fn c80_a_verified_crawler_gets_the_page_whole_and_labelled() {
    let _still = Still::clock();
    let dns = true_dns();
    let teaser = Teaser::new([".none", ".article-body"])
        .unwrap()
        .with_characters(9);
    let gated = Gated::with(known(&["Googlebot"]), &dns, |layer| {
        layer.with_teaser(teaser)
    });
    let sent = request(GOOGLE, CRAWLER)
        .header("range", "bytes=0-9")
        .header("x-http-method-override", "DELETE")
        .header("x-iteras-verdict", "editor");
    let answer = gated.send(sent.body(String::new()).unwrap()).await;
    let headers = answer.headers();
    assert_eq!(header(headers, "x-verdict"), "crawler");
    assert_eq!(
        (
            header(headers, "x-method-seen"),
            header(headers, "x-range-seen")
        ),
        ("", "")
    );
    assert_eq!(header(headers, "cache-control"), "private, no-store");
    assert_eq!(header(headers, "vary"), "Cookie");
    assert_eq!(header(headers, "x-robots-tag"), "nosnippet, noarchive");
    assert_eq!(header(headers, "etag"), "");
    let label = "<meta name=\"iteras-gate\" content=\"open\"><script type=\"application/ld+json\">\
                 {\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false,\
                 \"hasPart\":{\"@type\":\"WebPageElement\",\"isAccessibleForFree\":false,\"cssSelector\":\".article-body\"}}\
                 </script>";
    let (before, behind) = PAGE.split_at("<!doctype html>".len());
    assert_eq!(*answer.body(), format!("{before}{label}{behind}"));
    assert_eq!(gated.last(), "Googlebot name");
    // Readers' teasers have the same label.
    let teaser = gated.visit("Mozilla/5.0", CRAWLER).await;
    assert!(!teaser.body().contains(ARTICLE));
    let (_, script) = label.split_once('>').unwrap();
    assert!(teaser.body().contains(script), "{}", teaser.body());
}

#[tokio::test(start_paused = true)]
async fn pages_without_a_gated_element_are_marked_alone() {
    let _still = Still::clock();
    let dns = true_dns();
    let plain = Gated::new(known(&["Googlebot"]), &dns);
    let other = Teaser::new([".other"]).unwrap();
    let other = Gated::with(known(&["Googlebot"]), &dns, |layer| {
        layer.with_teaser(other)
    });
    for gated in [plain, other] {
        let answer = gated.visit(GOOGLE, CRAWLER).await;
        let marked = PAGE.replacen('>', "><meta name=\"iteras-gate\" content=\"open\">", 1);
        assert_eq!(*answer.body(), marked);
        let text = request(GOOGLE, CRAWLER).header("x-test-type", "text/plain");
        let answer = gated.send(text.body(String::new()).unwrap()).await;
        assert_eq!(*answer.body(), PAGE);
    }
}

#[tokio::test(start_paused = true)]
async fn c80_only_get_and_head_of_clear_pages_are_shown() {
    let _still = Still::clock();
    let dns = true_dns();
    let teaser = Teaser::new([".article-body"]).unwrap().with_characters(9);
    let gated = Gated::with(known(&["Googlebot"]), &dns, |layer| {
        layer.with_teaser(teaser)
    });
    let send = async |method: &str, path: &str| {
        let sent = request(GOOGLE, CRAWLER).method(method).uri(path);
        gated.send(sent.body(String::new()).unwrap()).await
    };
    let head = send("HEAD", "/article").await;
    assert_eq!(
        (header(head.headers(), "x-verdict"), head.body().as_str()),
        ("crawler", "")
    );
    for (method, path) in [
        ("POST", "/article"),
        ("OPTIONS", "/article"),
        ("get", "/article"),
        ("GET", "/x/..%2farticle"),
        ("GET", "/x/../article"),
    ] {
        let answer = send(method, path).await;
        assert!(!answer.body().contains(ARTICLE), "{method} {path}");
        assert_ne!(
            header(answer.headers(), "x-verdict"),
            "crawler",
            "{method} {path}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pass_counts_before_it_and_nobody_is_looked_up() {
    let _still = Still::clock();
    let dns = true_dns();
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    let sent = request(GOOGLE, CRAWLER).header("cookie", format!("iteraspass={}", pass()));
    let answer = gated.send(sent.body(String::new()).unwrap()).await;
    assert_eq!(header(answer.headers(), "x-verdict"), "pass");
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    assert!(!gated.lets_in("Mozilla/5.0 (Macintosh)", CRAWLER).await);
    assert_eq!((dns.asked(" PTR"), dns.asked(" A")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn c80_a_crawlers_agent_from_elsewhere_is_everybodys() {
    let _still = Still::clock();
    let dns = true_dns();
    let liars = [
        // No name; one that only looks so; the domain itself; a name that does not lead back, or to nothing.
        ("203.0.113.1", &[][..], &[][..]),
        (
            "203.0.113.2",
            &["crawl.googlebot.com.evil.example."],
            &["203.0.113.2"],
        ),
        ("203.0.113.3", &["evilgooglebot.com."], &["203.0.113.3"]),
        (
            "203.0.113.4",
            &["crawl.evilgooglebot.com."],
            &["203.0.113.4"],
        ),
        ("203.0.113.5", &["googlebot.com."], &["203.0.113.5"]),
        (
            "203.0.113.6",
            &["crawl-66-249-66-1.googlebot.com."],
            &[CRAWLER],
        ),
        ("203.0.113.7", &["none.googlebot.com."], &[]),
        ("203.0.113.8", &["crawl.search.msn.com."], &["203.0.113.8"]),
        (
            "203.0.113.9",
            &["rate-limited-proxy.google.com."],
            &["203.0.113.9"],
        ),
        (
            "2001:db8::9",
            &["crawl.googlebot.com.evil.example."],
            &["2001:db8::9"],
        ),
    ];
    for (address, names, addresses) in liars {
        if !names.is_empty() {
            dns.names(address, names);
            dns.addresses(names[0], addresses);
        }
    }
    let gated = Gated::new(known(&["Googlebot", "Applebot"]), &dns);
    for (address, ..) in liars {
        assert!(!gated.lets_in(GOOGLE, address).await, "{address}");
        assert_eq!(gated.last(), "Googlebot spoofed", "{address}");
    }
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    // The right address with the agent of another that is let in, and of one that is not.
    assert!(!gated.lets_in("Applebot/0.3", CRAWLER).await);
    assert_eq!(gated.last(), "Applebot spoofed");
    assert!(!gated.lets_in(BING, CRAWLER).await);
    assert!(!gated.lets_in("NotGooglebot/2.1", CRAWLER).await);
    // Two agents; none that is text; an address that nobody can tell.
    let two = request(GOOGLE, CRAWLER).header("user-agent", GOOGLE);
    assert_ne!(
        gated.send(two.body(String::new()).unwrap()).await.status(),
        200
    );
    assert!(!gated.lets_in(GOOGLE, "").await);
    assert_eq!(gated.last(), "Googlebot noaddress");
}

#[tokio::test(start_paused = true)]
async fn c80_names_are_followed_by_either_family() {
    let _still = Still::clock();
    let dns = true_dns();
    dns.names("2001:4860:4801::1", &["crawl-v6.googlebot.com."]);
    dns.addresses(
        "crawl-v6.googlebot.com.",
        &["192.0.2.1", "2001:4860:4801::1"],
    );
    // Several names, of which one leads back; an alias; more names than are looked at.
    dns.names(
        "66.249.66.2",
        &[
            "other.example.",
            "no.googlebot.com.",
            "Crawl-2.GoogleBot.com.",
        ],
    );
    dns.addresses("crawl-2.googlebot.com.", &["66.249.66.3", "66.249.66.2"]);
    dns.names("66.249.66.4", &["alias.googlebot.com."]);
    dns.alias("alias.googlebot.com.", "real.googlebot.com.", "66.249.66.4");
    let many: Vec<String> = (0..40).map(|n| format!("n{n}.googlebot.com.")).collect();
    dns.names(
        "66.249.66.5",
        &many.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    dns.addresses("n39.googlebot.com.", &["66.249.66.5"]);
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    for address in [
        "2001:4860:4801::1",
        "66.249.66.2",
        "66.249.66.4",
        "::ffff:66.249.66.1",
    ] {
        assert!(gated.lets_in(GOOGLE, address).await, "{address}");
    }
    let before = dns.asked(" A");
    assert!(!gated.lets_in(GOOGLE, "66.249.66.5").await);
    assert_eq!(dns.asked(" A") - before, 4);
    // The same address in another spelling was known already.
    let before = dns.asked(" PTR");
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(dns.asked(" PTR"), before);
}

#[tokio::test(start_paused = true)]
async fn ranges_come_before_names_and_need_no_dns() {
    let _still = Still::clock();
    let dns = true_dns();
    let duck = Crawler::new("DuckDuckBot").unwrap();
    let duck = duck.with_ranges(Ranges::of(["20.191.45.212/32", "2001:db8:d::/48"]).unwrap());
    let google = Crawler::new("Googlebot")
        .unwrap()
        .with_known_domain()
        .unwrap();
    let google = google.with_ranges(Ranges::of(["66.249.64.0/27"]).unwrap());
    let gated = Gated::new(CrawlerList::new([duck, google]).unwrap(), &dns);
    for (agent, address, end) in [
        ("DuckDuckBot/1.1", "20.191.45.212", "DuckDuckBot range"),
        (
            "DuckDuckBot/1.1",
            "::ffff:20.191.45.212",
            "DuckDuckBot range",
        ),
        ("DuckDuckBot/1.1", "2001:db8:d::1", "DuckDuckBot range"),
        (GOOGLE, "66.249.64.1", "Googlebot range"),
    ] {
        assert!(gated.lets_in(agent, address).await, "{address}");
        assert_eq!(gated.last(), end);
    }
    assert!(!gated.lets_in("DuckDuckBot/1.1", "20.191.45.213").await);
    assert!(!gated.lets_in("DuckDuckBot/1.1", "66.249.64.1").await);
    assert_eq!(
        (dns.asked(" PTR"), gated.last()),
        (0, "DuckDuckBot spoofed".to_owned())
    );
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(
        (dns.asked(" PTR"), gated.last()),
        (1, "Googlebot name".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn answers_are_kept_and_failures_tried_again() {
    let _still = Still::clock();
    let dns = true_dns();
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    let pass = async |seconds: u64| {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    };
    for _ in 0..3 {
        assert!(gated.lets_in(GOOGLE, CRAWLER).await);
        assert!(!gated.lets_in(GOOGLE, "203.0.113.1").await);
    }
    assert_eq!(dns.asked(" PTR"), 2);
    pass(86_000).await;
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(dns.asked(" PTR"), 2);
    // Its name went meanwhile, and the resolver is out of order.
    dns.otherwise(Say::Code(ResponseCode::ServFail));
    dns.say(
        "1.66.249.66.in-addr.arpa. PTR",
        Say::Code(ResponseCode::ServFail),
    );
    pass(500).await;
    assert!(!gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(gated.last(), "Googlebot failed");
    let tries = dns.asked(" PTR");
    assert!(!gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(dns.asked(" PTR"), tries);
    dns.names(CRAWLER, &["crawl-66-249-66-1.googlebot.com."]);
    assert!(!gated.lets_in(GOOGLE, CRAWLER).await);
    pass(60).await;
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
}

#[tokio::test(start_paused = true)]
async fn f44_a_resolver_that_is_down_or_lies_lets_nobody_in() {
    let still = Still::clock();
    let dns = true_dns();
    let codes = [
        ResponseCode::ServFail,
        ResponseCode::Refused,
        ResponseCode::FormErr,
        ResponseCode::NotImp,
    ];
    let mut addresses = (1..=20).map(|n| format!("198.51.100.{n}"));
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    for code in codes {
        dns.otherwise(Say::Code(code));
        assert!(!gated.lets_in(GOOGLE, &addresses.next().unwrap()).await);
        assert_eq!(gated.last(), "Googlebot failed", "{code}");
    }
    // The name is known, and its address is not.
    let address = addresses.next().unwrap();
    dns.names(&address, &["crawl-9.googlebot.com."]);
    assert!(!gated.lets_in(GOOGLE, &address).await);
    assert_eq!(gated.last(), "Googlebot failed");
    // Nobody listens at its address.
    drop(still);
    let closed = std::net::UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let crawlers = Crawlers::with_servers(known(&["Googlebot"]), &[closed]).unwrap();
    let layer = GateLayer::new(gate(), wall())
        .with_crawlers(crawlers, |asked| asked.extensions.get().copied());
    let gated = Gated {
        layer,
        checked: Arc::default(),
    };
    assert!(!gated.lets_in(GOOGLE, CRAWLER).await);
}

#[tokio::test(start_paused = true)]
async fn f44_a_silent_resolver_is_waited_for_half_a_second_and_by_nobody_else() {
    for silence in [Say::Nothing, Say::Noise] {
        let dns = Server::start();
        dns.otherwise(silence);
        let gated = Gated::new(known(&["Googlebot", "bingbot"]), &dns);
        let begun = tokio::time::Instant::now();
        let mut crawler = std::pin::pin!(gated.lets_in(GOOGLE, CRAWLER));
        assert!(crawler.as_mut().now_or_never().is_none());
        // A reader is answered at once, and so is a crawler that is known by its pass.
        let mut reader = std::pin::pin!(gated.lets_in("Mozilla/5.0 (Macintosh)", CRAWLER));
        assert_eq!(reader.as_mut().now_or_never(), Some(false));
        assert!(!crawler.await);
        assert_eq!(gated.last(), "Googlebot failed");
        assert!(
            begun.elapsed() <= Duration::from_millis(501),
            "by the clock that only the test moves"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn c80_sixteen_addresses_are_looked_up_at_a_time() {
    let dns = Server::start();
    dns.otherwise(Say::Nothing);
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    let visit = |n: usize| {
        let gated = gated.clone();
        async move { gated.lets_in(GOOGLE, &format!("198.51.100.{n}")).await }.boxed_local()
    };
    let mut under_way: Vec<_> = (0..16).map(visit).collect();
    assert!(
        under_way
            .iter_mut()
            .all(|visit| visit.now_or_never().is_none())
    );
    // Of the same address one more may wait; of others none does.
    let mut same = visit(3);
    assert!(same.as_mut().now_or_never().is_none());
    for n in 16..40 {
        assert_eq!(visit(n).now_or_never(), Some(false));
        assert_eq!(gated.last(), "Googlebot busy");
    }
    // Those who hang up make room, also where another goes on waiting.
    drop(under_way.remove(3));
    assert_eq!(visit(17).now_or_never(), Some(false));
    drop(same);
    let mut next = visit(17);
    assert!(next.as_mut().now_or_never().is_none());
    for visit in under_way {
        assert!(!visit.await);
    }
    assert!(!next.await);
    assert_eq!(gated.last(), "Googlebot failed");
    let mut room = visit(39);
    assert!(matches!(futures_util::poll!(room.as_mut()), Poll::Pending));
}

#[tokio::test(start_paused = true)]
async fn requests_from_one_address_wait_for_one_look_up() {
    let _still = Still::clock();
    let dns = true_dns();
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    let visits = (0..50).map(|_| gated.lets_in(GOOGLE, CRAWLER));
    let all = futures_util::future::join_all(visits).await;
    assert!(all.into_iter().all(|is_in| is_in));
    assert_eq!((dns.asked(" PTR"), dns.asked(" A")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn c80_thousands_of_liars_push_no_true_one_out() {
    let _still = Still::clock();
    let dns = true_dns();
    let gated = Gated::new(known(&["Googlebot"]), &dns);
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    for n in 0..9_000_u32 {
        let address = IpAddr::from((0xc633_0000 + n).to_be_bytes());
        assert!(!gated.lets_in(GOOGLE, &address.to_string()).await);
    }
    let asked = dns.asked(" PTR");
    assert_eq!(asked, 9_001);
    assert!(gated.lets_in(GOOGLE, CRAWLER).await);
    assert_eq!(dns.asked(" PTR"), asked);
}
