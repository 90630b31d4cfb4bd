//! What the strip knows in detail, for those who help when something is wrong.

use super::words;
use crate::live::{BoardStoreFields, Line, Sending, Truth, use_board, use_now, use_truth};
use crate::session::{State, use_session};
use crate::ui::toast::use_toasts;
use crate::ui::words::CLOSE;
use crate::ui::{Icon, time};
use domain::session::SessionFacts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

type Fact = (&'static str, String);

/// The inside of the panel.
#[component]
pub(super) fn Diagnostics(open: RwSignal<bool>) -> impl IntoView {
    let facts = facts();
    let toasts = use_toasts();
    let copy = move |_| {
        let text: Vec<String> =
            facts.get_untracked().iter().map(|(name, value)| format!("{name}: {value}")).collect();
        spawn_local(async move {
            let written = window().navigator().clipboard().write_text(&text.join("\n"));
            let copied = JsFuture::from(written).await.is_ok();
            toasts.say(if copied { words::COPIED } else { words::NOT_COPIED });
        });
    };
    view! {
        <div class="panel__head">
            <h2>{words::CONNECTION}</h2>
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-label=CLOSE
                on:click=move |_| open.set(false)
            >
                {Icon::Close.draw()}
            </button>
        </div>
        <div class="panel__body">
            <dl class="facts">
                {move || {
                    facts
                        .get()
                        .into_iter()
                        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
                        .collect_view()
                }}
            </dl>
        </div>
        <div class="panel__foot">
            <button class="button" type="button" on:click=copy>
                {Icon::Copy.draw_small()}
                {words::COPY}
            </button>
        </div>
    }
}

/// How many replies have not gone out.
pub(super) fn unsent() -> Signal<usize> {
    let board = use_board();
    Signal::derive(move || {
        let failed = |line: &Line| matches!(line.sending, Sending::Failed(_));
        let here = board.store.lines().read().iter().filter(|line| failed(line)).count();
        here + board.store.unsent().read().iter().filter(|(_, line)| failed(line)).count()
    })
}

/// What is known, in the order it is shown.
fn facts() -> Signal<Vec<Fact>> {
    let (session, truth, now, board) = (use_session(), use_truth(), use_now(), use_board());
    let unsent = unsent();
    Signal::derive(move || {
        let now = now.get();
        let mut facts = Vec::new();
        match session.state.get() {
            State::Active(known) => facts.extend(of_session(&known, now)),
            State::Ended(why) => facts.push((words::SESSION, why.code().to_owned())),
            State::SignedOut => facts.push((words::SESSION, words::NONE.to_owned())),
        }
        facts.push((words::LINK, link(truth.get())));
        if let Some(heard) = board.store.heard().get() {
            facts.push((words::POSITION, heard.to_string()));
        }
        let count = unsent.get();
        let count = if count == 0 { words::NONE.to_owned() } else { count.to_string() };
        facts.push((words::UNSENT, count));
        facts
    })
}

fn of_session(known: &SessionFacts, now: domain::time::Timestamp) -> [Fact; 4] {
    let ends = known.idle_expires_at.min(known.absolute_expires_at);
    [
        (words::SESSION, words::ends_in(&time::remaining(ends.since(now)))),
        (words::TOKEN, words::fresh_for(&time::remaining(known.access_expires_at.since(now)))),
        (words::GENERATION, known.generation.to_string()),
        (words::SESSION_ID, known.id.to_string()),
    ]
}

fn link(truth: Truth) -> String {
    match truth {
        Truth::Live { complete_to } => {
            format!("{} {}", words::LIVE_TO, time::clock_seconds(complete_to))
        }
        Truth::Offline { since } => format!("{} {}", words::OFFLINE_SINCE, time::clock(since)),
        Truth::Reconnecting { .. } => words::RECONNECTING.to_owned(),
        Truth::CatchingUp => words::CATCHING_UP.to_owned(),
        Truth::Connecting => words::CONNECTING.to_owned(),
    }
}
