//! The open conversation.

mod composer;
mod conflict;
mod current;
mod head;
mod log;
mod message;
mod nothing;
mod opened;
mod pane;
mod reply;
mod timeline;

pub(super) use opened::Opened;

use super::{api, words};
use crate::live::use_board;
use crate::ui::Empty;
use current::{Arrival, Current};
use domain::id::TicketId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use nothing::Loading;

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
