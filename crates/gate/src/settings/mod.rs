//! The settings of the program `iteras-gate`: its configuration file read and checked, without tokio and without IO, so
//! that a browser can do it, too.
//!
//! ```
//! use iteras_gate::settings::{Config, Preview, request};
//! use iteras_gate::{Asked, Timestamp};
//!
//! let config = Config::parse(r#"
//!     mode = "forward-auth"
//!     listen = "127.0.0.1:8086"
//!     trusted_peers = ["127.0.0.1"]
//!     forwarded_headers = "x-original"
//!     denied = { landing = "/subscribe" }
//!
//!     [[keys]]
//!     id = "2026"
//!     env = "ITERAS_KEY"
//!
//!     [[sites]]
//!     hosts = ["pub.example"]
//!     default = "open"
//!     paywalls = ["n8fsoupukhv3"]
//!     rules = [{ path = "/articles/*" }]
//! "#).unwrap();
//! let preview = Preview::new(&config, "a key that signs passes", "a key that counts pages").unwrap();
//! let parts = request("https://pub.example/articles/1", "GET").unwrap();
//! let asked = Asked::of(&parts);
//! let denial = preview.plan(&asked, Timestamp::from_unix(1_768_478_400)).verdict.unwrap_err();
//! let answer = preview.reject(&denial, &asked);
//! assert_eq!(answer.headers()["location"], "/subscribe?iterasnext=%2Farticles%2F1&iterasaccess=sub");
//! ```

pub(crate) mod address;
pub(crate) mod checks;
pub(crate) mod config;
pub(crate) mod explain;
mod presets;
mod preview;
pub(crate) mod sites;
pub(crate) mod warnings;

pub use address::Address;
pub use config::Config;
pub use explain::request;
pub use preview::Preview;
