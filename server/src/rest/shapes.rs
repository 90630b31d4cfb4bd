//! The shapes of `domain`'s types for the OpenAPI document. `domain` knows no OpenAPI, so they are
//! written down once more here; the tests compare every answer of the server with them.

mod people;
mod problem;
mod session;
mod tickets;

pub use people::{
    Acceptance, Area, AreaDetail, AreaLevel, Customer, CustomerChange, Duties, Locale, NewMember,
    Profile, ProfileChange, Role,
};
pub use problem::Problem;
pub use session::{
    ClientKind, Device, SecurityActor, SecurityEvent, SecurityKind, SessionFacts, SignIn,
};
pub use tickets::{
    DeliveryStatus, Message, ReplyDraft, Ticket, TicketCustomer, TicketStatus, WaitBucket,
    WhatsAppMessage,
};

use utoipa::ToSchema;

/// One page of a list.
#[derive(ToSchema)]
pub struct Page<T: ToSchema> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next page for the same parameter; `null` at the end.
    #[schema(required)]
    pub next: Option<String>,
}

/// Whole seconds, to the nearest: a token's end is a whole second, the moment of asking is not.
pub(super) fn whole_seconds(span: std::time::Duration) -> u64 {
    span.saturating_add(std::time::Duration::from_millis(500)).as_secs()
}
