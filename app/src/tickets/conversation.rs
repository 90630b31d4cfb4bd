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
use super::{api, words};
use crate::error::Problem;
use crate::live::{BoardStoreFields, use_board};
use crate::ui::words::explain;
use crate::ui::{Empty, Icon, dom};
use domain::id::TicketId;
use domain::refusal::Refusal;
use head::ConversationHead;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use log::Log;
pub(super) use opened::Opened;
use reply::ReplyArea;

/// The open conversation, with what is known of its customer beside it.
#[component]
pub fn Conversation() -> impl IntoView {
    let (board, actions, params) = (use_board(), use_actions(), use_params_map());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get("id").and_then(|id| id.parse().ok()));
        // There is no such number: the server says so.
        id.unwrap_or(TicketId(0))
    });
    let page = Resource::new_blocking(move || id.get(), api::conversation);
    Effect::new(move |before: Option<TicketId>| {
        let id = id.get();
        if before.is_some_and(|before| before != id) {
            actions.forget();
        }
        id
    });
    Effect::new(move |_| on_cleanup(move || board.close_conversation()));
    let pane = move || {
        Suspend::new(async move {
            match page.await {
                Ok(page) => {
                    let opened = Opened::of(&page, board);
                    board.show_conversation(page);
                    Either::Left(view! { <Pane opened /> })
                }
                Err(problem) => Either::Right(view! { <Missing problem /> }),
            }
        })
    };
    view! { <Transition fallback=Loading>{pane}</Transition> }
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
fn Pane(opened: Opened) -> impl IntoView {
    let (board, place) = (use_board(), use_place());
    let opened = StoredValue::new(opened);
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
