//! Tag soup by the dice, checked with another tree: nothing of the article gets out but its beginning, and
//! what is written reads the same twice.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::HashSet;

use iteras::policy::Reason;
use iteras_guard::page::{Charset, PageCharset};
use iteras_teaser::{Refusal, Teaser};
use scraper::node::Node;
use scraper::{Html, Selector};

const UTF_8: PageCharset = PageCharset::Named(Charset::Utf8);

const CHARACTERS: usize = 30;

/// Pieces between the words; the dice choose.
const PIECES: &str = "\
    <div>|</div>|<div class=g>|<p>|<p class=g>|</p>|<b>|</b>|<i>|</i>|<a href=/>|</a>|<b class=g>|<nobr>|</nobr>|\
    <font size=1>|</font>|<section>|</section>|<ul>|<li>|</ul>|<dl>|<dt>|<dd>|</dl>|<h1>|</h2>|<table>|</table>|\
    <tbody>|<tr>|<td>|</td>|<th>|<caption>|<colgroup>|<col>|<form>|</form>|<button>|</button>|<select>|<option>|\
    </select>|<svg>|</svg>|<g>|</g>|<foreignObject>|</foreignObject>|<desc>|<math>|</math>|<mi>|<mtext>|\
    <annotation-xml>|</annotation-xml>|<template>|</template>|<script>|</script>|<style>|</style>|<title>|\
    </title>|<textarea>|</textarea>|<noscript>|</noscript>|<iframe>|</iframe>|<br>|<hr>|<img>|<input>|<pre>|\
    </pre>|<object>|</object>|<applet>|<marquee>|<body>|</body>|</html>|<head>|<frameset>|<!--x-->|<!--|-->|-->|\
    --!>|<!-->|<![CDATA[|]]>|<!doctype>|<?x>|</>|</x&>|<|&|&amp;|&lt|&#0;|&#x3c;|<ruby>|<rt>|<rb>|<center>|\
    <image>|<xmp>|</xmp>|<noembed>|</noembed>|<plaintext>|<span class='x g'>|</span>|<main>|<br/>|<p/>|<svg/>|\
    </p/ >|<!--|<div>|</div";

/// A generator of numbers (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

fn soup(dice: &mut Dice) -> String {
    let pieces: Vec<&str> = PIECES.split('|').collect();
    let mut page = String::from(["", "<!doctype html>"][dice.roll(2)]);
    let (count, gated) = (4 + dice.roll(40), dice.roll(10));
    for n in 0..count {
        if n == gated {
            page.push_str("<div class=g>");
        }
        let piece = pieces[dice.roll(pieces.len())];
        // These swallow the rest of the page.
        let swallows = [
            "<plaintext>",
            "<frameset>",
            "<xmp>",
            "<!--",
            "<textarea>",
            "<title>",
        ]
        .contains(&piece);
        if !swallows || dice.roll(8) == 0 {
            page.push_str(piece);
        }
        match dice.roll(4) {
            0 => page.push_str(&format!("<b data-x='a{n}q <p>'>")),
            1 => page.push(' '),
            _ => page.push_str(&format!("w{n}q ")),
        }
    }
    page
}

/// The words of texts and comments in elements that fit `.g`.
fn gated_words(page: &Html) -> HashSet<String> {
    let gated = Selector::parse(".g").unwrap();
    let texts = page
        .select(&gated)
        .flat_map(|element| element.descendants())
        .filter_map(|node| match node.value() {
            Node::Text(text) => Some(text.to_string()),
            Node::Comment(comment) => Some(comment.to_string()),
            _ => None,
        });
    texts.flat_map(|text| words(&text)).collect()
}

fn words(text: &str) -> Vec<String> {
    let pieces = text.split(|c: char| !c.is_ascii_alphanumeric());
    let word = |piece: &&str| piece.starts_with('w') && piece.ends_with('q');
    pieces.filter(word).map(str::to_owned).collect()
}

#[test]
fn c74_soup_keeps_its_words() {
    let teaser = Teaser::new([".g"]).unwrap().with_characters(CHARACTERS);
    let (mut dice, mut made) = (Dice(0x1234_5678_9abc_def1), 0);
    const ROUNDS: usize = 6000;
    for round in 0..ROUNDS {
        let page = soup(&mut dice);
        let came = match teaser.cut(page.as_bytes(), UTF_8, Reason::NoPass) {
            Ok(came) => String::from_utf8(came).unwrap(),
            Err(refusal) => {
                assert!(
                    matches!(refusal, Refusal::NothingGated | Refusal::TreeDiffers),
                    "{round}: {refusal}\n{page}"
                );
                continue;
            }
        };
        made += 1;
        let hidden = gated_words(&Html::parse_document(&page));
        let shown: usize = words(&came)
            .iter()
            .filter(|word| hidden.contains(*word))
            .map(String::len)
            .sum();
        assert!(
            shown <= CHARACTERS,
            "{round}: {shown} characters are shown\n{page}\n{came}"
        );
        let tree = Html::parse_document(&came);
        assert_eq!(
            tree,
            Html::parse_document(&tree.html()),
            "{round}\n{page}\n{came}"
        );
        let gated = Selector::parse(".iteras-content-truncated").unwrap();
        let gated: Vec<_> = tree.select(&gated).collect();
        assert_eq!(gated.len(), 1, "{round}\n{page}\n{came}");
        let mut elements = gated[0]
            .descendants()
            .filter_map(|node| node.value().as_element());
        assert!(
            elements.all(|element| element.attr("data-x").is_none()),
            "{round}\n{page}\n{came}"
        );
    }
    assert!(made * 2 > ROUNDS, "{made} teasers of {ROUNDS} pages");
}
