//! The choice of customers: some by their ids, or all.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use iteras_client::iteras::Which;

/// The arguments, of which one has to be given: nobody exports everybody by forgetting something.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Chosen {
    /// The word all: every customer of the account.
    #[arg(value_name = "all", hide_possible_values = true)]
    all: Option<All>,
    /// Ids of customers, such as 31168,31169.
    #[arg(long, value_name = "ID,…")]
    ids: Option<String>,
    /// File with ids of customers, between them commas, white space or line breaks; - is the standard input.
    #[arg(long, value_name = "FILE")]
    ids_file: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum All {
    All,
}

impl Chosen {
    pub(super) fn which(&self) -> Result<Which, String> {
        match (self.all, &self.ids, &self.ids_file) {
            (Some(All::All), _, _) => Ok(Which::All),
            (_, Some(list), _) => some("--ids", list),
            (_, _, Some(file)) => {
                let name = format!("--ids-file {}", file.display());
                let list = content(file).map_err(|error| format!("{name}: {error}"))?;
                some(&name, &list)
            }
            _ => Err("no customers: give --ids, --ids-file or the word all".into()),
        }
    }
}

fn content(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut list = String::new();
    std::io::stdin().lock().read_to_string(&mut list)?;
    Ok(list)
}

/// None at all is a mistake: an empty file must not look like an account without customers.
fn some(name: &str, list: &str) -> Result<Which, String> {
    let ids = list.split(|c: char| c == ',' || c.is_whitespace());
    let ids: Vec<String> = ids.filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if ids.is_empty() {
        return Err(format!(
            "{name}: expected ids such as 31168,31169, found none"
        ));
    }
    if let Some(id) = ids.iter().find(|id| id.contains(char::is_control)) {
        return Err(format!(
            "{name}: expected ids such as 31168,31169, got {id:?}"
        ));
    }
    Ok(Which::Ids(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_from_lists_however_they_are_divided() {
        for list in ["1,x-2,3", "1\nx-2\r\n3\n", " 1, x-2 ,\t3,"] {
            assert_eq!(some("--ids", list), Ok(Which::from_iter(["1", "x-2", "3"])));
        }
        let wrong = |list| some("--ids", list).unwrap_err();
        let expected = "--ids: expected ids such as 31168,31169";
        assert_eq!(wrong(" ,\n"), format!("{expected}, found none"));
        assert_eq!(wrong("1,2\0"), format!("{expected}, got \"2\\0\""));
    }
}
