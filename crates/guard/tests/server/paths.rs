//! The demand on every request of `path_cases.json`.

use std::collections::BTreeSet;

use iteras::Access;
use iteras_guard::parameters::ReadName;
use iteras_guard::requirement::{Demand, Doubt, Requirement};
use iteras_guard::rules::{Form, Match, Preset, Request, Rule, Rules, Site, Unmatched};
use serde_json::Value;

use super::shared::{PATHS, cases, load, text};

pub(crate) fn check() {
    let file = load(PATHS);
    for case in cases(&file) {
        let sites = file["sites"][text(case, "sites")]
            .as_array()
            .expect("a list of sites");
        let rules = Rules::sites(sites.iter().map(site)).expect("the sites are sound");
        let names: Vec<ReadName> = strings(&case["form"]).map(ReadName::of).collect();
        let request = Request {
            host: case["host"].as_str(),
            path: text(case, "path"),
            query: text(case, "query"),
            form: match (&case["form"], case["form"].as_str()) {
                (Value::Null, _) => Form::Unseen,
                (_, Some("unread")) => Form::Unread,
                _ => Form::Names(&names),
            },
        };
        let (demand, doubt) = match rules.demand(&request) {
            Demand::Open => (Vec::new(), None),
            Demand::All(all) => (all, None),
            Demand::Unclear(Doubt::Host, all) => (all, Some("host")),
            Demand::Unclear(Doubt::Path, all) => (all, Some("path")),
        };
        let ids: BTreeSet<&str> = demand.iter().flat_map(|one| one.paywalls()).collect();
        let expected: BTreeSet<&str> = strings(&case["demand"]).collect();
        assert_eq!((ids, doubt), (expected, case["unclear"].as_str()), "{case}");
        let unseen = Request {
            form: Form::Unseen,
            ..request
        };
        let is_looked_at = rules.look_at_forms(&unseen);
        let differs = rules.demand(&unseen) != rules.demand(&request);
        match request.form {
            Form::Unread => assert_eq!(is_looked_at, differs, "{case}"),
            _ => assert!(is_looked_at || !differs, "{case}"),
        }
    }
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn site(written: &Value) -> Site {
    let wall = |ids| Requirement::new(strings(ids), Access::Sub).expect("paywall ids");
    let unmatched = match text(written, "default") {
        "open" => Unmatched::Open,
        _ => Unmatched::Protected(wall(&written["paywalls"])),
    };
    let mut site = Site::new(strings(&written["hosts"]), unmatched).expect("hosts");
    let presets = &written["preset"];
    let presets = presets.as_str().into_iter().chain(strings(presets));
    for preset in presets {
        site = site.preset(Preset::of_name(preset).expect("a preset"));
    }
    if !written["paywalls"].is_null() {
        site = site.wall(wall(&written["paywalls"]));
    }
    if let Some(landing) = written["landing"].as_str() {
        site = site.landing(landing).expect("a landing page");
    }
    for rule in written["rules"].as_array().into_iter().flatten() {
        let mut on = Match::path(text(rule, "path")).expect("a pattern");
        if let Some(name) = rule["parameter"].as_str() {
            on = on.with_parameter(name).expect("a name");
        }
        let own = &rule["paywalls"];
        let ids = if own.is_null() {
            &written["paywalls"]
        } else {
            own
        };
        site = site.rule(match rule["open"] == true {
            true => Rule::open(on),
            false => Rule::protected(on, wall(ids)),
        });
    }
    site
}
