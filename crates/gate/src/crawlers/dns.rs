//! Names of addresses and addresses of names, by DNS: a door to `hickory-resolver`.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData};
use iteras_guard::crawlers::{Answer, Crawler, LOOK_UP_MILLIS, leads_back};

use crate::ConfigError;

const SETTING: &str = "dns";
const SYSTEM: &str = "/etc/resolv.conf";

/// The resolver of a gate.
pub(super) struct Dns(TokioResolver);

/// The resolver was down, slow or wrong.
struct Failed;

impl Dns {
    /// A resolver that asks these servers.
    pub(super) fn of(servers: &[SocketAddr]) -> Result<Self, ConfigError> {
        let server = |address: &SocketAddr| {
            let at_port = |mut connection: ConnectionConfig| {
                connection.port = address.port();
                connection
            };
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(at_port);
            NameServerConfig::new(address.ip(), true, connections.into())
        };
        let servers: Vec<_> = servers.iter().map(server).collect();
        if servers.is_empty() {
            return Err(ConfigError::new(SETTING, "there is no address of a server"));
        }
        let config = ResolverConfig::from_parts(None, Vec::new(), servers);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options: &mut ResolverOpts = builder.options_mut();
        // The gate keeps answers itself, of a bounded number of addresses and for another time.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        // All look-ups together have the limit; a datagram that is lost is sent once more within it.
        options.timeout = Duration::from_millis(LOOK_UP_MILLIS / 2);
        options.attempts = 1;
        let resolver = builder.build();
        let resolver = resolver.map_err(|error| ConfigError::new(SETTING, error.to_string()))?;
        Ok(Self(resolver))
    }

    /// A resolver that asks those of the system.
    pub(super) fn of_system() -> Result<Self, ConfigError> {
        let missing = |problem: String| {
            let problem = format!(
                "{SYSTEM} {problem}: expected addresses of DNS servers, such as [\"192.0.2.53:53\"]"
            );
            ConfigError::new(SETTING, problem)
        };
        let text = std::fs::read(SYSTEM);
        let text = text.map_err(|error| missing(format!("can't be read ({})", error.kind())))?;
        let system = resolv_conf::Config::parse(&text);
        let system = system.map_err(|error| missing(format!("can't be understood ({error})")))?;
        let servers = system.nameservers.iter();
        // A server at an address with a zone is one for this machine's own network.
        let servers = servers.filter_map(|server| server.to_string().parse::<IpAddr>().ok());
        let servers: Vec<_> = servers.map(|server| SocketAddr::new(server, 53)).collect();
        match servers.is_empty() {
            true => Err(missing("names none".to_owned())),
            false => Self::of(&servers),
        }
    }

    /// The answer about one address: a name of it below a domain of the search engine leads back to it.
    pub(super) async fn vouches(&self, crawler: &Crawler, address: IpAddr) -> Answer {
        match self.leads_back(crawler, address).await {
            Ok(true) => Answer::Yes,
            Ok(false) => Answer::No,
            Err(Failed) => Answer::Failed,
        }
    }

    async fn leads_back(&self, crawler: &Crawler, address: IpAddr) -> Result<bool, Failed> {
        let names = records(self.0.reverse_lookup(address).await, |data| match data {
            RData::PTR(name) => Some(name.0.to_ascii()),
            _ => None,
        })?;
        let mut failed = false;
        for name in crawler.candidates(names.iter().map(String::as_str)) {
            // With its final dot, so that no domain of this machine's own is tried behind it.
            let Ok(mut name) = Name::from_ascii(name) else {
                continue;
            };
            name.set_fqdn(true);
            let found = match address {
                IpAddr::V4(_) => self.0.ipv4_lookup(name).await,
                IpAddr::V6(_) => self.0.ipv6_lookup(name).await,
            };
            match records(found, RData::ip_addr) {
                Ok(found) if leads_back(address, found.iter().copied()) => return Ok(true),
                Ok(_) => {}
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(false) }
    }
}

/// Of an answer the records of a kind; none where there is definitely none.
fn records<T>(
    answer: Result<Lookup, NetError>,
    of_kind: impl Fn(&RData) -> Option<T>,
) -> Result<Vec<T>, Failed> {
    match answer {
        Ok(found) => Ok(found
            .answers()
            .iter()
            .filter_map(|record| of_kind(&record.data))
            .collect()),
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) => match none.response_code {
            ResponseCode::NXDomain | ResponseCode::NoError => Ok(Vec::new()),
            _ => Err(Failed),
        },
        Err(_) => Err(Failed),
    }
}
