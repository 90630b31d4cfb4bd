//! The inbox: the list of tickets, with the open conversation beside it.

mod fields;
mod head;
mod new_pill;
mod row;
mod rows;
mod search;
mod wards;

use super::actions::provide_actions;
use super::keys::{self, KeySheet};
use super::place::{Place, provide_place, use_place};
use super::{api, words};
use crate::error::Problem;
use crate::live::{BoardHandle, known, use_board};
use crate::session::{Me, use_session};
use crate::ui::words::explain;
use crate::ui::{Empty, Icon, Patience, SkeletonRows};
use domain::tickets::TicketFilter;
use head::ListHead;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use rows::Rows;
use std::time::Duration;

/// The old rows stand so long for the new ones.
const QUICK: Duration = Duration::from_millis(400);

/// The page of the inbox that comes first, with what was asked for.
type First = OnceResource<Result<(TicketFilter, api::InboxPage), Problem>>;

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

/// The pane of the list. Its first page comes with the document; what the filters ask for later is put
/// onto the board, so that the rows stay and only change.
#[component]
fn ListPane() -> impl IntoView {
    let (place, board) = (use_place(), use_board());
    let asked = place.filter.get_untracked();
    let me = use_session().me;
    let first: First = OnceResource::new_blocking(async move {
        api::inbox(asked.clone()).await.map(|page| (asked, page))
    });
    let list = move || {
        Suspend::new(async move {
            let failed = match first.await {
                Ok((asked, page)) => {
                    board.show_list(asked, page);
                    None
                }
                Err(problem) => show_known(me, board, place, &problem).then_some(problem),
            };
            view! { <Listed failed /> }
        })
    };
    view! {
        <section class="pane list-pane" aria-label=words::TICKETS>
            <ListHead first />
            <div class="list-body">
                <Suspense fallback=SkeletonRows>{list}</Suspense>
            </div>
        </section>
    }
}

/// Shows the list as it was last known, when the server can't be reached. Answers whether there was
/// nothing to show.
fn show_known(me: Signal<Option<Me>>, board: BoardHandle, place: Place, problem: &Problem) -> bool {
    let away = matches!(problem, Problem::Transport(_));
    let user = me.with_untracked(|me| me.as_ref().map(|me| me.profile.id)).filter(|_| away);
    let filter = place.filter.get_untracked();
    let page = user.and_then(|user| known::inbox(user, &filter));
    let nothing = page.is_none();
    if let Some(page) = page {
        board.show_known_list(filter, page);
    }
    nothing
}

/// The list, following the filters.
#[component]
fn Listed(failed: Option<Problem>) -> impl IntoView {
    let (place, board) = (use_place(), use_board());
    let problem = RwSignal::new(failed);
    let patience = Patience::new(QUICK);
    let load = move |asked: TicketFilter| {
        patience.begin();
        spawn_local(async move {
            let page = api::inbox(asked.clone()).await;
            // Meanwhile something else may be asked for, or the inbox be left.
            if place.filter.try_get_untracked().as_ref() != Some(&asked) {
                return;
            }
            match page {
                Ok(page) => {
                    board.show_list(asked, page);
                    problem.set(None);
                }
                Err(why) => problem.set(Some(why)),
            }
            patience.end();
        });
    };
    Effect::new(move |before: Option<TicketFilter>| {
        let asked = place.filter.get();
        if before.is_some_and(|before| before != asked) {
            load(asked.clone());
        }
        asked
    });
    let again = Callback::new(move |()| load(place.filter.get_untracked()));
    let recovered = use_session().recovered;
    Effect::new(move |before: Option<u32>| {
        let count = recovered.get();
        if before.is_some_and(|before| before != count) && problem.with_untracked(Option::is_some) {
            again.run(());
        }
        count
    });
    move || {
        if patience.is_over() {
            EitherOf3::A(view! { <SkeletonRows /> })
        } else if let Some(problem) = problem.get() {
            EitherOf3::B(view! { <Failed problem again /> })
        } else {
            EitherOf3::C(view! { <Rows /> })
        }
    }
}

/// The list did not come.
#[component]
fn Failed(problem: Problem, again: Callback<()>) -> impl IntoView {
    view! {
        <Empty icon=Icon::Alert title=words::FAILED_TITLE>
            <p>{explain(&problem)}</p>
            <button class="button" type="button" on:click=move |_| again.run(())>
                {words::TRY_AGAIN}
            </button>
        </Empty>
    }
}
