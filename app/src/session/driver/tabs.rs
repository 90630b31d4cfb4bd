//! What the tabs of a browser tell each other (facts, never a token), and what is kept for the next
//! page. A message is a hint that comes soon; what is stored can be read at any moment.

use super::hear;
use crate::ui::dom;
use domain::id::{SessionId, UserId};
use domain::refusal::Refusal;
use domain::session::keeper::{Input, Shared};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "wardline-session";
/// Everything of a person that a browser keeps has a key that begins so.
const PERSONAL: &str = "wardline:of:";
const KNOWN: &str = "wardline:of:session";
/// The name under which replies wait that were not sent.
pub const REPLIES: &str = "replies";
/// What the names of texts begin with that somebody began to write.
pub const DRAFT: &str = "draft:";

/// The session of somebody who left while there was no network: it is ended when there is one.
const LEAVING: &str = "wardline:leaving";

/// What one tab tells the others.
#[derive(Serialize, Deserialize)]
enum Told {
    Known(Shared),
    Ended { session: SessionId, why: Option<Refusal> },
}

thread_local! {
    /// Whether this browser keeps what it is given: then what is not there any more was taken away.
    static KEEPS: Cell<bool> = const { Cell::new(false) };
    static TABS: Option<BroadcastChannel> = BroadcastChannel::new(CHANNEL).ok();
}

/// Where something of a person is kept in this browser.
#[must_use]
pub fn key_of(user: UserId, what: &str) -> String {
    format!("{PERSONAL}{user}:{what}")
}

/// Hears what the other tabs tell, for the page's whole life.
pub(super) fn listen() {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let told = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        match told {
            Some(Told::Known(shared)) => hear(Input::Heard(shared)),
            Some(Told::Ended { session, why }) => hear(Input::HeardEnd { session, why }),
            // A tab with another release of this page.
            None => {}
        }
    });
    TABS.with(|tabs| {
        if let Some(tabs) = tabs {
            tabs.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        }
    });
    heard.forget();
}

/// Tells the other tabs, and keeps it for those that begin later.
pub(super) fn tell(shared: &Shared) {
    let older = stored().is_some_and(|stored| {
        stored.session == shared.session && stored.generation > shared.generation
    });
    if !older && let Ok(text) = serde_json::to_string(shared) {
        KEEPS.set(dom::keep(KNOWN, &text));
    }
    post(&Told::Known(shared.clone()));
}

/// Tells the other tabs that a session is over.
pub(super) fn tell_end(session: SessionId, why: Option<Refusal>) {
    post(&Told::Ended { session, why });
}

/// Whether the person signed out while this page could not hear of it.
pub(super) fn have_left() -> bool {
    KEEPS.get() && stored().is_none()
}

/// Whether something of this person may be kept: they are the one whose session this browser holds.
pub fn may_keep(user: UserId) -> bool {
    stored().is_some_and(|shared| shared.user == user)
}

/// What the tabs know by now.
pub(super) fn stored() -> Option<Shared> {
    serde_json::from_str(&dom::kept(KNOWN)?).ok()
}

/// Notes that a session is to be ended, or that there is none to be.
pub(super) fn set_leaving(session: Option<SessionId>) {
    dom::keep(LEAVING, &session.map(|session| session.to_string()).unwrap_or_default());
}

/// The session that is to be ended.
pub(super) fn leaving() -> Option<SessionId> {
    dom::kept(LEAVING)?.parse().ok().map(SessionId)
}

/// Forgets what is kept of everybody but this person.
pub(super) fn keep_only(user: UserId) {
    let theirs = key_of(user, "");
    let stored = stored().filter(|shared| shared.user == user);
    dom::forget_unless(PERSONAL, |key| {
        key.starts_with(&theirs) || (key == KNOWN && stored.is_some())
    });
}

/// Forgets what is kept of this person.
pub(super) fn forget(user: UserId) {
    let theirs = key_of(user, "");
    let others = stored().is_some_and(|shared| shared.user != user);
    dom::forget_unless(
        PERSONAL,
        |key| {
            if key == KNOWN { others } else { !key.starts_with(&theirs) }
        },
    );
}

/// Forgets what this person last saw. What they wrote and did not send stays for their return.
pub(super) fn forget_views(user: UserId) {
    let theirs = key_of(user, "");
    let written = |name: &str| name == REPLIES || name.starts_with(DRAFT);
    dom::forget_unless(PERSONAL, |key| key.strip_prefix(&theirs).is_none_or(written));
}

fn post(told: &Told) {
    let Ok(text) = serde_json::to_string(told) else { return };
    TABS.with(|tabs| {
        if let Some(tabs) = tabs
            && tabs.post_message(&text.into()).is_err()
        {
            tracing::warn!("the other tabs could not be told");
        }
    });
}
