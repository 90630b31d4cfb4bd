//! The shapes of tickets and messages.

use utoipa::ToSchema;

/// Whether a conversation goes on.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum TicketStatus {
    /// It goes on.
    Open,
    /// It was closed.
    Resolved,
}

/// How long a customer has waited for an answer.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum WaitBucket {
    /// Less than an hour.
    UnderHour,
    /// From an hour to a day.
    UnderDay,
    /// From one day to two.
    UnderTwoDays,
    /// Two days or more.
    Longer,
}

/// How far a message came.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Written by the customer.
    Received,
    /// Stored, not yet handed to the channel.
    Queued,
    /// The channel has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// The channel gave up on it.
    Failed,
}

/// A conversation.
#[derive(ToSchema)]
pub struct Ticket {
    /// Its id.
    pub id: i64,
    /// Its number, as people read it.
    pub ticket_number: String,
    /// Whether it goes on.
    pub status: TicketStatus,
    /// Its ward; `null` until the customer is placed.
    #[schema(required)]
    pub ward_id: Option<i64>,
    /// The ward's name.
    #[schema(required)]
    pub ward_name: Option<String>,
    /// Whose it is.
    pub customer: TicketCustomer,
    /// The member of staff it is assigned to.
    #[schema(required)]
    pub assigned_to: Option<i64>,
    /// How many messages of the customer I have not read.
    #[schema(required)]
    pub unread: Option<i64>,
    /// Its newest message.
    #[schema(required)]
    pub last_message_id: Option<i64>,
    /// When its newest message was stored.
    #[schema(format = DateTime)]
    pub last_message_at: String,
    /// Which side wrote its newest message: 1 customer, 2 staff, 3 AI.
    #[schema(required)]
    pub last_from: Option<i64>,
    /// The first words of its newest message.
    pub excerpt: String,
    /// When the oldest message that nobody answered was stored.
    #[schema(required, format = DateTime)]
    pub waiting_since: Option<String>,
    /// When it began.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was closed.
    #[schema(required, format = DateTime)]
    pub resolved_at: Option<String>,
    /// Who closed it, by name.
    #[schema(required)]
    pub resolved_by: Option<String>,
    /// Grows with every change.
    pub version: i64,
}

/// The customer as a ticket shows them.
#[derive(ToSchema)]
pub struct TicketCustomer {
    /// Their id.
    pub id: i64,
    /// First and last name.
    pub full_name: String,
    /// In international form.
    pub phone_number: String,
}

/// A message of a ticket.
#[derive(ToSchema)]
pub struct Message {
    /// Its id.
    pub id: i64,
    /// The conversation.
    pub ticket_id: i64,
    /// The text.
    pub body: String,
    /// 1 customer, 2 staff, 3 AI.
    pub from_source: i64,
    /// The member of staff who wrote it.
    #[schema(required)]
    pub user_id: Option<i64>,
    /// The customer, when they wrote it.
    #[schema(required)]
    pub customer_id: Option<i64>,
    /// Who wrote it, by name.
    pub sender_name: String,
    /// The author's own id for it.
    #[schema(required)]
    pub client_id: Option<String>,
    /// How far it came.
    pub delivery_status: DeliveryStatus,
    /// A picture or recording.
    #[schema(required)]
    pub media_url: Option<String>,
    /// `text`, or the media type of the attachment.
    pub media_type: String,
    /// When it was stored.
    #[schema(format = DateTime)]
    pub ts: String,
}

/// A reply.
#[derive(ToSchema)]
pub struct ReplyDraft {
    /// The text, up to 4,096 characters.
    pub body: String,
    /// My own id for it, chosen at random; the same again is the same message.
    pub client_id: String,
    /// The newest message I had seen.
    pub base_message_id: Option<i64>,
    /// Send even when somebody answered meanwhile.
    pub force: Option<bool>,
}

/// A message as the gateway posts it.
#[derive(ToSchema)]
#[expect(non_snake_case, reason = "the gateway's names")]
pub struct WhatsAppMessage {
    /// The number it came from, with or without `whatsapp:`.
    pub From: String,
    /// The text.
    pub Body: Option<String>,
    /// The gateway's id; the same twice is one message.
    pub MessageSid: String,
    /// What the sender calls themselves.
    pub ProfileName: Option<String>,
    /// How many pictures or recordings.
    pub NumMedia: Option<u32>,
    /// The first of up to ten, the others as `MediaUrl1` and so on. The first that has a web address is
    /// kept; the text is taken in whatever the pictures are.
    pub MediaUrl0: Option<String>,
    /// Its media type.
    pub MediaContentType0: Option<String>,
}
