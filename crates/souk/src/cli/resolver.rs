//! Names to addresses. Everything under `localhost` is this machine, as RFC 6761 has it; some
//! system resolvers do not know that.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver, except for `localhost` and what lies under it.
pub struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            if is_localhost(&host) {
                let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                return Ok(Box::new(here.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Whether a host is this machine: no proxy stands between, and no TLS is expected.
pub fn is_local(host: &str) -> bool {
    is_localhost(host) || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_this_machine() {
        for host in ["localhost", "souk.localhost", "Souk.LocalHost.", "127.0.0.1", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["localhost.example.org", "notlocalhost", "10.0.0.1"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
