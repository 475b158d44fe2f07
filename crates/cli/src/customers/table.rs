//! A table whose rows are written while they arrive: the widths are fixed beforehand, what is longer is cut.
//!
//! A table that fits its columns to its rows has to hold them all; an account may have more customers than memory.

use iteras_client::iteras::{
    ActiveSubscription, Customer, CustomerData, Fields, Period, Subscription,
};
use unicode_width::UnicodeWidthChar;

use crate::output::plain;

const GAP: &str = "  ";
const CUT: char = '…';

/// A column: its head, its width in cells of the terminal, its text.
struct Column {
    head: &'static str,
    width: usize,
    text: fn(&Customer) -> String,
}

/// The columns in order. The last one is as wide as its text; the id is never cut.
pub(super) struct Table(Vec<Column>);

impl Table {
    /// The columns for these fields.
    pub(super) fn new(fields: Fields) -> Self {
        let column = |head, width, text| Column { head, width, text };
        let mut columns = vec![column("id", 10, |customer| customer.id.clone())];
        if fields.data {
            columns.push(column("name", 26, |of| data(of, |data| &data.name)));
            columns.push(column("email", 30, |of| data(of, |data| &data.email)));
            columns.push(column("location", 20, |of| data(of, |data| &data.location)));
            columns.push(column("country", 7, |of| {
                data(of, |data| &data.country_code)
            }));
        }
        if fields.active_subscriptions {
            columns.push(column("active subscriptions", 36, active));
        }
        if fields.subscriptions {
            columns.push(column("subscriptions", 36, ever));
        }
        Self(columns)
    }

    /// The first line.
    pub(super) fn head(&self) -> String {
        self.written(|column| column.head.to_owned())
    }

    /// A customer's line.
    pub(super) fn row(&self, customer: &Customer) -> String {
        self.written(|column| (column.text)(customer))
    }

    fn written(&self, text: impl Fn(&Column) -> String) -> String {
        let mut line = String::new();
        let last = self.0.len() - 1;
        for (at, column) in self.0.iter().enumerate() {
            let text = text(column);
            if at == 0 || at == last {
                line.extend(plain(&text));
            } else {
                push_cut(&mut line, &text, column.width);
            }
            if at < last {
                let used = if at == 0 { width(&text) } else { column.width };
                line.extend(std::iter::repeat_n(
                    ' ',
                    column.width - used.min(column.width),
                ));
                line.push_str(GAP);
            }
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }
}

/// Adds a text and spaces up to `most` cells; cuts it when it is wider.
fn push_cut(line: &mut String, text: &str, most: usize) {
    let whole = width(text) <= most;
    let room = if whole { most } else { most - 1 };
    let mut used = 0;
    for c in plain(text) {
        if used + cells(c) > room {
            break;
        }
        used += cells(c);
        line.push(c);
    }
    if !whole {
        line.push(CUT);
        used += 1;
    }
    line.extend(std::iter::repeat_n(' ', most - used));
}

fn width(text: &str) -> usize {
    plain(text).map(cells).sum()
}

fn cells(c: char) -> usize {
    c.width().unwrap_or_default()
}

fn data(customer: &Customer, field: fn(&CustomerData) -> &Option<String>) -> String {
    let data = customer.data.as_ref().map(field);
    data.cloned().flatten().unwrap_or_default()
}

fn active(customer: &Customer) -> String {
    let subscriptions = customer.active_subscriptions.iter().flatten();
    joined(subscriptions.map(
        |ActiveSubscription {
             campaign_name,
             campaign_id,
             ..
         }| {
            campaign_name
                .clone()
                .or(campaign_id.clone())
                .unwrap_or_default()
        },
    ))
}

fn ever(customer: &Customer) -> String {
    let subscriptions = customer.subscriptions.iter().flatten();
    joined(
        subscriptions
            .flat_map(|Subscription { periods, .. }| periods)
            .map(period),
    )
}

fn period(period: &Period) -> String {
    let name = period
        .campaign_name
        .as_ref()
        .or(period.campaign_id.as_ref());
    let day = |time: iteras_client::LocalTime| time.to_string()[.."2010-12-24".len()].to_owned();
    let (begin, end) = (day(period.begin), period.end.map(day).unwrap_or_default());
    format!("{} {begin}–{end}", name.map_or("", String::as_str))
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> String {
        let mut line = String::new();
        push_cut(&mut line, text, 6);
        line
    }

    #[test]
    fn texts_fill_their_column_and_no_more() {
        assert_eq!(cut("Ærø"), "Ærø   ");
        assert_eq!(cut("Prøves"), "Prøves");
        assert_eq!(cut("Prøvevej"), "Prøve…");
        assert_eq!(cut("読売新聞"), "読売… ", "two cells each");
        assert_eq!(
            cut("e\u{301}t\u{301}e\u{301}"),
            "e\u{301}t\u{301}e\u{301}   "
        );
    }

    #[test]
    fn what_a_stranger_typed_does_nothing_to_the_terminal() {
        assert_eq!(cut("a\x1b[2Jb"), "a [2Jb");
        assert_eq!(cut("a\nb\u{9b}c"), "a b c ");
        let table = Table::new(Fields {
            data: false,
            active_subscriptions: true,
            subscriptions: false,
        });
        let customer = serde_json::json!({
            "id": "1\x1b", "active_subscriptions": [{ "campaign_name": "a\nb" }, { "campaign_id": 7 }],
        });
        let row = table.row(&serde_json::from_value(customer).unwrap());
        assert_eq!(row, "1           a b, 7\n");
    }
}
