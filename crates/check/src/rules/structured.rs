//! Structured data by which search engines tell a wall from cloaking: JSON-LD with `isAccessibleForFree` and the parts
//! of the page that are not free.

use serde_json::{Map, Value};

use super::{Finding, add};
use crate::facts::Facts;
use crate::html::Element;
use crate::kinds::{
    Kind, STRUCTURED_ELSEWHERE, STRUCTURED_FREE, STRUCTURED_INVALID, STRUCTURED_SELECTOR,
    STRUCTURED_TYPE,
};

const FREE: &str = "isAccessibleForFree";
const SELECTOR: &str = "cssSelector";
/// Classes that the gate and the service's WordPress plugin put on the element that they cut.
const CUT: &str = "iteras-content-truncated";
/// Parts of a node and selectors of a part that are looked at; each is sought in the whole page.
const MOST_PARTS: usize = 50;
const MOST_SELECTORS: usize = 20;
/// Types of an article, of which a search engine wants to know whether it is free.
const ARTICLES: [&str; 10] = [
    "Article",
    "NewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "ReviewNewsArticle",
    "BlogPosting",
    "Report",
    "ScholarlyArticle",
];
/// Further types on which search engines read the mark.
const WORKS: [&str; 10] = [
    "CreativeWork",
    "Blog",
    "Comment",
    "Course",
    "HowTo",
    "LearningResource",
    "LiveBlogPosting",
    "Message",
    "Review",
    "WebPage",
];

/// The JSON-LD of a page, with the lines on which its scripts begin.
struct Label {
    line: u64,
    value: Value,
}

pub(super) fn check(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let wall = wall(facts);
    let mut labels = Vec::new();
    for script in facts.elements.iter().filter(|element| is_label(element)) {
        match serde_json::from_str(script.text.trim()) {
            Ok(value) => labels.push(Label {
                line: script.line,
                value,
            }),
            Err(_) if script.text.trim().is_empty() => {}
            Err(error) if wall.is_some() || script.text.contains(FREE) => {
                let line = script.line + error.line().saturating_sub(1) as u64;
                let what = format!("this is no JSON: {}", problem(&error));
                add(findings, &STRUCTURED_INVALID, line, what);
            }
            Err(_) => {}
        }
    }
    let mut page = Page {
        facts,
        findings,
        says: Says::default(),
    };
    for label in &labels {
        page.node(&label.value, label.line);
    }
    let says = page.says;
    if let (Some(_), Some((line, what)), false) = (wall, &says.free, says.is_not_free) {
        add(findings, &STRUCTURED_FREE, *line, what.clone());
    }
}

/// What a walled page that search engines may see lacks, with the line of its wall. No finding: a publisher may not
/// want to be found.
pub(crate) fn advice(facts: &Facts<'_>) -> Option<(u64, &'static str)> {
    let line = wall(facts)?;
    let is_labelled = facts
        .elements
        .iter()
        .any(|element| is_label(element) && element.text.contains(FREE));
    (!is_labelled && !is_hidden(facts)).then_some((
        line,
        "nothing tells search engines that the article is not free: JSON-LD with `isAccessibleForFree: false`, if \
         they are to find it",
    ))
}

/// The line of the page's wall, or of the element that a server has cut; none where it has neither.
fn wall(facts: &Facts<'_>) -> Option<u64> {
    let call = facts.calls().find(|(_, call, _)| call.method == "wall");
    let tag = facts.tags.iter().find(|tag| {
        let element = &facts.elements[tag.element];
        element.attribute("data-paywallid").is_some()
            || element.attribute("data-redirect").is_some()
    });
    let element = facts
        .elements
        .iter()
        .find(|element| element.name == "iteras-wall" || has_class(element, CUT));
    call.map(|(used, _, _)| used.line)
        .or(tag.map(|tag| tag.line))
        .or(element.map(|element| element.line))
}

/// Tells whether the page asks search engines to leave it out.
fn is_hidden(facts: &Facts<'_>) -> bool {
    facts.elements.iter().any(|element| {
        let is = |name: &str, text: &str| {
            let value = element.attribute(name).unwrap_or_default();
            value.to_ascii_lowercase().contains(text)
        };
        element.name == "meta" && is("name", "robots") && is("content", "noindex")
    })
}

fn is_label(element: &Element) -> bool {
    let kind = element.attribute("type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    element.name == "script" && essence.eq_ignore_ascii_case("application/ld+json")
}

/// The parser's words without the place, which is told in lines of the page.
fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}

/// Statements of a page's articles about being free.
#[derive(Default)]
struct Says {
    is_not_free: bool,
    /// The first that says otherwise, or nothing.
    free: Option<(u64, String)>,
}

struct Page<'a> {
    facts: &'a Facts<'a>,
    findings: &'a mut Vec<Finding>,
    says: Says,
}

impl Page<'_> {
    /// A node of the data, and those that it is about.
    fn node(&mut self, value: &Value, line: u64) {
        let node = match value {
            Value::Array(nodes) => return nodes.iter().for_each(|node| self.node(node, line)),
            Value::Object(node) => node,
            _ => return,
        };
        for name in ["@graph", "mainEntity", "mainEntityOfPage"] {
            if let Some(within) = node.get(name) {
                self.node(within, line);
            }
        }
        let is_article = types(node).any(|kind| ARTICLES.contains(&kind));
        let parts: Vec<&Map<String, Value>> = parts(node).collect();
        match free(node) {
            Some(false) => self.not_free(node, &parts, line),
            Some(true) if is_article => self.says_free("the article says that it is free", line),
            None if is_article && node.contains_key(FREE) => {
                self.says_free("`isAccessibleForFree` is neither true nor false", line);
            }
            None if is_article => {
                self.says_free("the article does not say whether it is free", line)
            }
            _ => {}
        }
    }

    fn says_free(&mut self, what: &str, line: u64) {
        self.says.free.get_or_insert((line, what.to_owned()));
    }

    fn not_free(&mut self, node: &Map<String, Value>, parts: &[&Map<String, Value>], line: u64) {
        self.says.is_not_free = true;
        let is_known = types(node).any(|kind| ARTICLES.contains(&kind) || WORKS.contains(&kind));
        let has_none = types(node).next().is_none();
        if has_none || (!is_known && !parts.is_empty()) {
            let what = match types(node).next() {
                None => {
                    "what is not free has no `@type`; expected one such as NewsArticle".to_owned()
                }
                Some(kind) => {
                    format!(
                        "`@type` of what is not free is {kind}; expected one such as NewsArticle"
                    )
                }
            };
            self.found(&STRUCTURED_TYPE, line, what);
        }
        for part in parts.iter().take(MOST_PARTS) {
            self.part(part, line);
        }
    }

    fn part(&mut self, part: &Map<String, Value>, line: u64) {
        if !types(part).any(|kind| kind == "WebPageElement") {
            let what = match types(part).next() {
                None => "a part of the page has no `@type`; expected WebPageElement".to_owned(),
                Some(kind) => format!("`@type` of a part is {kind}; expected WebPageElement"),
            };
            self.found(&STRUCTURED_TYPE, line, what);
        }
        if free(part) == Some(true) {
            return;
        }
        let selectors: Vec<&str> = match part.get(SELECTOR) {
            Some(Value::String(selector)) => vec![selector],
            Some(Value::Array(selectors)) => selectors.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        if selectors.is_empty() {
            let what = "a part that is not free has no `cssSelector`".to_owned();
            return self.found(&STRUCTURED_SELECTOR, line, what);
        }
        let selectors = selectors.iter().flat_map(|list| list.split(','));
        for selector in selectors.take(MOST_SELECTORS) {
            self.selector(selector.trim(), line);
        }
    }

    fn selector(&mut self, selector: &str, line: u64) {
        let Some(classes) = classes(selector) else {
            let what = format!(
                "`cssSelector` is {selector:?}; search engines take classes alone, such as \".article-body\""
            );
            return self.found(&STRUCTURED_SELECTOR, line, what);
        };
        let elements = &self.facts.elements;
        let fits =
            |element: &&(usize, &Element)| classes.iter().all(|class| has_class(element.1, class));
        let all: Vec<(usize, &Element)> = elements.iter().enumerate().collect();
        let fitting: Vec<usize> = all.iter().filter(fits).map(|(at, _)| *at).collect();
        if fitting.is_empty() {
            let what = format!("nothing in the page has the class of `cssSelector` {selector:?}");
            return self.found(&STRUCTURED_SELECTOR, line, what);
        }
        let cut = elements.iter().position(|element| has_class(element, CUT));
        let is_about = |cut: usize| {
            fitting
                .iter()
                .any(|at| is_within(elements, *at, cut) || is_within(elements, cut, *at))
        };
        if let Some(cut) = cut.filter(|cut| !is_about(*cut)) {
            let what = format!(
                "`cssSelector` {selector:?} is not about the element on line {} that the server has cut",
                elements[cut].line
            );
            self.found(&STRUCTURED_ELSEWHERE, line, what);
        }
    }

    fn found(&mut self, kind: &'static Kind, line: u64, what: String) {
        add(self.findings, kind, line, what);
    }
}

/// The names of a node's types, without the vocabulary that may stand before them.
fn types(node: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let types = match node.get("@type") {
        Some(Value::Array(types)) => types.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let names = types.iter().filter_map(Value::as_str);
    names.map(|name| name.rsplit(['/', ':']).next().unwrap_or(name))
}

/// Parts that stand for elements of the page; other parts, such as the posts of a blog, are works of their own.
fn parts(node: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let parts = match node.get("hasPart") {
        Some(Value::Array(parts)) => parts.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let parts = parts.iter().filter_map(Value::as_object);
    parts.filter(|part| {
        part.contains_key(SELECTOR) || types(part).any(|kind| kind == "WebPageElement")
    })
}

/// Whether a node is free, as a boolean, its text, or the word of the vocabulary.
fn free(node: &Map<String, Value>) -> Option<bool> {
    match node.get(FREE)? {
        Value::Bool(is_free) => Some(*is_free),
        Value::String(text) => {
            let word = text.trim().rsplit('/').next().unwrap_or_default();
            match word.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The classes of a selector like `.a`, `.a.b` and `div.a`; none for every other.
fn classes(selector: &str) -> Option<Vec<&str>> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let (element, classes) = selector.split_once('.')?;
    let classes: Vec<&str> = classes.split('.').collect();
    let is_plain = (element.is_empty() || is_name(&element)) && classes.iter().all(is_name);
    is_plain.then_some(classes)
}

fn has_class(element: &Element, class: &str) -> bool {
    let classes = element.attribute("class").unwrap_or_default();
    classes.split_ascii_whitespace().any(|held| held == class)
}

/// Tells whether an element is another one or stands in it.
fn is_within(elements: &[Element], inner: usize, outer: usize) -> bool {
    std::iter::successors(Some(inner), |at| elements[*at].parent).any(|at| at == outer)
}
