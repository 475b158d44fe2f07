//! Options of a start, from the command line or from a test.

use std::net::IpAddr;
use std::path::PathBuf;

use super::file::Config;

/// Options of a start. Port 0 means any free port.
#[derive(Clone, Debug)]
pub struct Options {
    /// Publishers and readers.
    pub config: Config,
    /// The file that keeps changes; none = in memory.
    pub data: Option<PathBuf>,
    /// Folder of the demo site or of test pages; none = no site is served.
    pub site: Option<PathBuf>,
    /// Folder of the built script; none = it is not served.
    pub dist: Option<PathBuf>,
    /// Address at which site and service listen; none = loopback. The control server stays there.
    pub host: Option<IpAddr>,
    /// Port of the site.
    pub site_port: u16,
    /// Port of the service.
    pub port: u16,
    /// Port of the control server.
    pub control_port: u16,
}

impl Options {
    /// The embedded publisher on the usual ports, without site and script.
    pub fn new() -> Self {
        Self {
            config: Config::embedded(),
            data: None,
            site: None,
            dist: None,
            host: None,
            site_port: 4801,
            port: 4802,
            control_port: 4803,
        }
    }

    /// The embedded publisher on any free ports, for tests.
    pub fn on_free_ports() -> Self {
        Self {
            site_port: 0,
            port: 0,
            control_port: 0,
            ..Self::new()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
