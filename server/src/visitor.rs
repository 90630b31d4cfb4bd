//! Who sent a request: found once, before any handler runs, and handed to all of them alike.

pub mod address;
pub mod credentials;
mod keep;

use crate::session;
use crate::state::AppState;
use address::ClientAddress;
use app::ssr::{Reader, Visitor};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::middleware::Next;
use axum::response::Response;
use credentials::Credentials;
use domain::caller::Caller;
use domain::refusal::Refusal;
use domain::session::service;
use keep::Kept;
pub use keep::is_navigation;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Middleware: finds the caller and where the request came from.
///
/// A page that somebody opens after their access token has ended is rendered under a renewed one,
/// so that the first view is already theirs. Everything else is told the code and renews itself.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let address = client_address(&request, &state);
    let navigation = keep::is_navigation(&request);
    let headers = request.headers();
    let style = state.site.public_url.cookies();
    let credentials = Credentials::of(headers, style);
    let caller = match credentials.token() {
        Some(token) => session::identify(&state.desk, token, navigation || is_own_act(&request))
            .and_then(|caller| of_named_session(caller, headers)),
        None => Err(Refusal::TokenMissing),
    };
    let kept = if navigation {
        keep::renew(&state, caller, credentials).await
    } else {
        Kept { caller, cookies: Vec::new() }
    };
    let answer_html = keep::wants_html(headers);
    if let Err(transient @ Refusal::TryAgain { .. }) = kept.caller {
        return keep::come_back(transient, answer_html);
    }
    if navigation {
        let reader = Reader::find(&state.desk, &kept.caller).await;
        request.extensions_mut().insert(reader);
    }
    let visitor = Visitor { caller: kept.caller, address: Some(address.ip) };
    request.extensions_mut().insert(visitor);
    request.extensions_mut().insert(address);
    let mut response = next.run(request).await;
    for cookie in kept.cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The header in which a page names the session that its request is for.
const SESSION: &str = "wardline-session";

/// Refuses what was meant for another session than the one of the tokens: a browser attaches the newest
/// cookies to whatever a page sends, also to a page of somebody who was here before.
fn of_named_session(caller: Caller, headers: &HeaderMap) -> Result<Caller, Refusal> {
    match headers.get(SESSION) {
        Some(named) if named.to_str().ok() != Some(&caller.session.to_string()) => {
            Err(Refusal::SessionChanged)
        }
        _ => Ok(caller),
    }
}

/// The server functions that are a person's own act. Pages call the others by themselves.
const ACTS: [&str; 7] = [
    "/fn/me/end-device",
    "/fn/me/end-others",
    "/fn/tickets/reopen",
    "/fn/tickets/reply",
    "/fn/tickets/resolve",
    "/fn/welcome/finish",
    "/fn/welcome/save",
];

/// Whether a request is something its person does now. Renewing a session is not: a page does that
/// by itself. Reading over REST is not either: a native client polls.
fn is_own_act(request: &Request) -> bool {
    let path = request.uri().path();
    if path.starts_with("/fn/") {
        return ACTS.contains(&path);
    }
    !request.method().is_safe() && !path.starts_with("/api/auth/")
}

fn client_address(request: &Request, state: &AppState) -> ClientAddress {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let headers: &HeaderMap = request.headers();
    match connection {
        Some(ConnectInfo(peer)) => {
            ClientAddress::find(peer.ip(), headers, &state.site.trusted_proxies)
        }
        None => ClientAddress { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), local: false },
    }
}

/// Who a freshly granted session belongs to. Unlike `service::identify` this is no receipt: nobody
/// has shown yet that the new tokens arrived.
#[must_use]
pub fn caller_of(granted: &service::Granted) -> Caller {
    Caller {
        user: granted.staff.id,
        session: granted.facts.id,
        generation: granted.facts.generation,
        role: granted.staff.role,
        claims_version: granted.facts.claims_version,
        access_expires_at: granted.facts.access_expires_at,
    }
}
