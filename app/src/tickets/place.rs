//! Where the reader is: what is listed, which ticket is open, what stands beside it.

use super::filters;
use domain::id::TicketId;
use domain::tickets::TicketFilter;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// Where the reader is. Get it with [`use_place`].
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// What the list shows, as the address says it.
    pub(super) filter: Memo<TicketFilter>,
    /// The ticket that the address opens.
    pub(super) ticket: Memo<Option<TicketId>>,
    /// Whether the context pane is shown where it floats.
    pub(super) details: RwSignal<bool>,
    /// Whether the sheet of keys is shown.
    pub(super) sheet: RwSignal<bool>,
    /// Whether the next conversation takes the focus: it was opened by a key.
    pub(super) by_key: StoredValue<bool>,
}

/// Makes the place known to everything below.
pub(super) fn provide_place() -> Place {
    let (query, location) = (use_query_map(), use_location());
    let place = Place {
        filter: Memo::new(move |_| query.with(filters::of_query)),
        ticket: Memo::new(move |_| location.pathname.with(|path| filters::ticket_of(path))),
        details: RwSignal::new(false),
        sheet: RwSignal::new(false),
        by_key: StoredValue::new(false),
    };
    provide_context(place);
    place
}

/// Where the reader is.
pub(super) fn use_place() -> Place {
    expect_context()
}

impl Place {
    /// The address of the inbox as it is now, with this ticket open.
    pub(super) fn address(self, ticket: Option<TicketId>) -> String {
        self.filter.with(|filter| filters::address(filter, ticket))
    }
}
