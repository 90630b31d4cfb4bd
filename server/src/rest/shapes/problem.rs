//! The shape of a refusal.

use crate::rest::shapes::Message;
use utoipa::ToSchema;

/// Why something was refused (RFC 9457).
#[derive(ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells the kinds apart.
    pub r#type: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for people.
    pub detail: String,
    /// What happened, as a stable word.
    pub code: String,
    /// The request, as the server's log calls it.
    pub request_id: String,
    /// With `invalid` and `taken`: the field at fault.
    pub field: Option<String>,
    /// With `not_found`: what was looked for.
    pub what: Option<String>,
    /// With `too_large`: the limit in bytes.
    pub limit: Option<u32>,
    /// Whole seconds to wait.
    pub retry_after: Option<u32>,
    /// With `answered_meanwhile`: what was written since, oldest first.
    pub messages: Option<Vec<Message>>,
}
