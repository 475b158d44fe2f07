//! `iteras authenticate`: whether a customer's password is right.

use std::num::NonZeroU32;
use std::process::ExitCode;

use iteras_client::iteras::{Authenticated, Who};
use iteras_client::{Error, Kind};
use serde_json::json;

use crate::account::{Account, runtime};
use crate::output::{plain, print};
use crate::{password, stop};

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Authenticate {
    #[command(flatten)]
    customer: Named,
    /// Asks for a token, too, that logs the customer in to a frame for so many seconds. It is printed.
    #[arg(long, value_name = "SECONDS")]
    preauth: Option<NonZeroU32>,
    /// Prints JSON, with the service's code when the answer is no.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    account: Account,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Named {
    /// The customer's number.
    #[arg(long)]
    id: Option<String>,
    /// The customer's e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
}

impl Named {
    fn who(&self) -> Result<Who<'_>, String> {
        match (&self.id, &self.email) {
            (Some(id), _) if !id.is_empty() => Ok(Who::Id(id)),
            (None, Some(email)) if !email.is_empty() => Ok(Who::Email(email)),
            _ => Err("no customer: give --id or --email".into()),
        }
    }
}

impl Authenticate {
    pub(crate) fn run(&self) -> Result<ExitCode, String> {
        let who = self.customer.who()?;
        let iteras = self.account.open()?;
        // While a pipe is waited for, Ctrl-C ends the program as usual.
        let sent = password::sent()?;
        let answer = runtime()?.block_on(async {
            let told = stop::ctrl_c()?;
            let password = sent.map_or_else(password::typed, Ok)?;
            let asked = async {
                Ok(iteras
                    .authenticate_customer(who, &password, self.preauth)
                    .await)
            };
            stop::unless(told, asked).await
        })?;
        match answer {
            Ok(customer) => {
                print(&self.yes(&customer))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) if error.kind() == Kind::User => {
                print(&self.no(&error))?;
                Ok(ExitCode::from(1))
            }
            Err(error) => Err(self.account.told(&error)),
        }
    }

    fn yes(&self, customer: &Authenticated) -> String {
        let token = customer.preauth.as_ref().map(|token| token.expose());
        if self.json {
            let mut answer = json!({ "authenticated": true, "id": customer.id });
            if let Some(token) = token {
                answer["preauth"] = token.into();
            }
            return answer.to_string();
        }
        let id: String = plain(&customer.id).collect();
        match token {
            Some(token) => format!("authenticated: customer {id}\npreauth: {token}"),
            None => format!("authenticated: customer {id}"),
        }
    }

    /// The same text whether there is no such customer or the password is wrong.
    fn no(&self, error: &Error) -> String {
        match self.json {
            true => json!({ "authenticated": false, "errorcode": error.code() }).to_string(),
            false => "not authenticated".into(),
        }
    }
}
