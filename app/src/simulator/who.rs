//! Who writes: one of the demo's farmers, found by a search, or a new number.

use super::page::Sim;
use super::{api, words};
use crate::browser::{self, Timer};
use crate::ui::{Avatar, Icon};
use domain::customers::Customer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a search waits for the next letter.
const LETTERS: Duration = Duration::from_millis(250);

/// The column beside the phone.
#[component]
pub(super) fn Who(sim: Sim, customers: Vec<Customer>) -> impl IntoView {
    let sentences = words::SENTENCES.map(|sentence| {
        let say = move |_| sim.write(sentence.to_owned(), || ());
        view! {
            <button class="button" type="button" on:click=say>
                {sentence}
            </button>
        }
    });
    view! {
        <section class="sim__who" aria-labelledby="sim-title">
            <a class="button button--quiet sim__back" href="/inbox">
                {Icon::Back.draw_small()}
                {words::TO_INBOX}
            </a>
            <h1 id="sim-title">{words::TITLE}</h1>
            <p>{words::ABOUT}</p>
            <Picker sim customers />
            <section class="sim__say" aria-labelledby="sim-say">
                <h2 id="sim-say">{words::SAY}</h2>
                {sentences.into_iter().collect_view()}
            </section>
        </section>
    }
}

/// The farmers whose name or number holds what is searched for.
#[component]
fn Picker(sim: Sim, customers: Vec<Customer>) -> impl IntoView {
    let found = RwSignal::new(customers);
    let search = RwSignal::new(String::new());
    let letters = StoredValue::new(None::<Timer>);
    let look = move || {
        spawn_local(async move {
            let q = search.get_untracked();
            if let Ok(customers) = api::customers(Some(q.clone())).await
                && search.try_get_untracked() == Some(q)
            {
                found.set(customers);
            }
        });
    };
    let typed = move |_| letters.set_value(browser::after(LETTERS, look));
    view! {
        <section class="sim__pick" aria-labelledby="sim-who">
            <h2 id="sim-who">{words::WHO}</h2>
            <div class="search">
                {Icon::Search.draw_small()}
                <input
                    type="search"
                    aria-label=words::SEARCH
                    placeholder=words::SEARCH
                    autocomplete="off"
                    bind:value=search
                    on:input=typed
                />
            </div>
            <ul class="sim__people">
                <For each=move || found.get() key=|customer| customer.id let:customer>
                    <Person sim customer />
                </For>
                <Show when=move || found.read().is_empty()>
                    <li class="sim__nobody">{words::NOBODY}</li>
                </Show>
            </ul>
            <NewNumber sim />
        </section>
    }
}

/// One farmer.
#[component]
fn Person(sim: Sim, customer: Customer) -> impl IntoView {
    let id = customer.id;
    let picked = Memo::new(move |_| {
        sim.picked.with(|picked| picked.as_ref().is_some_and(|picked| picked.id == id))
    });
    let ward = customer.ward_name.clone().unwrap_or_else(|| words::NO_WARD.to_owned());
    let what = format!("{ward} · {}", customer.phone_number);
    let (name, initials) = (customer.full_name.clone(), customer.full_name.clone());
    view! {
        <li>
            <button
                class="demo-person"
                type="button"
                aria-pressed=move || picked.get().to_string()
                on:click=move |_| sim.picked.set(Some(customer.clone()))
            >
                <Avatar name=initials />
                <span>
                    <span class="demo-person__name">{name}</span>
                    <span class="demo-person__what">{what}</span>
                </span>
                <Show when=move || picked.get()>{Icon::Check.draw_small()}</Show>
            </button>
        </li>
    }
}

/// A number that may never have written before.
#[component]
fn NewNumber(sim: Sim) -> impl IntoView {
    let new = Memo::new(move |_| sim.picked.with(Option::is_none));
    view! {
        <button
            class="button"
            type="button"
            aria-expanded=move || new.get().to_string()
            on:click=move |_| sim.picked.set(None)
        >
            {words::NEW_NUMBER}
        </button>
        <Show when=move || new.get()>
            <div class="field">
                <label class="field__label" for="sim-number">
                    {words::NUMBER}
                </label>
                <input
                    class="field__input"
                    id="sim-number"
                    type="tel"
                    autocomplete="off"
                    placeholder=words::NUMBER_HINT
                    bind:value=sim.number
                />
            </div>
            <div class="field">
                <label class="field__label" for="sim-name">
                    {words::NAME}
                </label>
                <input
                    class="field__input"
                    id="sim-name"
                    type="text"
                    autocomplete="off"
                    bind:value=sim.name
                />
            </div>
        </Show>
    }
}
