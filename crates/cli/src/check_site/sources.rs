//! Pages and scripts from files and addresses.

use iteras_check::{Form, LONGEST, Source};
use url::Url;

use super::crawl::{self, Bounds};
use super::http::Client;
use crate::account::runtime;
use crate::stop;

/// Pages and scripts that were read, and a sentence for each place on the way that could not be.
pub(super) struct Read {
    pub(super) sources: Vec<Source>,
    pub(super) unread: Vec<String>,
}

/// Reads the places that were named; an error if one of them can't be read. With `bounds` it goes on from the
/// addresses among them.
pub(super) fn read(places: &[String], bounds: Option<Bounds>) -> Result<Read, String> {
    let mut read = Read {
        sources: Vec::new(),
        unread: Vec::new(),
    };
    let mut addresses = Vec::new();
    for place in places {
        match address(place) {
            Some(address) => addresses.push(address),
            None => read.sources.push(file(place)?),
        }
    }
    if addresses.is_empty() {
        return match bounds {
            Some(_) => {
                Err("--fetch: expected an http(s) address to begin with, got files alone".into())
            }
            None => Ok(read),
        };
    }
    let client = Client::new()?;
    runtime()?.block_on(async {
        let told = stop::ctrl_c()?;
        stop::unless(told, crawl::run(&client, addresses, bounds, &mut read)).await
    })?;
    Ok(read)
}

fn address(place: &str) -> Option<Url> {
    let url = Url::parse(place).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn file(name: &str) -> Result<Source, String> {
    let named = |what: &dyn std::fmt::Display| format!("{name}: {what}");
    let size = std::fs::metadata(name)
        .map_err(|error| named(&error))?
        .len();
    if size > LONGEST {
        return Err(named(&format!(
            "expected at most {LONGEST} bytes, got {size}"
        )));
    }
    let bytes = std::fs::read(name).map_err(|error| named(&error))?;
    Ok(Source {
        name: name.to_owned(),
        address: None,
        policies: Vec::new(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
        form: Form::of_file(name),
    })
}
