//! The conversation that the address opens: each is shown in a view of its own, so that nothing of one
//! is left in another.

use super::nothing::{Loading, Missing};
use super::pane::Pane;
use crate::error::Problem;
use crate::live::{BoardHandle, use_board};
use crate::session::use_session;
use crate::tickets::actions::use_actions;
use crate::tickets::api::{self, ConversationPage};
use crate::ui::Patience;
use domain::id::TicketId;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The old conversation stands so long for the new one.
const QUICK: Duration = Duration::from_millis(150);

/// The conversation that the address opens, each in a view of its own.
#[component]
pub(super) fn Current(first: Arrival, id: Memo<TicketId>) -> impl IntoView {
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
            if page.is_err() {
                board.close_conversation();
            }
            shown.set(vec![Arrival::of(key, asked, page, board)]);
            patience.end();
        });
    };
    let recovered = use_session().recovered;
    Effect::new(move |before: Option<u32>| {
        let count = recovered.get();
        let failed = shown.with_untracked(|shown| shown.last().is_some_and(Arrival::passes));
        if before.is_some_and(|before| before != count) && failed {
            load(id.get_untracked());
        }
        count
    });
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
pub(super) struct Arrival {
    key: u32,
    id: TicketId,
    page: Result<ConversationPage, Problem>,
}

impl Arrival {
    /// Whether it did not come for a reason that passes.
    fn passes(&self) -> bool {
        self.page.as_ref().is_err_and(Problem::passes)
    }

    /// Puts it onto the board, before it is shown.
    pub(super) fn of(
        key: u32,
        id: TicketId,
        page: Result<ConversationPage, Problem>,
        board: BoardHandle,
    ) -> Self {
        let page = page.or_else(|problem| board.known_conversation(id, &problem).ok_or(problem));
        if let Ok(page) = &page {
            board.show_conversation(page.clone());
        }
        Self { key, id, page }
    }
}
