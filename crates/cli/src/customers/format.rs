//! The forms of a customer in the export: a line of JSON, or a row of a table.

use clap::ValueEnum;
use iteras_client::iteras::{Customer, Fields};

use super::table::Table;

/// The parts of a customer that can be exported, by the service's names.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Field {
    /// Name, address and the publisher's own fields.
    Data,
    /// The current subscriptions.
    ActiveSubscriptions,
    /// All subscriptions, past ones included.
    Subscriptions,
}

impl Field {
    pub(super) fn all_of(list: &[Self]) -> Fields {
        Fields {
            data: list.contains(&Self::Data),
            active_subscriptions: list.contains(&Self::ActiveSubscriptions),
            subscriptions: list.contains(&Self::Subscriptions),
        }
    }
}

/// The formats by name.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A few columns for people; long texts are cut.
    Table,
    /// JSON lines: one customer a line, with every field that came.
    Jsonl,
}

/// Writes one customer after the other; holds none.
pub(super) enum Writer {
    Table(Table),
    JsonLines,
}

impl Writer {
    pub(super) fn new(format: Format, fields: Fields) -> Self {
        match format {
            Format::Table => Self::Table(Table::new(fields)),
            Format::Jsonl => Self::JsonLines,
        }
    }

    /// The text before the first customer.
    pub(super) fn head(&self) -> Vec<u8> {
        match self {
            Self::Table(table) => table.head().into_bytes(),
            Self::JsonLines => Vec::new(),
        }
    }

    /// Replaces `line` by the customer, with a line break at the end.
    pub(super) fn line(&self, customer: &Customer, line: &mut Vec<u8>) {
        line.clear();
        match self {
            Self::Table(table) => line.extend_from_slice(table.row(customer).as_bytes()),
            Self::JsonLines => {
                serde_json::to_writer(&mut *line, customer)
                    .expect("a customer has text keys, and a vector takes everything");
                line.push(b'\n');
            }
        }
    }
}
