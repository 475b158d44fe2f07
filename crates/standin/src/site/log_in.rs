//! Log-in form of the demo magazine itself: its server side, as a publisher's server has it.
//!
//! It calls the stand-in's service by HTTP as any publisher's server does, with the API key of the first profile.

use axum::Router;
use iteras_client::iteras::Iteras;
use iteras_client::{ApiKey, Client, ConfigError, systems};
use iteras_login::LogIn;

use crate::config::{Config, Origins};

/// Takes posts at `/sign-in/check`; nothing where there is no profile.
pub(crate) fn app(config: &Config, origins: &Origins) -> Result<Router, ConfigError> {
    let Some(profile) = config.profiles.first() else {
        return Ok(Router::new());
    };
    let system = systems::iteras::header(ApiKey::new(&profile.api_key)?)?
        .with_base(&format!("{}/api/", origins.service))
        .with_insecure_http();
    let service = Iteras::with_client(Client::new(system)?);
    let log_in = LogIn::new(service)
        .with_pages("/account", "/sign-in")
        .expect("both are paths");
    Ok(log_in.router("/sign-in/check"))
}
