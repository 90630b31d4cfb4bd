//! What the page may claim about itself: the state behind the truth strip.

use domain::time::Timestamp;

/// How complete the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// The first connection is being made. The page shows what the server rendered.
    Connecting,
    /// Connected; what was missed is arriving.
    CatchingUp,
    /// Everything up to this moment of the server's clock is on the page.
    Live {
        /// That moment.
        complete_to: Timestamp,
    },
    /// The connection broke; a new one is being made. The page shows what was known.
    Reconnecting {
        /// When it broke.
        since: Timestamp,
    },
    /// The browser has no network. The page shows what was known.
    Offline {
        /// Since when.
        since: Timestamp,
    },
}

/// What happened to the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It was made.
    Connected,
    /// Events are missing and were asked for.
    Behind,
    /// Everything up to now has arrived.
    Complete,
    /// It broke or could not be made.
    Lost,
    /// The browser has no network.
    NetworkGone,
}

impl Truth {
    /// The state after a turn at `now`, by the server's clock.
    #[must_use]
    pub fn after(self, turn: Turn, now: Timestamp) -> Self {
        match (turn, self) {
            (Turn::Connected | Turn::Behind, _) => Self::CatchingUp,
            (Turn::Complete, Self::Live { complete_to }) => {
                Self::Live { complete_to: complete_to.max(now) }
            }
            (Turn::Complete, _) => Self::Live { complete_to: now },
            (Turn::Lost, Self::Offline { since } | Self::Reconnecting { since }) => {
                Self::Reconnecting { since }
            }
            (Turn::Lost, Self::Connecting) => Self::Connecting,
            (Turn::Lost, Self::CatchingUp | Self::Live { .. }) => Self::Reconnecting { since: now },
            (Turn::NetworkGone, Self::Offline { since } | Self::Reconnecting { since }) => {
                Self::Offline { since }
            }
            (Turn::NetworkGone, _) => Self::Offline { since: now },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn the_page_is_live_only_after_it_has_caught_up() {
        let truth = Truth::Connecting.after(Turn::Connected, at(1));
        assert_eq!(truth, Truth::CatchingUp);
        assert_eq!(truth.after(Turn::Complete, at(2)), Truth::Live { complete_to: at(2) });
    }

    #[test]
    fn what_was_claimed_is_never_taken_back_while_the_page_is_live() {
        let live = Truth::Live { complete_to: at(9) };
        assert_eq!(live.after(Turn::Complete, at(5)), live);
    }

    #[test]
    fn the_moment_of_the_loss_stays_through_all_tries() {
        let lost = Truth::Live { complete_to: at(5) }.after(Turn::Lost, at(6));
        assert_eq!(lost, Truth::Reconnecting { since: at(6) });
        assert_eq!(lost.after(Turn::Lost, at(9)), Truth::Reconnecting { since: at(6) });
        let offline = lost.after(Turn::NetworkGone, at(12));
        assert_eq!(offline, Truth::Offline { since: at(6) });
        assert_eq!(offline.after(Turn::Lost, at(20)), Truth::Reconnecting { since: at(6) });
    }

    #[test]
    fn a_page_that_never_was_connected_does_not_claim_a_loss() {
        assert_eq!(Truth::Connecting.after(Turn::Lost, at(1)), Truth::Connecting);
    }
}
