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
