//! The truth strip: one quiet line that says how complete the page is.

use super::diagnostics::{Diagnostics, unsent};
use super::words;
use crate::live::{BoardStoreFields, Truth, use_board, use_truth};
use crate::session::use_session;
use crate::ui::{Icon, Panel, time};
use domain::time::Timestamp;
use leptos::either::EitherOf4;
use leptos::prelude::*;

/// The strip. Its button opens the diagnostics.
#[component]
pub(super) fn Strip() -> impl IntoView {
    let (truth, session, board) = (use_truth(), use_session(), use_board());
    // Without a session there is no connection to be had: that is no fault of the network.
    let truth = Signal::derive(move || {
        let ended = session.session_expired.with(Option::is_some);
        (!ended).then(|| truth.get())
    });
    let open = RwSignal::new(false);
    let unsent = unsent();
    let dot = move || format!("dot {}", dot(truth.get()));
    let status = Memo::new(move |_| status(truth.get()));
    view! {
        <div class="strip" role="region" aria-label=words::CONNECTION>
            <button
                class="strip__truth"
                type="button"
                aria-expanded=move || open.get().to_string()
                aria-controls="diagnostics"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span class=dot></span>
                <span class="strip__text">{move || told(truth.get(), board.store.as_of().get())}</span>
                {Icon::Down.draw_small()}
            </button>
            <Show when=move || { unsent.get() > 0 }>
                <span class="strip__queue">{move || words::unsent(unsent.get())}</span>
            </Show>
            <span class="visually-hidden" role="status">
                {status}
            </span>
            <Panel id="diagnostics" label=words::CONNECTION open>
                <Diagnostics open />
            </Panel>
        </div>
    }
}

/// The words on the strip.
fn told(truth: Option<Truth>, as_of: Option<Timestamp>) -> impl IntoView {
    let moment = |at: Timestamp, text: String| view! { <time datetime=time::iso(at)>{text}</time> };
    match truth {
        Some(Truth::Live { complete_to }) => EitherOf4::A(view! {
            {words::LIVE_TO}
            " "
            {moment(complete_to, time::clock_seconds(complete_to))}
        }),
        Some(Truth::Offline { since }) => EitherOf4::B(view! {
            {words::OFFLINE_SINCE}
            " "
            {moment(since, time::clock(since))}
            <span class="strip__more">{known(as_of)}</span>
        }),
        None => EitherOf4::C(view! {
            {words::NOT_SIGNED_IN}
            <span class="strip__more">{known(as_of)}</span>
        }),
        Some(other) => EitherOf4::D(view! {
            {status(Some(other))}
            {as_of.map(|_| view! { <span class="strip__more">{known(as_of)}</span> })}
        }),
    }
}

/// How old what is shown is.
fn known(as_of: Option<Timestamp>) -> String {
    as_of.map_or_else(
        || words::SHOWING_KNOWN.to_owned(),
        |at| format!("{} {}", words::SHOWING_KNOWN_AT, time::clock(at)),
    )
}

/// The state's word, for ears: it changes only with the state, not with the clock.
const fn status(truth: Option<Truth>) -> &'static str {
    match truth {
        None => words::NOT_SIGNED_IN,
        Some(Truth::Connecting) => words::CONNECTING,
        Some(Truth::CatchingUp) => words::CATCHING_UP,
        Some(Truth::Live { .. }) => words::STATUS_LIVE,
        Some(Truth::Reconnecting { .. }) => words::RECONNECTING,
        Some(Truth::Offline { .. }) => words::STATUS_OFFLINE,
    }
}

const fn dot(truth: Option<Truth>) -> &'static str {
    match truth {
        Some(Truth::Live { .. }) => "dot--live",
        Some(Truth::Connecting | Truth::CatchingUp | Truth::Reconnecting { .. }) => "dot--busy",
        None | Some(Truth::Offline { .. }) => "dot--off",
    }
}
