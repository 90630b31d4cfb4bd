//! What happened to one's sessions and rights, newest first.

use super::words;
use crate::session::use_session;
use crate::ui::time;
use domain::id::UserId;
use domain::session::SecurityEvent;
use domain::time::Timestamp;
use leptos::either::Either;
use leptos::prelude::*;

/// The newest of what happened.
#[component]
pub(super) fn Events(events: Vec<SecurityEvent>, now: Timestamp) -> impl IntoView {
    let session = use_session();
    let me = session.me.with_untracked(|me| me.as_ref().map_or(UserId(0), |me| me.profile.id));
    let list = if events.is_empty() {
        Either::Left(view! { <p class="security__none">{words::NO_EVENTS}</p> })
    } else {
        let lines = events.into_iter().map(|event| {
            view! {
                <li class="happening">
                    <span>{words::happened(&event, me)}</span>
                    <time datetime=time::iso(event.at)>{time::date_clock(event.at, now)}</time>
                </li>
            }
        });
        Either::Right(view! { <ol class="happenings card">{lines.collect_view()}</ol> })
    };
    view! {
        <section aria-labelledby="events-title">
            <h2 id="events-title">{words::EVENTS}</h2>
            <p class="security__about">{words::EVENTS_ABOUT}</p>
            {list}
        </section>
    }
}
