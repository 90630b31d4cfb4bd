//! What the strip knows in detail, for those who help when something is wrong.

use super::words;
use crate::live::{BoardStoreFields, Line, Sending, Truth, use_board, use_now, use_truth};
use crate::session::{driver, use_session};
use crate::ui::toast::use_toasts;
use crate::ui::words::CLOSE;
use crate::ui::{Icon, time};
use domain::session::keeper::Status;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

type Fact = (&'static str, String);

/// How many refreshes are told of.
const LINES: usize = 5;

/// The inside of the panel.
#[component]
pub(super) fn Diagnostics(open: RwSignal<bool>) -> impl IntoView {
    let (facts, gone, board) = (facts(), refused(), use_board());
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
            <Show when=move || gone.with(|gone| !gone.is_empty())>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=move |_| board.discard_refused()
                >
                    {words::DISCARD_REFUSED}
                </button>
            </Show>
        </div>
    }
}

/// How many replies have not gone out.
pub(super) fn unsent() -> Signal<usize> {
    let board = use_board();
    Signal::derive(move || board.unsent())
}

/// Replies that the server refused and whose conversation is not open: it may be out of reach.
fn refused() -> Signal<Vec<String>> {
    let board = use_board();
    let refused = |line: &Line| matches!(line.sending, Sending::Failed(_));
    Signal::derive(move || {
        let unsent = board.store.unsent().read();
        let refused = unsent.iter().map(|(_, line)| line).filter(|line| refused(line));
        refused.map(|line| line.body.clone()).collect()
    })
}

/// What is known, in the order it is shown.
fn facts() -> Signal<Vec<Fact>> {
    let (session, truth, now, board) = (use_session(), use_truth(), use_now(), use_board());
    let (unsent, refused) = (unsent(), refused());
    Signal::derive(move || {
        now.track();
        let mut facts = Vec::new();
        match session.session_expired.get() {
            Some(why) => facts.push((words::SESSION, why.code().to_owned())),
            None => facts.extend(of_session(&session.status())),
        }
        facts.push((words::LINK, link(truth.get())));
        if let Some(heard) = board.store.heard().get() {
            facts.push((words::POSITION, heard.to_string()));
        }
        let count = unsent.get();
        let count = if count == 0 { words::NONE.to_owned() } else { count.to_string() };
        facts.push((words::UNSENT, count));
        facts.extend(refused.get().into_iter().map(|text| (words::REFUSED, text)));
        facts
    })
}

/// The keeper's figures, its session's ends and its last refreshes.
fn of_session(status: &Status) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(ends) = driver::ends_in() {
        facts.push((words::SESSION, words::ends_in(&time::remaining(ends))));
    }
    facts.push((words::TOKEN, words::fresh_for(&time::remaining(status.access_left))));
    facts.push((words::GENERATION, status.generation.to_string()));
    facts.push((words::CALLS, words::calls(status.hits, status.misses)));
    facts.push((words::REFRESHES, words::refreshes(status)));
    facts.push((words::CONFIRMED, words::ago(&time::remaining(status.age))));
    if let Some(id) = driver::session_id() {
        facts.push((words::SESSION_ID, id.to_string()));
    }
    facts.extend(driver::last_refreshes().iter().rev().take(LINES).map(|line| {
        let got = line.got.map(|got| format!(" → {got}")).unwrap_or_default();
        let span = line.answered_at.since(line.sent_at).as_millis();
        let at = time::clock_seconds(line.sent_at);
        // What was decided and what was sent are moments apart where the lock had to be waited for.
        let wait = line.sent_at.since(line.read_at).as_millis();
        let id = driver::refresh_id(line.id);
        (words::REFRESH, format!("{at} {id} {}{got} {} {wait}+{span} ms", line.had, line.outcome))
    }));
    facts
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
