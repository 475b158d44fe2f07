//! Accounts as they change while the stand-in runs: in memory, or in a file with `--data`.
//!
//! The file is written whole to a second name and then renamed, so that a kill at any moment leaves
//! either the old or the new one (fault F34).

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::config::{Account, Config};

const FILE_HEAD: &str =
    "# Readers of the Iteras stand-in for development. Written by it: stop it before editing.\n\n";

/// All readers by profile.
#[derive(Debug)]
pub struct Store {
    file: Option<PathBuf>,
    data: Mutex<Data>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Data {
    #[serde(default)]
    profiles: BTreeMap<String, Accounts>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Accounts {
    #[serde(default)]
    accounts: Vec<Account>,
}

/// A log-in that failed. The frames show one sentence for both; the server API tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInError {
    /// No such id or e-mail.
    UnknownCustomer,
    /// The password is another one.
    InvalidPassword,
}

/// An id or address that another reader has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The id.
    Id,
    /// The e-mail address.
    Email,
}

impl Store {
    /// The readers of the file if there is one, else those of the configuration.
    pub fn open(config: &Config, file: Option<PathBuf>) -> Result<Self, StoreError> {
        let data = match &file {
            Some(path) if path.exists() => read(path)?,
            _ => initial(config),
        };
        Ok(Self {
            file,
            data: Mutex::new(data),
        })
    }

    /// The reader with this id.
    pub fn account(&self, profile: &str, id: &str) -> Option<Account> {
        self.find(profile, |account| account.id == id)
    }

    /// The reader with this e-mail address, whatever its case.
    pub fn by_email(&self, profile: &str, email: &str) -> Option<Account> {
        self.find(profile, |account| account.has_email(email))
    }

    /// All readers of a profile.
    pub fn accounts(&self, profile: &str) -> Vec<Account> {
        self.lock()
            .profiles
            .get(profile)
            .map(|p| p.accounts.clone())
            .unwrap_or_default()
    }

    /// The reader with this e-mail address or id, if the password is right.
    pub fn log_in(&self, profile: &str, who: &str, password: &str) -> Result<Account, LogInError> {
        let who = who.trim();
        let account = self
            .account(profile, who)
            .or_else(|| self.by_email(profile, who));
        let account = account.ok_or(LogInError::UnknownCustomer)?;
        let right = account.has_password(password);
        right.then_some(account).ok_or(LogInError::InvalidPassword)
    }

    /// Changes one reader and keeps the change; `None` when there is no such reader.
    pub fn change(
        &self,
        profile: &str,
        id: &str,
        change: impl FnOnce(&mut Account),
    ) -> Result<Option<Account>, StoreError> {
        let mut data = self.lock();
        let accounts = data
            .profiles
            .get_mut(profile)
            .map(|p| p.accounts.iter_mut());
        let Some(account) = accounts.and_then(|mut all| all.find(|account| account.id == id))
        else {
            return Ok(None);
        };
        change(account);
        let changed = account.clone();
        self.keep(&data)?;
        Ok(Some(changed))
    }

    /// Adds a reader, who gets the next free number as id.
    pub fn add(&self, profile: &str, mut account: Account) -> Result<Account, StoreError> {
        let mut data = self.lock();
        let accounts = &mut data.profiles.entry(profile.into()).or_default().accounts;
        account.id = next_id(accounts);
        accounts.push(account.clone());
        self.keep(&data)?;
        Ok(account)
    }

    /// Adds a reader with an id of the caller's choice, or the next free number where it is empty, unless
    /// somebody has the id or the e-mail address already.
    pub fn create(
        &self,
        profile: &str,
        mut account: Account,
    ) -> Result<Result<Account, Taken>, StoreError> {
        let mut data = self.lock();
        let accounts = &mut data.profiles.entry(profile.into()).or_default().accounts;
        if accounts.iter().any(|held| held.id == account.id) {
            return Ok(Err(Taken::Id));
        }
        if accounts.iter().any(|held| held.has_email(&account.email)) {
            return Ok(Err(Taken::Email));
        }
        if account.id.is_empty() {
            account.id = next_id(accounts);
        }
        accounts.push(account.clone());
        self.keep(&data)?;
        Ok(Ok(account))
    }

    /// The number for the next bill of a profile.
    pub fn next_invoice(&self, profile: &str) -> String {
        let data = self.lock();
        let accounts = data
            .profiles
            .get(profile)
            .map(|p| p.accounts.as_slice())
            .unwrap_or_default();
        let invoices = accounts.iter().flat_map(|account| &account.invoices);
        let last = invoices
            .filter_map(|invoice| invoice.number.parse::<u32>().ok())
            .max();
        last.unwrap_or(1000).saturating_add(1).to_string()
    }

    /// Back to the readers of the configuration.
    pub fn reset(&self, config: &Config) -> Result<(), StoreError> {
        let mut data = self.lock();
        *data = initial(config);
        self.keep(&data)
    }

    fn find(&self, profile: &str, wanted: impl Fn(&Account) -> bool) -> Option<Account> {
        let data = self.lock();
        data.profiles
            .get(profile)?
            .accounts
            .iter()
            .find(|account| wanted(account))
            .cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Called with the lock held, so that two changes can't overtake each other on their way to disk.
    fn keep(&self, data: &Data) -> Result<(), StoreError> {
        match &self.file {
            Some(path) => write(path, data).map_err(|e| StoreError(path.clone(), e)),
            None => Ok(()),
        }
    }
}

/// The data file can't be read or written.
#[derive(Debug)]
pub struct StoreError(PathBuf, String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data file {}: {}", self.0.display(), self.1)
    }
}

impl std::error::Error for StoreError {}

fn next_id(accounts: &[Account]) -> String {
    let numbers = accounts
        .iter()
        .filter_map(|account| account.id.parse::<u32>().ok());
    let last = numbers.max().unwrap_or(31_000);
    last.saturating_add(1).to_string()
}

fn initial(config: &Config) -> Data {
    let accounts = |accounts: &Vec<Account>| Accounts {
        accounts: accounts.clone(),
    };
    let profiles = config
        .profiles
        .iter()
        .map(|p| (p.id.clone(), accounts(&p.accounts)));
    Data {
        profiles: profiles.collect(),
    }
}

fn read(path: &Path) -> Result<Data, StoreError> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string());
    text.and_then(|text| toml::from_str(&text).map_err(|e| e.to_string()))
        .map_err(|e| StoreError(path.into(), e))
}

fn write(path: &Path, data: &Data) -> Result<(), String> {
    let text = toml::to_string(data).map_err(|e| e.to_string())?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let replace = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(FILE_HEAD.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    replace().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Level;

    #[test]
    fn log_in_takes_the_id_or_the_address_in_any_case() {
        let store = Store::open(&Config::embedded(), None).unwrap();
        for who in ["31168", "anna@example.com", " ANNA@Example.com "] {
            assert_eq!(store.log_in("lumen", who, "lumen").unwrap().id, "31168");
        }
        let refused = |who, password| store.log_in("lumen", who, password).unwrap_err();
        assert_eq!(refused("31168", "Lumen"), LogInError::InvalidPassword);
        assert_eq!(refused("1", "lumen"), LogInError::UnknownCustomer);
        assert_eq!(refused("", ""), LogInError::UnknownCustomer);
    }

    #[test]
    fn changes_survive_in_the_file_and_reset_takes_them_back() {
        let path = std::env::temp_dir().join(format!("standin-{}.toml", std::process::id()));
        let config = Config::embedded();
        let store = Store::open(&config, Some(path.clone())).unwrap();
        store
            .change("lumen", "31168", |a| a.set_level(None, Level::None))
            .unwrap()
            .unwrap();
        let added = store
            .add("lumen", config.profiles[0].accounts[0].clone())
            .unwrap();
        assert_eq!(added.id, "31171");

        let again = Store::open(&config, Some(path.clone())).unwrap();
        assert_eq!(again.account("lumen", "31168").unwrap().rights().count(), 0);
        assert_eq!(again.accounts("lumen").len(), 4);
        again.reset(&config).unwrap();
        assert_eq!(
            Store::open(&config, Some(path.clone()))
                .unwrap()
                .accounts("lumen")
                .len(),
            3
        );

        std::fs::write(&path, "torn").unwrap();
        let error = Store::open(&config, Some(path.clone()))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("data file {}: ", path.display())),
            "{error}"
        );
        std::fs::remove_file(&path).unwrap();
    }
}
