use alloc::string::ToString;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn known(agent: &str) -> Crawler {
    Crawler::new(agent).unwrap().with_known_domain().unwrap()
}

fn by_range(agent: &str, range: &str) -> Crawler {
    Crawler::new(agent)
        .unwrap()
        .with_ranges(Ranges::of([range]).unwrap())
}

#[test]
fn agents_are_known_by_a_whole_word() {
    let google = known("googlebot");
    for agent in [
        "Googlebot",
        "googlebot/2.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Googlebot-Image/1.0",
        "x (GOOGLEBOT)",
    ] {
        assert!(google.is_named(agent), "{agent}");
    }
    for agent in [
        "",
        "Google",
        "NotGooglebot/2.1",
        "evil-Googlebot/2.1",
        "my.googlebot",
        "Googlebots/2.1",
        "Mozilla/5.0 (X11; Linux x86_64)",
    ] {
        assert!(!google.is_named(agent), "{agent}");
    }
}

#[test]
fn c80_only_names_below_the_domain_are_looked_up() {
    let google = known("Googlebot");
    let long = ["a"; 130].join(".") + ".googlebot.com";
    let names = [
        "crawl-66-249-66-1.googlebot.com.",
        "CRAWL.GoogleBot.com",
        "geo-crawl.x.googlebot.com",
        "crawl.googlebot.com.evil.example.",
        "evilgooglebot.com",
        "crawl.evilgooglebot.com",
        "googlebot.com",
        ".googlebot.com",
        "x\\.googlebot.com",
        "a b.googlebot.com",
        "googlebot.com.",
        "x..googlebot.com",
        &long,
    ];
    assert_eq!(google.candidates(names), &names[..3]);
    let many = ["a.googlebot.com"; 9];
    assert_eq!(google.candidates(many).len(), MOST_NAMES);
}

#[test]
fn c80_an_entry_vouches_for_its_own_agent_only() {
    let all = [
        by_range("Googlebot", "66.249.64.0/19"),
        by_range("bingbot", "2620:1ec::/36"),
    ];
    let crawlers = Crawlers::new(all).unwrap();
    let look = |agent, address| match crawlers.look(Some(agent), address) {
        Look::InRange(entry) => entry.agent(),
        Look::Elsewhere(_) => "elsewhere",
        Look::Reader => "reader",
        Look::NoAddress(_) => "no address",
        Look::Ask(..) => "ask",
    };
    let (google, bing) = (Some(ip("66.249.66.1")), Some(ip("2620:1ec::1")));
    assert_eq!(look("Googlebot/2.1", google), "Googlebot");
    assert_eq!(
        look("Googlebot/2.1", Some(ip("::ffff:66.249.66.1"))),
        "Googlebot"
    );
    assert_eq!(look("bingbot/2.0", google), "elsewhere");
    assert_eq!(look("Googlebot/2.1", bing), "elsewhere");
    assert_eq!(look("bingbot/2.0", bing), "bingbot");
    assert_eq!(look("bingbot Googlebot", google), "Googlebot");
    assert_eq!(look("Googlebot/2.1", None), "no address");
    assert_eq!(look("Mozilla/5.0", google), "reader");
    assert!(matches!(crawlers.look(None, google), Look::Reader));
}

#[test]
fn ranges_are_looked_at_before_names() {
    let entry = known("Googlebot").with_ranges(Ranges::of(["192.0.2.0/24"]).unwrap());
    let crawlers = Crawlers::new([entry, known("bingbot")]).unwrap();
    assert!(crawlers.have_domains());
    assert!(matches!(
        crawlers.look(Some("Googlebot"), Some(ip("192.0.2.1"))),
        Look::InRange(_)
    ));
    match crawlers.look(Some("bingbot Googlebot"), Some(ip("::ffff:198.51.100.1"))) {
        Look::Ask(address, asked) => {
            let places: Vec<usize> = asked.iter().map(|(place, _)| *place).collect();
            assert_eq!((address, places), (ip("198.51.100.1"), [0, 1].into()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn c80_a_name_has_to_lead_back() {
    let address = ip("66.249.66.1");
    assert!(leads_back(
        address,
        [ip("192.0.2.1"), ip("::ffff:66.249.66.1")].into_iter()
    ));
    assert!(!leads_back(address, [ip("66.249.66.2")].into_iter()));
    assert!(!leads_back(address, [].into_iter()));
}

#[test]
fn what_could_let_anybody_in_is_refused() {
    let domain = |text| Domain::parse(text).unwrap_err().to_string();
    for text in [
        "google.com",
        "Google.com.",
        "www.google.com",
        "googleusercontent.com",
        "gae.googleusercontent.com",
    ] {
        assert!(domain(text).contains("fetch pages for anybody"), "{text}");
    }
    for text in [
        "",
        ".",
        "com",
        "a b.com",
        "*.googlebot.com",
        "googlebot..com",
        ".googlebot.com",
    ] {
        assert!(domain(text).contains("expected a domain such as"), "{text}");
    }
    let ranges = |text| Ranges::of([text]).unwrap_err().to_string();
    assert!(ranges("0.0.0.0/0").contains("wider"));
    assert!(ranges("::/0").contains("wider") && ranges("2000::/3").contains("wider"));
    for odd in ["", "unix:", "googlebot.com", "192.0.2.0/33", "192.0.2/24"] {
        assert!(ranges(odd).contains("is not a prefix"), "{odd}");
    }
    assert!(Ranges::of([]).is_err());
    for odd in ["", "ab", "Google bot", "Googlebot/2", "*"] {
        assert!(Crawler::new(odd).is_err(), "{odd}");
    }
    let missing = |agent| {
        Crawler::new(agent)
            .unwrap()
            .with_known_domain()
            .unwrap_err()
            .to_string()
    };
    assert!(missing("DuckDuckBot").contains("duckduckbot.json"));
    assert!(missing("otherbot").contains("expected ranges or domains"));
    let twice = Crawlers::new([known("Googlebot"), by_range("googlebot", "192.0.2.0/24")]);
    assert_eq!(
        twice.unwrap_err().to_string(),
        "crawlers[1].agent: \"googlebot\" stands twice"
    );
    let never = Crawlers::new([Crawler::new("otherbot").unwrap()]);
    assert_eq!(
        never.unwrap_err().to_string(),
        "crawlers[0].ranges: expected ranges or domains"
    );
}

#[test]
fn answers_are_kept_for_a_day_and_failures_for_a_minute() {
    let mut cache = Cache::new(8);
    let (one, other) = (ip("192.0.2.1"), ip("192.0.2.2"));
    cache.keep(0, one, Answer::Yes, 100);
    cache.keep(0, other, Answer::Failed, 100);
    assert_eq!(cache.get(0, one, 86_499), Some(Answer::Yes));
    assert_eq!(cache.get(0, one, 86_500), None);
    assert_eq!(cache.get(1, one, 100), None);
    assert_eq!(cache.get(0, other, 159), Some(Answer::Failed));
    assert_eq!(cache.get(0, other, 160), None);
    cache.keep(0, other, Answer::No, 160);
    assert_eq!(
        (cache.get(0, other, 161), cache.len()),
        (Some(Answer::No), 2)
    );
}

#[test]
fn c80_thousands_of_liars_make_nobody_forget_the_true_ones() {
    let mut cache = Cache::new(100);
    let address = |n: u32| IpAddr::from(n.to_be_bytes());
    for n in 0..50 {
        cache.keep(0, address(n), Answer::Yes, 0);
    }
    for n in 1_000..6_000 {
        let answer = if n % 2 == 0 {
            Answer::No
        } else {
            Answer::Failed
        };
        cache.keep(0, address(n), answer, u64::from(n));
        assert!(cache.len() <= 100);
    }
    assert!((0..50).all(|n| cache.get(0, address(n), 6_000) == Some(Answer::Yes)));
    // Those that have ended make room first.
    for n in 10_000..10_200 {
        cache.keep(0, address(n), Answer::Yes, 90_000);
        assert_eq!(cache.len(), 100);
        assert_eq!(cache.get(0, address(n), 90_000), Some(Answer::Yes));
    }
}
