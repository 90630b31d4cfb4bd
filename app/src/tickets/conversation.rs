//! The open conversation.

mod composer;
mod conflict;
mod head;
mod log;
mod message;
mod opened;
mod reply;
mod timeline;

use super::actions::use_actions;
use super::context::ContextPane;
use super::place::use_place;
use super::api::{self, ConversationPage};
use super::words;
use crate::error::Problem;
use crate::live::{BoardHandle, BoardStoreFields, use_board};
use crate::ui::words::explain;
use crate::ui::{Empty, Icon, Patience, dom};
use domain::id::TicketId;
use domain::refusal::Refusal;
use head::ConversationHead;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use log::Log;
pub(super) use opened::Opened;
use reply::ReplyArea;
use std::time::Duration;

/// The old conversation stands so long for the new one.
const QUICK: Duration = Duration::from_millis(150);

/// The open conversation, with what is known of its customer beside it. The first one comes with the
/// document.
#[component]
pub fn Conversation() -> impl IntoView {
    let (board, params) = (use_board(), use_params_map());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id").and_then(|id| id.parse().ok()));
        // There is no such number: the server says so.
        id.unwrap_or(TicketId(0))
    });
    let asked = id.get_untracked();
    let first = OnceResource::new_blocking(api::conversation(asked));
    Effect::new(move |_| on_cleanup(move || board.close_conversation()));
    let current = move || {
        Suspend::new(async move {
            let first = Arrival::of(0, asked, first.await, board);
            view! { <Current first id /> }
        })
    };
    view! { <Suspense fallback=Loading>{current}</Suspense> }
}

/// The conversation that the address opens, each in a view of its own.
#[component]
fn Current(first: Arrival, id: Memo<TicketId>) -> impl IntoView {
    let (board, actions) = (use_board(), use_actions());
    let begin = first.id;
    let shown = RwSignal::new(vec![first]);
    let patience = Patience::new(QUICK);
    let load = move |asked: TicketId| {
        patience.begin();
        spawn_local(async move {
            let page = api::conversation(asked).await;
            // Meanwhile another one may be asked for, or the inbox be left.
            if id.try_get_untracked() != Some(asked) {
                return;
            }
            let key = shown.with_untracked(|shown| shown.last().map_or(0, |last| last.key + 1));
            shown.set(vec![Arrival::of(key, asked, page, board)]);
            patience.end();
        });
    };
    Effect::new(move |before: Option<TicketId>| {
        let id = id.get();
        if before.unwrap_or(begin) != id {
            actions.forget();
            load(id);
        }
        id
    });
    view! {
        <Show when=move || !patience.is_over() fallback=Loading>
            <For each=move || shown.get() key=|arrival| arrival.key let:arrival>
                {match arrival.page {
                    Ok(page) => Either::Left(view! { <Pane page /> }),
                    Err(problem) => Either::Right(view! { <Missing problem /> }),
                }}
            </For>
        </Show>
    }
}

/// What came when a conversation was asked for.
#[derive(Clone)]
struct Arrival {
    key: u32,
    id: TicketId,
    page: Result<ConversationPage, Problem>,
}

impl Arrival {
    /// Puts it onto the board, before it is shown.
    fn of(
        key: u32,
        id: TicketId,
        page: Result<ConversationPage, Problem>,
        board: BoardHandle,
    ) -> Self {
        if let Ok(page) = &page {
            board.show_conversation(page.clone());
        }
        Self { key, id, page }
    }
}

/// What stands in its place while none is open.
#[component]
pub fn NoConversation() -> impl IntoView {
    view! {
        <section class="pane conversation" aria-label=words::CONVERSATION>
            <Empty title=words::CHOOSE>
                <p>{words::CHOOSE_TEXT}</p>
            </Empty>
        </section>
    }
}

/// The conversation and its context, or where it went.
#[component]
fn Pane(page: ConversationPage) -> impl IntoView {
    let (board, place) = (use_board(), use_place());
    let opened = StoredValue::new(Opened::of(&page, board));
    let there = Memo::new(move |_| board.store.open().read().is_some());
    Effect::new(move |_| {
        place.details.set(false);
        if place.by_key.get_value() || dom::phone() {
            place.by_key.set_value(false);
            dom::focus_soon("ticket-title");
        }
    });
    view! {
        <Show when=move || there.get() fallback=Gone>
            <Title text=opened.with_value(|opened| opened.first.customer.full_name.clone()) />
            <section class="pane conversation" aria-labelledby="ticket-title">
                <ConversationHead opened />
                <Log opened />
                <ReplyArea opened />
            </section>
            <ContextPane opened />
        </Show>
    }
}

/// The size of what comes.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <section class="pane conversation" aria-label=words::CONVERSATION aria-busy="true">
            <header class="conversation__head">
                <div class="conversation__title">
                    <span class="skeleton skeleton--short"></span>
                    <span class="skeleton skeleton--half"></span>
                </div>
            </header>
        </section>
    }
}

/// It left what the reader covers, while they had it open.
#[component]
fn Gone() -> impl IntoView {
    view! { <Nothing title=words::GONE_TITLE text=words::GONE_TEXT.to_owned() /> }
}

/// It is not there, or did not come.
#[component]
fn Missing(problem: Problem) -> impl IntoView {
    let unknown = matches!(problem.refusal(), Some(Refusal::NotFound { .. }));
    let (title, text) = if unknown {
        (words::MISSING_TITLE, words::MISSING_TEXT.to_owned())
    } else {
        (words::CONVERSATION_FAILED, explain(&problem))
    };
    view! { <Nothing title text /> }
}

/// An empty pane with a way back.
#[component]
fn Nothing(title: &'static str, text: String) -> impl IntoView {
    let place = use_place();
    view! {
        <section class="pane conversation" aria-label=words::CONVERSATION>
            <Empty icon=Icon::Alert title>
                <p>{text}</p>
                <a class="button" href=move || place.address(None)>
                    {words::BACK}
                </a>
            </Empty>
        </section>
    }
}
