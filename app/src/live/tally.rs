//! Whether the number of durable events that arrived on this connection agrees with the server's.

/// The count since the server last said `ready`, where both sides begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    received: i64,
}

impl Tally {
    /// A durable event arrived, new or not.
    pub const fn count(&mut self) {
        self.received += 1;
    }

    /// Whether everything the server `sent` since then has arrived.
    #[must_use]
    pub const fn agrees(self, sent: i64) -> bool {
        self.received == sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_event_is_noticed() {
        let mut tally = Tally::default();
        tally.count();
        tally.count();
        assert!(tally.agrees(2));
        assert!(!tally.agrees(3));
    }
}
