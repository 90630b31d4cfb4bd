//! How long what is on the screen may stand for what was asked for.

use crate::browser::{self, Timer};
use leptos::prelude::*;
use std::time::Duration;

/// A wait that shows itself only once it has become long.
#[derive(Clone, Copy)]
pub struct Patience {
    over: RwSignal<bool>,
    timer: StoredValue<Option<Timer>>,
    span: Duration,
}

impl Patience {
    /// Nothing is waited for yet; a wait is long after `span`.
    #[must_use]
    pub fn new(span: Duration) -> Self {
        Self { over: RwSignal::new(false), timer: StoredValue::new(None), span }
    }

    /// A wait begins. In the browser only.
    pub fn begin(self) {
        let over = self.over;
        let late = move || {
            // The view may be gone by then.
            over.try_set(true);
        };
        self.timer.set_value(browser::after(self.span, late));
    }

    /// What was waited for is there.
    pub fn end(self) {
        self.timer.set_value(None);
        self.over.set(false);
    }

    /// Whether the wait has become long.
    #[must_use]
    pub fn is_over(self) -> bool {
        self.over.get()
    }
}
