//! The truth strip: one quiet line that says how complete the page is.

use super::diagnostics::{Diagnostics, unsent};
use super::words;
use crate::live::{Truth, use_truth};
use crate::ui::{Icon, Panel, time};
use domain::time::Timestamp;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// The strip. Its button opens the diagnostics.
#[component]
pub(super) fn Strip() -> impl IntoView {
    let truth = use_truth();
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
                <span class="strip__text">{move || told(truth.get())}</span>
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
fn told(truth: Truth) -> impl IntoView {
    let moment = |at: Timestamp, text: String| view! { <time datetime=time::iso(at)>{text}</time> };
    match truth {
        Truth::Live { complete_to } => EitherOf3::A(view! {
            {words::LIVE_TO}
            " "
            {moment(complete_to, time::clock_seconds(complete_to))}
        }),
        Truth::Offline { since } => EitherOf3::B(view! {
            {words::OFFLINE_SINCE}
            " "
            {moment(since, time::clock(since))}
            <span class="strip__more">{words::SHOWING_KNOWN}</span>
        }),
        other => EitherOf3::C(status(other)),
    }
}

/// The state's word, for ears: it changes only with the state, not with the clock.
const fn status(truth: Truth) -> &'static str {
    match truth {
        Truth::Connecting => words::CONNECTING,
        Truth::CatchingUp => words::CATCHING_UP,
        Truth::Live { .. } => words::STATUS_LIVE,
        Truth::Reconnecting { .. } => words::RECONNECTING,
        Truth::Offline { .. } => words::STATUS_OFFLINE,
    }
}

const fn dot(truth: Truth) -> &'static str {
    match truth {
        Truth::Live { .. } => "dot--live",
        Truth::Connecting | Truth::CatchingUp | Truth::Reconnecting { .. } => "dot--busy",
        Truth::Offline { .. } => "dot--off",
    }
}
