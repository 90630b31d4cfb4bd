//! Somebody answered meanwhile: their words, and the reply that was held back.

use super::Opened;
use super::composer::use_composer;
use crate::live::{BoardStoreFields, Conflict, use_board};
use crate::session::use_session;
use crate::tickets::words;
use crate::ui::time;
use domain::tickets::{Message, Source};
use leptos::prelude::*;

/// The block between the log and the composer.
#[component]
pub(super) fn ConflictBlock(opened: StoredValue<Opened>) -> impl IntoView {
    let board = use_board();
    let id = opened.with_value(Opened::id);
    let held = Memo::new(move |_| {
        let here = |conflict: &&Conflict| conflict.ticket == id;
        let all = board.store.conflicts().get();
        all.iter().filter(here).cloned().collect::<Vec<Conflict>>()
    });
    move || {
        let held = held.get();
        (!held.is_empty()).then(|| view! { <Block held /> })
    }
}

/// What the others wrote, what was held back, and the two ways on.
#[component]
fn Block(held: Vec<Conflict>) -> impl IntoView {
    let (board, composer, session) = (use_board(), use_composer(), use_session());
    // All of them were held back by the same answers.
    let messages = held.first().map(|conflict| conflict.messages.clone()).unwrap_or_default();
    let answers = messages.into_iter().filter(|message| message.from_source != Source::Customer);
    let answers: Vec<Message> = answers.collect();
    let title =
        answers.last().map(|last| words::answered(&last.sender_name, &time::clock(last.ts)));
    let answers =
        answers.into_iter().map(|message| view! { <blockquote>{message.body}</blockquote> });
    let label = if held.len() > 1 { words::YOUR_REPLIES } else { words::YOUR_REPLY };
    let own =
        held.into_iter().map(|conflict| view! { <blockquote>{conflict.draft.body}</blockquote> });
    let keep = move |_| {
        if let Some(text) = board.reconsider() {
            composer.take(&text);
        }
    };
    view! {
        <section class="conflict" role="alert" aria-labelledby="conflict-title">
            <p class="conflict__title" id="conflict-title">
                {title}
            </p>
            {answers.collect_view()}
            <p>{label}</p>
            {own.collect_view()}
            <div class="conflict__actions">
                <button
                    class="button"
                    type="button"
                    disabled=move || !session.can_mutate.get()
                    on:click=move |_| board.send_anyway()
                >
                    {words::SEND_ANYWAY}
                </button>
                <button class="button button--quiet" type="button" on:click=keep>
                    {words::KEEP_AS_DRAFT}
                </button>
            </div>
        </section>
    }
}
