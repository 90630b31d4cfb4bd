//! The moment that waiting times are counted to. It comes from the server with the page, so that the
//! server and the browser render the same, and moves only once the page is the browser's.

use crate::session::driver;
use domain::time::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// How often it moves.
const TICK: Duration = Duration::from_secs(20);

/// The clock of the page.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<Timestamp>);

/// Makes the clock known to everything below.
pub fn provide() -> Clock {
    let clock = Clock(RwSignal::new(Timestamp::from_millis(0)));
    provide_context(clock);
    Effect::new(move |_| {
        clock.tick();
        set_interval(move || clock.tick(), TICK);
    });
    clock
}

/// The moment that waiting times are counted to, by the server's clock.
pub fn use_now() -> Signal<Timestamp> {
    expect_context::<Clock>().0.into()
}

impl Clock {
    /// The server's moment in a page that arrived.
    pub(super) fn at_least(self, now: Timestamp) {
        if self.get_untracked() < now {
            self.0.set(now);
        }
    }

    #[cfg(test)]
    pub(super) fn standing(now: Timestamp) -> Self {
        Self(RwSignal::new(now))
    }

    pub(super) fn get_untracked(self) -> Timestamp {
        self.0.get_untracked()
    }

    fn tick(self) {
        if self.get_untracked().millis() > 0 {
            self.at_least(driver::server_now());
        }
    }
}
