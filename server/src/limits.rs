//! How often somebody may try to sign in: a sliding window per account and per address.
//!
//! The moments themselves are kept, not a count per fixed interval, so the promise holds at every
//! moment and "try again in n seconds" is exact. Memory is bounded twice: attempts per window by the
//! limit, windows by `WINDOWS_MAX`.

use crate::config::LoginLimit;
use domain::refusal::Refusal;
use domain::session::SignInLimits;
use domain::time::{Clock, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The most accounts, and the most addresses, whose attempts are remembered at a time. Beyond that
/// the one that was quiet for longest is forgotten.
const WINDOWS_MAX: usize = 10_000;

/// The limits of one node.
pub struct Limits {
    limit: Option<LoginLimit>,
    clock: Arc<dyn Clock>,
    windows: Mutex<Windows>,
}

#[derive(Default)]
struct Windows {
    accounts: HashMap<String, VecDeque<Timestamp>>,
    addresses: HashMap<IpAddr, VecDeque<Timestamp>>,
}

impl Limits {
    /// Limits that go by `limit`; none at all for `None`.
    #[must_use]
    pub fn new(limit: Option<LoginLimit>, clock: Arc<dyn Clock>) -> Self {
        Self { limit, clock, windows: Mutex::default() }
    }
}

impl SignInLimits for Limits {
    fn attempt(&self, email: &str, address: Option<IpAddr>) -> Result<(), Refusal> {
        let Some(limit) = self.limit else { return Ok(()) };
        let now = self.clock.now();
        let account = email.to_owned();
        let address = address.map(network);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        // Both are asked before either counts the attempt: a refused one must not use up the other.
        let waits = [
            wait(&mut windows.accounts, &account, limit, now),
            address.and_then(|address| wait(&mut windows.addresses, &address, limit, now)),
        ];
        if let Some(retry_after) = waits.into_iter().flatten().max() {
            return Err(Refusal::RateLimited { retry_after });
        }
        count(&mut windows.accounts, account, limit, now);
        if let Some(address) = address {
            count(&mut windows.addresses, address, limit, now);
        }
        Ok(())
    }
}

/// What counts as one address: for IPv6 the /64, which is what one subscriber has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Whole seconds until `key` may try again, when it may not now.
fn wait<K: Eq + Hash>(
    windows: &mut HashMap<K, VecDeque<Timestamp>>,
    key: &K,
    limit: LoginLimit,
    now: Timestamp,
) -> Option<u32> {
    let window = windows.get_mut(key)?;
    window.retain(|at| at.plus(limit.within) > now);
    let oldest = window.front().copied()?;
    if window.len() < usize::from(limit.attempts) {
        return None;
    }
    let left = oldest.plus(limit.within).since(now).as_millis().div_ceil(1000);
    Some(u32::try_from(left).unwrap_or(u32::MAX).max(1))
}

fn count<K: Eq + Hash + Clone>(
    windows: &mut HashMap<K, VecDeque<Timestamp>>,
    key: K,
    limit: LoginLimit,
    now: Timestamp,
) {
    if windows.len() >= WINDOWS_MAX && !windows.contains_key(&key) {
        make_room(windows, limit, now);
    }
    windows.entry(key).or_default().push_back(now);
}

/// Forgets what is over; when nothing is, the window that was quiet for longest.
fn make_room<K: Eq + Hash + Clone>(
    windows: &mut HashMap<K, VecDeque<Timestamp>>,
    limit: LoginLimit,
    now: Timestamp,
) {
    windows.retain(|_, window| window.back().is_some_and(|at| at.plus(limit.within) > now));
    if windows.len() < WINDOWS_MAX {
        return;
    }
    let quietest = windows.iter().min_by_key(|(_, window)| window.back().copied());
    if let Some(key) = quietest.map(|(key, _)| key.clone()) {
        windows.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    fn limits(attempts: u16) -> (Arc<Hand>, Limits) {
        let clock = Arc::new(Hand::default());
        let limit = LoginLimit { attempts, within: Duration::from_secs(60) };
        (clock.clone(), Limits::new(Some(limit), clock))
    }

    fn from(address: &str) -> Option<IpAddr> {
        address.parse().ok()
    }

    #[test]
    fn the_wait_that_is_told_is_exactly_long_enough() {
        let (clock, limits) = limits(2);
        for at in [0, 10_500] {
            clock.0.store(at, Ordering::Relaxed);
            limits.attempt("a", None).unwrap();
        }
        clock.0.store(20_000, Ordering::Relaxed);
        assert_eq!(limits.attempt("a", None), Err(Refusal::RateLimited { retry_after: 40 }));
        clock.0.store(59_999, Ordering::Relaxed);
        assert_eq!(limits.attempt("a", None), Err(Refusal::RateLimited { retry_after: 1 }));
        clock.0.store(60_000, Ordering::Relaxed);
        limits.attempt("a", None).unwrap();
        assert_eq!(limits.attempt("a", None), Err(Refusal::RateLimited { retry_after: 11 }));
    }

    #[test]
    fn one_address_with_many_accounts_is_stopped_and_others_are_not() {
        let (_, limits) = limits(2);
        limits.attempt("a", from("192.0.2.1")).unwrap();
        limits.attempt("b", from("192.0.2.1")).unwrap();
        assert!(limits.attempt("c", from("192.0.2.1")).is_err());
        limits.attempt("c", from("192.0.2.2")).unwrap();
    }

    #[test]
    fn a_refused_attempt_counts_nowhere() {
        let (_, limits) = limits(1);
        limits.attempt("a", from("192.0.2.1")).unwrap();
        assert!(limits.attempt("a", from("192.0.2.2")).is_err());
        limits.attempt("b", from("192.0.2.2")).unwrap();
    }

    #[test]
    fn the_addresses_of_one_ipv6_subscriber_are_one() {
        let (_, limits) = limits(1);
        limits.attempt("a", from("2001:db8::1")).unwrap();
        assert!(limits.attempt("b", from("2001:db8::ffff:2")).is_err());
        limits.attempt("b", from("2001:db8:0:1::1")).unwrap();
    }

    #[test]
    fn memory_is_bounded_and_the_quietest_is_forgotten_first() {
        let (clock, limits) = limits(1);
        for n in 0..WINDOWS_MAX {
            clock.0.store(i64::try_from(n).unwrap(), Ordering::Relaxed);
            limits.attempt(&n.to_string(), None).unwrap();
        }
        limits.attempt("one more", None).unwrap();
        assert_eq!(limits.windows.lock().unwrap().accounts.len(), WINDOWS_MAX);
        limits.attempt("0", None).unwrap();
        assert!(limits.attempt("one more", None).is_err());
    }

    #[test]
    fn without_a_limit_nobody_is_stopped() {
        let limits = Limits::new(None, Arc::new(Hand::default()));
        for _ in 0..100 {
            limits.attempt("a", None).unwrap();
        }
    }
}
