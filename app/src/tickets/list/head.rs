//! The head of the list: its name, how much there is, search and filters. A form that works without
//! JavaScript; with it every change leads to the address that the form would have led to.

use super::First;
use super::fields::{Filters, Whose};
use super::new_pill::NewPill;
use super::search::Search;
use crate::browser::{self, Timer};
use crate::live::board::Listed;
use crate::live::{BoardStoreFields, Row, use_board};
use crate::tickets::place::use_place;
use crate::tickets::{filters, words};
use domain::tickets::TicketStatus;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;
use std::time::Duration;
use web_sys::{FormData, HtmlFormElement};

/// How long a search waits for the next letter.
const LETTERS: Duration = Duration::from_millis(250);
/// The names of the form's fields.
const FIELDS: [&str; 7] = ["who", "q", "status", "ward", "unread", "unanswered", "waiting"];

/// The head of the list.
#[component]
pub(super) fn ListHead(first: First) -> impl IntoView {
    let place = use_place();
    let form = NodeRef::<html::Form>::new();
    let go = use_navigate();
    let apply = Callback::new(move |()| {
        let Some(form) = form.get_untracked() else { return };
        let asked = filters::of_query(&read(&form));
        if asked != place.filter.get_untracked() {
            let address = filters::address(&asked, place.ticket.get_untracked());
            let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            go(&address, options);
        }
    });
    let letters = StoredValue::new(None::<Timer>);
    let search = Callback::new(move |()| {
        letters.set_value(browser::after(LETTERS, move || apply.run(())));
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        apply.run(());
    };
    view! {
        <form
            class="list-head"
            role="search"
            method="get"
            action=filters::INBOX
            node_ref=form
            on:change=move |_| apply.run(())
            on:submit=submit
        >
            <div class="list-head__title">
                <h2>{words::INBOX}</h2>
                <span class="list-head__count">
                    <Count first />
                </span>
                <NewPill />
                <Whose />
            </div>
            <Search typed=search />
            <Filters />
        </form>
    }
}

/// How many tickets there are, as far as they are loaded.
#[component]
fn Count(first: First) -> impl IntoView {
    let board = use_board();
    let count = move || {
        Suspend::new(async move {
            let (asked, page) = first.await.ok()?;
            let first = (page.page.items.len(), page.page.next.is_some());
            Some(move || {
                let (rows, more) = (board.store.rows(), board.store.more());
                let listed = board.store.listed().get();
                let status = listed.filter.status.or(asked.status);
                // A ticket that was resolved while it stood there still stands there, marked.
                let counts = |row: &&Row| status.is_none_or(|status| row.ticket.status == status);
                // Before the list itself is there, its page says how long it is.
                let (shown, more) = if listed == Listed::default() {
                    first
                } else {
                    (rows.read().iter().filter(counts).count(), more.read().is_some())
                };
                words::count(shown, more, status == Some(TicketStatus::Resolved))
            })
        })
    };
    view! { <Suspense>{count}</Suspense> }
}

/// What the form says, as its address would.
fn read(form: &HtmlFormElement) -> ParamsMap {
    let Ok(data) = FormData::new_with_form(form) else { return ParamsMap::new() };
    FIELDS.iter().filter_map(|name| Some((*name, data.get(name).as_string()?))).collect()
}
