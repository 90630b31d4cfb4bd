//! How often somebody may try to sign in, and read the log over HTTP: a sliding window per account,
//! per address, and per person.
//!
//! The moments themselves are kept, not a count per fixed interval, so the promise holds at every
//! moment and "try again in n seconds" is exact. Memory is bounded twice: attempts per window by the
//! limit, windows by `WINDOWS_MAX`.

use crate::config::LoginLimit;
use domain::id::UserId;
use domain::limits::RateLimits;
use domain::refusal::Refusal;
use domain::time::{Clock, Timestamp};
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most accounts, addresses and people, each, whose attempts are remembered at a time. Beyond that
/// the one that was quiet for longest is forgotten.
const WINDOWS_MAX: usize = 10_000;
/// How often one person may read the log over HTTP: far above what a client needs that asks every few
/// seconds on a handful of devices, far below what would be felt by others.
pub const LOG_READS: LoginLimit = LoginLimit { attempts: 300, within: Duration::from_secs(60) };

/// The limits of one node.
pub struct Limits {
    sign_ins: Option<LoginLimit>,
    clock: Arc<dyn Clock>,
    windows: Mutex<Windows>,
}

#[derive(Default)]
struct Windows {
    accounts: HashMap<String, VecDeque<Timestamp>>,
    addresses: HashMap<IpAddr, VecDeque<Timestamp>>,
    people: HashMap<UserId, VecDeque<Timestamp>>,
}

impl Limits {
    /// Sign-ins are limited by `sign_ins`, not at all for `None`; the log by [`LOG_READS`].
    #[must_use]
    pub fn new(sign_ins: Option<LoginLimit>, clock: Arc<dyn Clock>) -> Self {
        Self { sign_ins, clock, windows: Mutex::default() }
    }

    fn windows(&self) -> MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RateLimits for Limits {
    fn sign_in(&self, email: &str, address: Option<IpAddr>) -> Result<(), Refusal> {
        let Some(limit) = self.sign_ins else { return Ok(()) };
        let now = self.clock.now();
        let account = email.to_owned();
        let address = address.map(network);
        let mut windows = self.windows();
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

    fn read_log(&self, user: UserId) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut windows = self.windows();
        if let Some(retry_after) = wait(&mut windows.people, &user, LOG_READS, now) {
            return Err(Refusal::RateLimited { retry_after });
        }
        count(&mut windows.people, user, LOG_READS, now);
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
            limits.sign_in("a", None).unwrap();
        }
        clock.0.store(20_000, Ordering::Relaxed);
        assert_eq!(limits.sign_in("a", None), Err(Refusal::RateLimited { retry_after: 40 }));
        clock.0.store(59_999, Ordering::Relaxed);
        assert_eq!(limits.sign_in("a", None), Err(Refusal::RateLimited { retry_after: 1 }));
        clock.0.store(60_000, Ordering::Relaxed);
        limits.sign_in("a", None).unwrap();
        assert_eq!(limits.sign_in("a", None), Err(Refusal::RateLimited { retry_after: 11 }));
    }

    #[test]
    fn one_address_with_many_accounts_is_stopped_and_others_are_not() {
        let (_, limits) = limits(2);
        limits.sign_in("a", from("192.0.2.1")).unwrap();
        limits.sign_in("b", from("192.0.2.1")).unwrap();
        assert!(limits.sign_in("c", from("192.0.2.1")).is_err());
        limits.sign_in("c", from("192.0.2.2")).unwrap();
    }

    #[test]
    fn a_refused_attempt_counts_nowhere() {
        let (_, limits) = limits(1);
        limits.sign_in("a", from("192.0.2.1")).unwrap();
        assert!(limits.sign_in("a", from("192.0.2.2")).is_err());
        limits.sign_in("b", from("192.0.2.2")).unwrap();
    }

    #[test]
    fn the_addresses_of_one_ipv6_subscriber_are_one() {
        let (_, limits) = limits(1);
        limits.sign_in("a", from("2001:db8::1")).unwrap();
        assert!(limits.sign_in("b", from("2001:db8::ffff:2")).is_err());
        limits.sign_in("b", from("2001:db8:0:1::1")).unwrap();
    }

    #[test]
    fn a_person_reads_the_log_so_often_and_others_are_not_stopped_by_it() {
        let (clock, limits) = limits(1);
        for _ in 0..LOG_READS.attempts {
            limits.read_log(UserId(1)).unwrap();
        }
        assert_eq!(limits.read_log(UserId(1)), Err(Refusal::RateLimited { retry_after: 60 }));
        limits.read_log(UserId(2)).unwrap();
        clock.0.store(60_000, Ordering::Relaxed);
        limits.read_log(UserId(1)).unwrap();
    }

    #[test]
    fn memory_is_bounded_and_the_quietest_is_forgotten_first() {
        let (clock, limits) = limits(1);
        for n in 0..WINDOWS_MAX {
            clock.0.store(i64::try_from(n).unwrap(), Ordering::Relaxed);
            limits.sign_in(&n.to_string(), None).unwrap();
        }
        limits.sign_in("one more", None).unwrap();
        assert_eq!(limits.windows.lock().unwrap().accounts.len(), WINDOWS_MAX);
        limits.sign_in("0", None).unwrap();
        assert!(limits.sign_in("one more", None).is_err());
    }

    #[test]
    fn without_a_limit_nobody_is_stopped() {
        let limits = Limits::new(None, Arc::new(Hand::default()));
        for _ in 0..100 {
            limits.sign_in("a", None).unwrap();
        }
    }
}
