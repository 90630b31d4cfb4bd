//! Where a request came from, as far as anybody we trust knows.

use crate::config::TrustedProxies;
use axum::http::{HeaderMap, HeaderName, header::FORWARDED};
use std::net::IpAddr;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    /// The client's address.
    pub ip: IpAddr,
    /// Whether it came from this very machine, and not through a proxy on it that we were not told to
    /// trust: such a proxy passes on requests from anywhere.
    pub local: bool,
}

impl ClientAddress {
    /// Reads `X-Forwarded-For` from its end, as long as whoever added an entry is trusted.
    #[must_use]
    pub fn find(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let peer = peer.to_canonical();
        let lines: Vec<&str> =
            headers.get_all(X_FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
        if !trusted.contains(peer) {
            let passed_on =
                headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED);
            return Self { ip: peer, local: peer.is_loopback() && !passed_on };
        }
        let mut ip = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = parse(entry.trim()) else { break };
            ip = address;
            if !trusted.contains(address) {
                break;
            }
        }
        Self { ip, local: ip.is_loopback() }
    }
}

/// An address, with or without a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.parse().ok();
    let with_port = || entry.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    bare.or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &[&str], trusted: &str) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, line.parse().unwrap());
        }
        let trusted = trusted.parse().unwrap();
        let address = ClientAddress::find(peer.parse().unwrap(), &headers, &trusted);
        (address.ip.to_string(), address.local)
    }

    #[test]
    fn whoever_is_not_trusted_speaks_for_nobody_else() {
        assert_eq!(found("192.0.2.1", &["127.0.0.1"], ""), ("192.0.2.1".to_owned(), false));
    }

    #[test]
    fn a_trusted_proxy_names_the_client_and_the_client_can_not_name_another() {
        let proxies = "10.0.0.0/8";
        let spoofed = ["127.0.0.1, 198.51.100.7, 10.0.0.2"];
        assert_eq!(found("10.0.0.1", &spoofed, proxies).0, "198.51.100.7");
        assert_eq!(found("10.0.0.1", &["1.1.1.1", "198.51.100.7:4711"], proxies).0, "198.51.100.7");
        assert_eq!(found("10.0.0.1", &["198.51.100.7, nonsense"], proxies).0, "10.0.0.1");
    }

    #[test]
    fn a_proxy_on_this_machine_that_nobody_mentioned_makes_nothing_local() {
        assert!(found("127.0.0.1", &[], "").1);
        assert!(!found("127.0.0.1", &["198.51.100.7"], "").1);
        assert!(!found("127.0.0.1", &["198.51.100.7"], "127.0.0.1").1);
        assert!(found("::ffff:127.0.0.1", &[], "").1);
    }
}
