//! Cuts a page: parse, mark, cut, write, and read again what was written.

mod inside;
mod label;
mod marks;
mod outside;
mod rules;
mod text;

use iteras::policy::Reason;
use iteras_guard::page::{BOM, Charset, PageCharset};

use crate::charset::{decode, encode, of_meta};
use crate::tree::{Limits, Tree, parse, same, write};
use crate::{Refusal, Teaser};

pub(crate) fn cut(
    teaser: &Teaser,
    page: &[u8],
    header: PageCharset,
    reason: Reason,
) -> Result<Vec<u8>, Refusal> {
    if page.len() > teaser.longest_page {
        return Err(Refusal::TooLarge);
    }
    let (bom, charset, mut tree, limits) = tree_of(teaser, page, header)?;
    let marks = marks::of(&tree, teaser);
    outside::cut(&mut tree, &marks, teaser, reason)?;
    tree.join_texts();
    let written = write(&tree, charset);
    if !same(&tree, &parse(&written, limits)?) {
        return Err(Refusal::TreeDiffers);
    }
    let written = encode(charset, written).ok_or(Refusal::Charset)?;
    Ok(if bom.is_empty() {
        written
    } else {
        [bom, &written].concat()
    })
}

/// The label of a page that is shown whole: the same as in its teaser.
pub(crate) fn label(teaser: &Teaser, page: &[u8], header: PageCharset) -> Result<String, Refusal> {
    if page.len() > teaser.longest_page {
        return Err(Refusal::TooLarge);
    }
    let (_, _, mut tree, _) = tree_of(teaser, page, header)?;
    let marks = marks::of(&tree, teaser);
    // Which element is gated shows while the page is cut.
    let gated = outside::cut(&mut tree, &marks, teaser, Reason::NoPass)?;
    Ok(label::html(&teaser.gated[gated].text))
}

/// A page's byte order mark, its encoding and its tree.
fn tree_of<'p>(
    teaser: &Teaser,
    page: &'p [u8],
    header: PageCharset,
) -> Result<(&'p [u8], Charset, Tree, Limits), Refusal> {
    let limits = Limits::of_length(teaser.longest_page);
    let (bom, page) = page.split_at(if page.starts_with(BOM) { BOM.len() } else { 0 });
    if page.starts_with(b"\xff\xfe") || page.starts_with(b"\xfe\xff") {
        return Err(Refusal::Charset);
    }
    // A byte order mark goes before the header (HTML standard, section 13.2.3.2).
    let named = if bom.is_empty() {
        header
    } else {
        PageCharset::Named(Charset::Utf8)
    };
    let (tree, charset) = read(page, named, limits)?;
    Ok((bom, charset, tree, limits))
}

// Without a name in the header the first `<meta>` counts, and UTF-8 where there is none.
fn read(page: &[u8], named: PageCharset, limits: Limits) -> Result<(Tree, Charset), Refusal> {
    let first = match named {
        PageCharset::Named(charset) => charset,
        PageCharset::Unnamed => Charset::Utf8,
    };
    let tree = parse(&decode(first, page), limits)?;
    match (of_meta(&tree)?, named) {
        (Some(other), PageCharset::Unnamed) if other != first => {
            Ok((parse(&decode(other, page), limits)?, other))
        }
        _ => Ok((tree, first)),
    }
}
