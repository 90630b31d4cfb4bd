//! The payloads of events: what clients get besides a position.

use crate::id::{AreaId, CustomerId, MessageId, SessionId, TicketId, UserId};
use crate::session::EndReason;
use crate::staff::Role;
use crate::tickets::{DeliveryStatus, Source};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Payload of `message_received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReceived {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The message.
    pub message_id: MessageId,
    /// The author's own id for it, when they gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_id: Option<String>,
    /// The customer's number.
    pub phone_number: String,
    /// The text.
    pub body: String,
    /// 1 customer, 2 staff, 3 AI.
    pub from_source: Source,
    /// When it was stored.
    pub ts: Timestamp,
    /// The ticket's number, as people read it.
    pub ticket_number: String,
    /// Who wrote it, by name.
    pub sender_name: String,
    /// The member of staff, when staff wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<UserId>,
    /// The customer, when the customer wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_id: Option<CustomerId>,
    /// The ticket's ward; `null` until the customer is placed.
    pub ward_id: Option<AreaId>,
    /// A picture or recording, when there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub media_url: Option<String>,
    /// `text`, or the media type of the attachment.
    pub media_type: String,
    /// The state of delivery at the time of storing.
    pub delivery_status: DeliveryStatus,
    /// The ticket's version after this message.
    pub ticket_version: i64,
}

/// Payload of `message_updated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageUpdated {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The message.
    pub message_id: MessageId,
    /// How far it came.
    pub delivery_status: DeliveryStatus,
    /// When the channel said so.
    pub ts: Timestamp,
    /// The ticket's ward.
    pub ward_id: Option<AreaId>,
}

/// Payload of `ticket_moved_away`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketMovedAway {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The ward it left; `null` when it had none.
    pub ward_id: Option<AreaId>,
    /// The ward it is in now.
    pub to_ward_id: Option<AreaId>,
    /// The ticket's version after the move.
    pub version: i64,
}

/// Payload of `ticket_resolved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketResolved {
    /// The conversation.
    pub ticket_id: TicketId,
    /// When.
    pub resolved_at: Timestamp,
    /// Who, by name.
    pub resolved_by: String,
    /// Who, by id.
    pub resolved_by_id: UserId,
    /// The ticket's ward.
    pub ward_id: Option<AreaId>,
    /// The ticket's version after this.
    pub version: i64,
}

/// Payload of `ticket_read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRead {
    /// The conversation.
    pub ticket_id: TicketId,
    /// Everything up to this message was read.
    pub last_read_message_id: MessageId,
    /// Whose reading it is.
    pub user_id: UserId,
}

/// Payload of `access_granted` and `access_revoked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChanged {
    /// Whose access.
    pub user_id: UserId,
    /// The area that was assigned or taken away.
    pub area_id: AreaId,
    /// The wards that this adds or takes, beyond what other assignments still cover.
    pub ward_ids: Vec<AreaId>,
}

/// Payload of `claims_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsChanged {
    /// Whose claims.
    pub user_id: UserId,
    /// The version that tokens must carry from now on.
    pub claims_version: i64,
    /// The role from now on.
    pub role: Role,
    /// Whether the account is deactivated.
    pub disabled: bool,
}

/// Payload of `session_ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnded {
    /// Whose session.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
    /// The code its tokens are refused with from now on.
    pub code: EndReason,
}
