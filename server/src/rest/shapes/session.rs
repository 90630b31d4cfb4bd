//! The shapes of sessions.

use utoipa::ToSchema;

/// What somebody signs in with.
#[derive(ToSchema)]
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// What the device calls itself.
    pub device_name: Option<String>,
}

/// What a client needs to know of its session.
#[derive(ToSchema)]
pub struct SessionFacts {
    /// The session.
    #[schema(format = "uuid")]
    pub id: String,
    /// Whose it is.
    pub user_id: i64,
    /// Which rotation its tokens belong to.
    pub generation: u32,
    /// The claims version that the access token was made for.
    pub claims_version: i64,
    /// The server's clock at the moment of answering.
    #[schema(format = DateTime)]
    pub server_time: String,
    /// When the access token ends.
    #[schema(format = DateTime)]
    pub access_expires_at: String,
    /// When the session ends unless the person does something.
    #[schema(format = DateTime)]
    pub idle_expires_at: String,
    /// When the session ends in any case.
    #[schema(format = DateTime)]
    pub absolute_expires_at: String,
    /// When the person last proved who they are.
    #[schema(format = DateTime)]
    pub authenticated_at: String,
}

/// How a session's tokens travel.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum ClientKind {
    /// In cookies.
    Web,
    /// In bodies.
    Mobile,
}

/// One of my devices.
#[derive(ToSchema)]
pub struct Device {
    /// Its session.
    #[schema(format = "uuid")]
    pub id: String,
    /// How its tokens travel.
    pub client: ClientKind,
    /// What it calls itself.
    pub device: String,
    /// When it signed in.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its person last did something on it.
    #[schema(format = DateTime)]
    pub last_active_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime)]
    pub absolute_expires_at: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// What happened to somebody's session or rights.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum SecurityKind {
    /// A sign-in.
    SessionOpened,
    /// A session ended.
    SessionEnded,
    /// A used refresh token came back.
    TokenReuse,
    /// An admin decided about role, state or areas.
    RightsChanged,
    /// An admin gave them a link with which to choose a password.
    Invited,
    /// Somebody chose a password with such a link.
    InvitationAccepted,
    /// They have been through the first steps.
    Onboarded,
    /// Something of a newer version.
    Other,
}

/// Who did something.
#[derive(ToSchema)]
pub struct SecurityActor {
    /// Their id.
    pub id: i64,
    /// First and last name.
    pub full_name: String,
}

/// A line of the audit log about me.
#[derive(ToSchema)]
pub struct SecurityEvent {
    /// Its id. Later lines have higher ones.
    pub id: i64,
    /// What happened.
    pub kind: SecurityKind,
    /// What the kind says more: `web` or `mobile` of a sign-in, the code of an end, the role, or
    /// `disabled`.
    pub detail: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The session it happened to.
    #[schema(required, format = "uuid")]
    pub session_id: Option<String>,
    /// What that session's device calls itself, as long as that is kept.
    #[schema(required)]
    pub device: Option<String>,
    /// Who did it; `null` when nobody did.
    #[schema(required)]
    pub actor: Option<SecurityActor>,
}
