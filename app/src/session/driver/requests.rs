//! The two requests that only a keeper sends: the refresh and the heartbeat. They do not wait at the
//! gate, and nothing is repeated here.

use super::{driver, hear, tabs};
use crate::browser;
use crate::client::{self, Answer as Bytes, Call, Silence};
use domain::session::keeper::timing::REFRESH_PATIENCE;
use domain::session::keeper::{Answer, Input, judge};
use domain::time::Timestamp;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a heartbeat may take.
const CHECK_PATIENCE: Duration = Duration::from_secs(15);

/// Sends a refresh.
pub(super) fn refresh(id: u32) {
    let sent = browser::now();
    let sent_at = driver(|driver| driver.keeper.borrow().server_time(sent));
    let mut call = Call::post_json("/api/auth/refresh", "{}".to_owned())
        .with_header("wardline-refresh-id", format!("{}-{id}", browser::page_id()));
    if let Some(sent_at) = sent_at {
        call = call.with_header("wardline-sent-at", sent_at.millis().to_string());
    }
    spawn_local(async move {
        let answer = understood(client::send(&call, REFRESH_PATIENCE).await, sent);
        hear(Input::Refreshed { id, answer, shared: tabs::stored() });
    });
}

/// Sends a heartbeat, which says how long ago the person last did something.
pub(super) fn check(id: u32, idle_for: Option<Duration>) {
    let sent = browser::now();
    let url = idle_for.map_or_else(
        || "/api/auth/session".to_owned(),
        |idle_for| format!("/api/auth/session?idle_ms={}", idle_for.as_millis()),
    );
    let call = Call::get(&url);
    spawn_local(async move {
        let answer = understood(client::send(&call, CHECK_PATIENCE).await, sent);
        hear(Input::Checked { id, answer, shared: tabs::stored() });
    });
}

fn understood(answer: Result<Bytes, Silence>, sent: Timestamp) -> Answer {
    let Ok(answer) = answer else { return Answer::Unknown { wait: None } };
    let body = std::str::from_utf8(&answer.body).unwrap_or_default();
    judge(answer.status, body, sent, browser::now())
}
