//! Server functions of one's own devices. What ends one works without JavaScript too.

use crate::client::KeptClient;
use crate::error::Problem;
use domain::id::SessionId;
use domain::page::Page;
use domain::session::{Device, SecurityEvent};
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// One's own devices, and the newest of what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSecurity {
    /// The server's clock.
    pub now: Timestamp,
    /// The devices, newest first.
    pub devices: Vec<Device>,
    /// What happened, newest first.
    pub events: Page<SecurityEvent>,
}

/// The devices of the signed-in person, and what happened to their sessions and rights.
#[server(prefix = "/fn", endpoint = "me/security", input = Json, client = KeptClient)]
pub async fn security() -> Result<OwnSecurity, Problem> {
    use crate::ssr;
    use domain::session::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    let now = desk.clock.now();
    let devices = ssr::answer(service::devices(&desk, &caller).await)?;
    let events = service::security_events_of(&desk, &caller, None, None).await;
    Ok(OwnSecurity { now, devices, events: ssr::answer(events)? })
}

/// Ends one of the person's devices. The one that asks is signed out as by the button for that.
#[server(prefix = "/fn", endpoint = "me/end-device", client = KeptClient)]
pub async fn end_device(
    /// The device's session.
    id: SessionId,
) -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::session::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::end_device(&desk, &caller, id).await)?;
    if id == caller.session {
        ssr::drop_tokens(&ssr::host());
        leptos_axum::redirect(next::SIGN_IN);
    }
    Ok(())
}

/// Ends all of the person's devices but the one that asks. Answers how many ended.
#[server(prefix = "/fn", endpoint = "me/end-others", client = KeptClient)]
pub async fn end_others() -> Result<u64, Problem> {
    use crate::ssr;
    use domain::session::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::end_other_devices(&desk, &caller).await)
}

/// Ends all of the person's devices, and goes to the sign-in page.
#[server(prefix = "/fn", endpoint = "me/sign-out-everywhere", client = KeptClient)]
pub async fn sign_out_everywhere() -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::session::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::sign_out(&desk, &caller, true).await)?;
    ssr::drop_tokens(&ssr::host());
    leptos_axum::redirect(next::SIGN_IN);
    Ok(())
}
