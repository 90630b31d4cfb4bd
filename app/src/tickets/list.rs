//! The inbox: the list of tickets, with the open conversation beside it.

mod fields;
mod head;
mod new_pill;
mod row;
mod rows;
mod wards;

use super::actions::provide_actions;
use super::keys::{self, KeySheet};
use super::place::{provide_place, use_place};
use super::{api, words};
use crate::error::Problem;
use crate::live::use_board;
use crate::ui::words::explain;
use crate::ui::{Empty, Icon, SkeletonRows};
use domain::tickets::TicketFilter;
use head::ListHead;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use rows::Rows;

/// A page of the inbox, with what was asked for.
type Page = Resource<Result<(TicketFilter, api::InboxPage), Problem>>;

/// The list, with the open conversation beside it.
#[component]
pub fn Inbox() -> impl IntoView {
    let place = provide_place();
    provide_actions();
    keys::listen(place);
    view! {
        <Title text=words::INBOX />
        <h1 class="visually-hidden">{words::INBOX}</h1>
        <div
            class="inbox"
            class:has-ticket=move || place.ticket.get().is_some()
            class:shows-context=move || place.details.get()
        >
            <ListPane />
            <Outlet />
        </div>
        <KeySheet open=place.sheet />
    }
}

/// The pane of the list.
#[component]
fn ListPane() -> impl IntoView {
    let (place, board) = (use_place(), use_board());
    let page: Page = Resource::new_blocking(
        move || place.filter.get(),
        async |filter| api::inbox(filter.clone()).await.map(|page| (filter, page)),
    );
    let list = move || {
        Suspend::new(async move {
            match page.await {
                Ok((asked, page)) => {
                    board.show_list(asked, page);
                    Either::Left(view! { <Rows /> })
                }
                Err(problem) => Either::Right(view! { <Failed problem page /> }),
            }
        })
    };
    view! {
        <section class="pane list-pane" aria-label=words::TICKETS>
            <ListHead page />
            <div class="list-body">
                <Transition fallback=SkeletonRows>{list}</Transition>
            </div>
        </section>
    }
}

/// The list did not come.
#[component]
fn Failed(problem: Problem, page: Page) -> impl IntoView {
    view! {
        <Empty icon=Icon::Alert title=words::FAILED_TITLE>
            <p>{explain(&problem)}</p>
            <button class="button" type="button" on:click=move |_| page.refetch()>
                {words::TRY_AGAIN}
            </button>
        </Empty>
    }
}
