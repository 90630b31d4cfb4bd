//! Addresses: the site's origin, and the proxies in front of it.

use domain::session::cookie::CookieStyle;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The origin that browsers use: scheme, host and, unless it is the scheme's own, port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    secure: bool,
}

impl PublicUrl {
    /// As browsers write it into `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is https.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// How cookies are named and marked there.
    #[must_use]
    pub const fn cookies(&self) -> CookieStyle {
        CookieStyle { secure: self.secure }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || {
            "give the scheme and host that browsers use, without a path, like \
             https://wardline.example.org"
                .to_owned()
        };
        let lower = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let (scheme, authority) = lower.split_once("://").ok_or_else(fault)?;
        let (secure, own_port) = match scheme {
            "https" => (true, ":443"),
            "http" => (false, ":80"),
            _ => return Err(fault()),
        };
        let host = authority.strip_suffix(own_port).unwrap_or(authority);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        if host.is_empty() || !host.bytes().all(allowed) {
            return Err(fault());
        }
        Ok(Self { origin: format!("{scheme}://{host}"), secure })
    }
}

/// The proxies whose word about the client's address counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Block>);

impl TrustedProxies {
    /// Whether `address` is one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// A block of addresses: `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    base: IpAddr,
    bits: u8,
}

impl Block {
    /// Whether `address` lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(one)) => {
                let mask = mask(self.bits, 32);
                u128::from(base.to_bits()) & mask == u128::from(one.to_bits()) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(one)) => {
                let mask = mask(self.bits, 128);
                base.to_bits() & mask == one.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The upper `bits` of a number of `width` bits.
fn mask(bits: u8, width: u8) -> u128 {
    let low = u32::from(width.saturating_sub(bits));
    u128::MAX.checked_shl(low).unwrap_or(0)
}

impl FromStr for Block {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault =
            || format!("`{text}` is not an address like 10.0.0.7 or a block like 10.0.0.0/8");
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits.parse::<u8>().map_err(|_| fault())?)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| fault())?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return Err(fault());
        }
        Ok(Self { base, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let url = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin);
        assert_eq!(url("https://Wardline.example.org/").unwrap(), "https://wardline.example.org");
        assert_eq!(url("https://a.example:443").unwrap(), "https://a.example");
        assert_eq!(url("http://127.0.0.1:3000").unwrap(), "http://127.0.0.1:3000");
        for wrong in ["wardline.example", "ftp://a", "https://", "https://a/b", "https://u@a"] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_block_holds_the_addresses_that_share_its_upper_bits() {
        let proxies: TrustedProxies = "10.0.0.0/8, 192.0.2.7 2001:db8::/32".parse().unwrap();
        for inside in ["10.255.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8:1::1"] {
            assert!(proxies.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "2001:db9::1"] {
            assert!(!proxies.contains(outside.parse().unwrap()), "{outside}");
        }
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
        assert!("0.0.0.0/0".parse::<Block>().unwrap().contains("8.8.8.8".parse().unwrap()));
    }
}
