//! Server functions of sessions.
#![cfg_attr(feature = "ssr", expect(clippy::unused_async, reason = "server functions are async"))]

use crate::client::KeptClient;
use crate::error::Problem;
use domain::id::SessionId;
use domain::session::SessionFacts;
use domain::staff::Profile;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Who they are.
    pub profile: Profile,
    /// What their browser may know of the session.
    pub facts: SessionFacts,
    /// Whether this server runs with demo data.
    pub demo: bool,
}

/// Signs somebody in and goes on to `next`, or to the inbox when that is not an address of ours.
#[server(prefix = "/fn", endpoint = "session/sign-in", client = KeptClient)]
pub async fn sign_in(
    /// Their e-mail address.
    email: String,
    /// Their password.
    password: String,
    /// Where to go on.
    next: Option<String>,
) -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::session::{ClientKind, service};
    let (host, visitor) = (ssr::host(), ssr::visitor().await);
    let attempt = service::SignIn { email, password, device_name: ssr::device_name() };
    let entered = service::sign_in(&host.desk, &attempt, ClientKind::Web, visitor.address).await;
    ssr::enter(&host, &ssr::answer(entered)?).await;
    leptos_axum::redirect(next::local(next.as_deref()));
    Ok(())
}

/// Signs the same person in again without leaving the page: after the end of their session, or
/// shortly before it. Whoever it is, their cookies take the place of the former ones, and the session of
/// those ends.
#[server(prefix = "/fn", endpoint = "session/sign-in-here", input = Json, client = KeptClient)]
pub async fn sign_in_here(
    /// Their e-mail address.
    email: String,
    /// Their password.
    password: String,
) -> Result<SessionFacts, Problem> {
    use crate::ssr;
    use domain::session::{ClientKind, service};
    let (host, visitor) = (ssr::host(), ssr::visitor().await);
    let attempt = service::SignIn { email, password, device_name: ssr::device_name() };
    let entered = service::sign_in(&host.desk, &attempt, ClientKind::Web, visitor.address).await;
    let granted = ssr::answer(entered)?;
    ssr::enter(&host, &granted).await;
    Ok(granted.facts)
}

/// Signs the visitor out and goes to the sign-in page. Without a valid access token the refresh
/// token names the session.
#[server(prefix = "/fn", endpoint = "session/sign-out", client = KeptClient)]
pub async fn sign_out() -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::{failure::Failure, refusal::Refusal, session::service};
    let (host, visitor) = (ssr::host(), ssr::visitor().await);
    if let Ok(caller) = visitor.caller {
        ssr::answer(service::sign_out(&host.desk, &caller, false).await)?;
    } else if let Some(token) = ssr::refresh_token(&host) {
        match service::sign_out_by_refresh_token(&host.desk, &token).await {
            // A token that is not under our seal ends nothing; its cookie goes all the same.
            Ok(_) | Err(Failure::Refused(Refusal::TokenMalformed)) => {}
            // The session goes on, so the page must not say otherwise.
            Err(failure) => return ssr::answer(Err(failure)),
        }
    }
    ssr::drop_tokens(&host);
    leptos_axum::redirect(next::SIGN_IN);
    Ok(())
}

/// Ends a session that its person left while there was no network, unless somebody else has signed in since.
#[server(prefix = "/fn", endpoint = "session/leave", input = Json, client = KeptClient)]
pub async fn leave(
    /// The session that was left.
    session: SessionId,
) -> Result<(), Problem> {
    use crate::ssr;
    use domain::{failure::Failure, refusal::Refusal, session::service};
    let host = ssr::host();
    let Some(token) = ssr::refresh_token(&host) else { return Ok(()) };
    match service::sign_out_of(&host.desk, &token, session).await {
        Ok(false) => {}
        Ok(true) | Err(Failure::Refused(Refusal::TokenMalformed)) => ssr::drop_tokens(&host),
        Err(failure) => return ssr::answer(Err(failure)),
    }
    Ok(())
}

/// Who is signed in.
#[server(prefix = "/fn", endpoint = "session/whoami", input = Json, client = KeptClient)]
pub async fn whoami() -> Result<Me, Problem> {
    use crate::ssr;
    use domain::session::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    let (facts, profile) = ssr::answer(service::describe(&desk, &caller).await)?;
    Ok(Me { profile, facts, demo: desk.demo })
}

/// Whether this server runs with demo data: the sign-in page then shows the demo sign-ins.
#[server(prefix = "/fn", endpoint = "session/demo", input = Json, client = KeptClient)]
pub async fn demo() -> Result<bool, Problem> {
    Ok(crate::ssr::host().desk.demo)
}
