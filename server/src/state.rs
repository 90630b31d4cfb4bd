//! What every handler can ask for.

use crate::config::{PublicUrl, Secret, TrustedProxies};
use crate::health::Health;
use app::ssr::Host;
use axum::extract::FromRef;
use domain::desk::Desk;
use leptos::config::LeptosOptions;
use std::sync::Arc;

/// The state of the router.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The ports and settings of the use cases.
    pub desk: Desk,
    /// Where the site's files lie.
    pub leptos: LeptosOptions,
    /// What the host knows of its place in the network.
    pub site: Arc<Site>,
    /// Whether this node may be sent requests.
    pub health: Arc<Health>,
}

/// The server's place in the network.
#[derive(Debug)]
pub struct Site {
    /// The origin that browsers use.
    pub public_url: PublicUrl,
    /// Whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// What the WhatsApp channel signs with.
    pub twilio_token: Option<Secret>,
    /// Whether the names of the site's files change with their content.
    pub hashed_files: bool,
    /// The port on which a development server tells pages to reload, when there is one.
    pub reload_port: Option<u32>,
}

impl AppState {
    /// What pages and server functions are handed.
    #[must_use]
    pub fn host(&self) -> Host {
        Host { desk: self.desk.clone(), cookies: self.site.public_url.cookies() }
    }
}
