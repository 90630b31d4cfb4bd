//! Margins, pauses and the difference between two clocks.

use crate::time::Timestamp;
use std::time::Duration;

/// How long a tab waits for the lock before it goes on without: the server converges anyway, and a frozen
/// tab may hold it for hours.
pub const LOCK_PATIENCE: Duration = Duration::from_secs(3);
/// How long one request of a refresh may take. A repeat at once then still falls into the server's
/// reuse interval of 10 s.
pub const REFRESH_PATIENCE: Duration = Duration::from_secs(4);
/// From when on before its end a session is warned about.
pub const WARN_BEFORE: Duration = Duration::from_secs(300);
/// How often a page in front asks the server about the session.
pub const HEARTBEAT: Duration = Duration::from_secs(300);
/// Wake-ups within this span are one.
pub const DEBOUNCE: Duration = Duration::from_secs(5);

/// A token's end is told in whole seconds, rounded down; the rest is the error of the skew.
pub(super) const TOKEN_TICK: Duration = Duration::from_secs(2);
/// Less than this left counts as expired.
const BUFFER: Duration = Duration::from_secs(30);
/// Less than this left and a refresh starts while the token still serves.
const BACKGROUND: Duration = Duration::from_secs(300);
/// Tokens that live shorter than this are not renewed ahead: that would only double the requests.
const SHORT_LIFE: Duration = Duration::from_secs(60);
/// The base of the back-off.
const PAUSE_MIN: Duration = Duration::from_secs(2);
/// Its cap.
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// How much of a token's life counts as over, so that no call arrives with an expired one.
#[must_use]
pub fn buffer(life: Duration) -> Duration {
    BUFFER.min(life / 20)
}

/// How much is left when it is renewed in the background: never more than half of its life, or each
/// refresh would lead to the next.
#[must_use]
pub fn background(life: Duration) -> Duration {
    if life < SHORT_LIFE { buffer(life) } else { BACKGROUND.min(life / 2) }
}

/// How long to wait after `tries` requests without an answer that counts, the first repeat aside:
/// that one comes at once.
///
/// Exponential with full jitter (Brooker, "Exponential Backoff And Jitter", 2015), and never shorter
/// than the server asks for. `chance` is in `0.0 .. 1.0`.
#[must_use]
pub fn pause(tries: u32, asked: Option<Duration>, chance: f64) -> Duration {
    let asked = asked.unwrap_or_default().min(PAUSE_MAX);
    if tries <= 1 {
        return asked;
    }
    let span = PAUSE_MIN.saturating_mul(1 << (tries - 2).min(16)).min(PAUSE_MAX);
    // What the server asks for is spread as well: everybody was told the same.
    asked + span.mul_f64(chance.clamp(0.05, 1.0))
}

/// The next heartbeat: a tenth earlier or later, so that tabs and people spread.
#[must_use]
pub fn heartbeat(chance: f64) -> Duration {
    HEARTBEAT.mul_f64(0.9 + 0.2 * chance.clamp(0.0, 1.0))
}

/// How far the device's clock is from the server's: `server = device + skew`, in milliseconds. An
/// answer took its time, so the middle between sending and receiving is compared.
#[must_use]
pub fn skew_ms(server_time: Timestamp, sent: Timestamp, received: Timestamp) -> i64 {
    let middle = sent.millis() + (received.millis() - sent.millis()) / 2;
    server_time.millis().saturating_sub(middle)
}

/// A moment of the server's clock on the device's.
#[must_use]
pub const fn on_device(at: Timestamp, skew_ms: i64) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_sub(skew_ms))
}

/// A moment of the device's clock on the server's.
#[must_use]
pub const fn on_server(at: Timestamp, skew_ms: i64) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_add(skew_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_never_more_than_half_of_the_life() {
        for seconds in [1, 5, 30, 60, 90, 600, 900, 86_400] {
            let life = Duration::from_secs(seconds);
            assert!(buffer(life) <= background(life));
            assert!(background(life) <= life / 2, "{seconds} s");
        }
        assert_eq!(background(Duration::from_secs(900)), Duration::from_secs(300));
        assert_eq!(buffer(Duration::from_secs(900)), Duration::from_secs(30));
    }

    #[test]
    fn the_first_repeat_comes_at_once_and_the_pauses_grow_to_five_minutes() {
        assert_eq!(pause(1, None, 0.9), Duration::ZERO);
        let longest: Vec<_> = (2..12).map(|tries| pause(tries, None, 1.0).as_secs()).collect();
        assert_eq!(longest, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert!(pause(5, None, 0.5) < pause(5, None, 1.0));
        assert!(pause(u32::MAX, None, 0.0) > Duration::ZERO);
    }

    #[test]
    fn a_pause_is_never_shorter_than_the_server_asks() {
        let asked = Some(Duration::from_secs(30));
        assert_eq!(pause(1, asked, 0.0), Duration::from_secs(30));
        assert!(pause(4, asked, 0.0) > Duration::from_secs(30));
        // … and a server that asks for a year does not lock anybody out.
        assert!(pause(1, Some(Duration::from_secs(31_536_000)), 0.0) <= Duration::from_secs(300));
    }

    #[test]
    fn the_skew_compares_the_middle_of_the_request() {
        let (sent, received) = (Timestamp::from_millis(1_000), Timestamp::from_millis(1_200));
        let skew = skew_ms(Timestamp::from_millis(5_100), sent, received);
        assert_eq!(skew, 4_000);
        assert_eq!(on_device(Timestamp::from_millis(9_000), skew), Timestamp::from_millis(5_000));
    }
}
