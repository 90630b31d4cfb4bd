//! The two requests that only a keeper sends: the refresh and the heartbeat. They do not wait at the
//! gate, and nothing is repeated here.

use super::{driver, hear, tabs};
use crate::browser;
use crate::client::{self, Answer as Bytes, Call, Silence};
use domain::session::keeper::timing::REFRESH_PATIENCE;
use domain::session::keeper::{Answer, Figures, Input, judge};
use domain::time::Timestamp;
use leptos::task::spawn_local;
use std::time::Duration;
use web_sys::AbortController;

/// How long a heartbeat may take.
const CHECK_PATIENCE: Duration = Duration::from_secs(15);

/// Sends a refresh.
pub(super) fn refresh(id: u32) {
    let sent = browser::now();
    let sent_at = driver(|driver| driver.keeper.borrow().server_time(sent));
    let mut call = Call::post_json("/api/auth/refresh", "{}".to_owned())
        .with_header("wardline-refresh-id", super::refresh_id(id));
    if let Some(sent_at) = sent_at {
        call = call.with_header("wardline-sent-at", sent_at.millis().to_string());
    }
    let Ok(abort) = AbortController::new() else {
        return tracing::error!("this browser can't break requests off");
    };
    driver(|driver| driver.refreshing.replace(Some((id, abort.clone()))));
    spawn_local(async move {
        let answer = understood(client::send(&call, REFRESH_PATIENCE, abort).await, sent);
        hear(Input::Refreshed { id, answer, shared: tabs::stored() });
    });
}

/// Breaks a refresh off.
pub(super) fn abort(id: u32) {
    let under_way = driver(|driver| driver.refreshing.take());
    if let Some((_, abort)) = under_way.filter(|(its, _)| *its == id) {
        abort.abort();
    }
}

/// Sends a heartbeat, which says how long ago the person last did something, and what was counted.
pub(super) fn check(id: u32, idle_for: Option<Duration>, figures: Figures) {
    let sent = browser::now();
    let Figures { hits, misses, refreshes, failures } = figures;
    let counted = format!("hits={hits}&misses={misses}&refreshes={refreshes}&failures={failures}");
    let idle = idle_for.map(|idle_for| format!("&idle_ms={}", idle_for.as_millis()));
    let idle = idle.unwrap_or_default();
    let call = Call::get(&format!("/api/auth/session?{counted}{idle}"));
    let Ok(abort) = AbortController::new() else { return };
    spawn_local(async move {
        let answer = understood(client::send(&call, CHECK_PATIENCE, abort).await, sent);
        hear(Input::Checked { id, answer, shared: tabs::stored() });
    });
}

fn understood(answer: Result<Bytes, Silence>, sent: Timestamp) -> Answer {
    let Ok(answer) = answer else { return Answer::Unknown { wait: None } };
    let body = std::str::from_utf8(&answer.body).unwrap_or_default();
    judge(answer.status, body, sent, browser::now())
}
