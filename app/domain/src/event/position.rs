//! Whether a client can go on from its position, the same for sockets and for REST.

use crate::event::Head;
use crate::id::{EventId, LogEpoch};

/// How many missed events are handed out; whoever missed more loads state afresh, which is less work
/// for both sides.
pub const MISSED_MAX: usize = 500;

/// How far back in the log a position may lie, whoever may hear the events since.
const DISTANCE_MAX: i64 = 100_000;

/// Why a client must load state afresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// What it gave is no position.
    Unreadable,
    /// The position belongs to another life of the database.
    EpochChanged,
    /// The log does not reach so far.
    Unknown,
    /// The log begins after it.
    TooOld,
    /// The log has gone on too far since.
    TooFar,
    /// More was missed than is handed out.
    TooMany,
}

impl Reset {
    /// The word that clients get.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable_position",
            Self::EpochChanged => "epoch_changed",
            Self::Unknown => "unknown_position",
            Self::TooOld => "too_old",
            Self::TooFar => "too_far_behind",
            Self::TooMany => "too_many_events",
        }
    }
}

/// Whether the log can be read on from `after`, when it stands at `head` and begins at `oldest`
/// (zero when nothing was ever removed).
pub fn resumable(
    head: Head,
    oldest: EventId,
    epoch: LogEpoch,
    after: EventId,
) -> Result<(), Reset> {
    if after.get() < 0 {
        Err(Reset::Unreadable)
    } else if epoch != head.epoch {
        Err(Reset::EpochChanged)
    } else if after > head.head {
        Err(Reset::Unknown)
    } else if head.head.get() - after.get() > DISTANCE_MAX {
        Err(Reset::TooFar)
    } else if after.get() + 1 < oldest.get() {
        // `after` itself may be gone; what comes after it must not be.
        Err(Reset::TooOld)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const EPOCH: LogEpoch = LogEpoch(Uuid::from_u128(1));
    const HEAD: Head = Head { epoch: EPOCH, head: EventId(200_000) };

    fn from(after: i64, oldest: i64) -> Result<(), Reset> {
        resumable(HEAD, EventId(oldest), EPOCH, EventId(after))
    }

    #[test]
    fn a_position_is_resumable_while_everything_after_it_is_kept() {
        assert_eq!(from(200_000, 0), Ok(()));
        assert_eq!(from(149_999, 150_000), Ok(()));
        assert_eq!(from(149_998, 150_000), Err(Reset::TooOld));
    }

    #[test]
    fn a_position_beyond_the_log_too_far_back_or_of_another_life_is_not() {
        assert_eq!(from(200_001, 0), Err(Reset::Unknown));
        assert_eq!(from(100_000, 0), Ok(()));
        assert_eq!(from(99_999, 0), Err(Reset::TooFar));
        assert_eq!(from(-1, 0), Err(Reset::Unreadable));
        let other = LogEpoch(Uuid::from_u128(2));
        assert_eq!(resumable(HEAD, EventId(0), other, EventId(5)), Err(Reset::EpochChanged));
    }
}
