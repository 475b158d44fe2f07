//! Iteras: the subscription service. A key in a header, or in the query.

use crate::secret::ApiKey;
use crate::{ConfigError, Credentials, System};

/// The documented base address.
pub const BASE: &str = "https://app.iteras.dk/api/";

/// The key in `X-Iteras-Key`.
pub fn header(key: ApiKey) -> Result<System, ConfigError> {
    Ok(system(Credentials::header("X-Iteras-Key", key)?))
}

/// The key in `?iteras-key=`: it ends up in other parties' logs.
pub fn query(key: ApiKey) -> Result<System, ConfigError> {
    Ok(system(Credentials::query("iteras-key", key)?))
}

fn system(credentials: Credentials) -> System {
    System::new("iteras", BASE, credentials)
}
