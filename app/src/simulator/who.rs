//! Who writes: one of the demo's farmers, found by a search, or a new number.

use super::page::Sim;
use super::words;
use crate::ui::{Choice, Icon};
use domain::customers::Customer;
use leptos::prelude::*;

/// The value of the choice that is no farmer.
const NEW: &str = "new";

/// The column beside the phone.
#[component]
pub(super) fn Who(sim: Sim) -> impl IntoView {
    view! {
        <section class="sim__who" aria-labelledby="sim-title">
            <a class="button button--quiet sim__back" href="/inbox">
                {Icon::Back.draw_small()}
                {words::TO_INBOX}
            </a>
            <h1 id="sim-title">{words::TITLE}</h1>
            <p>{words::ABOUT}</p>
            <Picker sim />
            <Show when=move || sim.picked.get().is_none()>
                <NewNumber sim />
            </Show>
            <section class="sim__say" aria-labelledby="sim-say">
                <h2 id="sim-say">{words::SAY}</h2>
                {words::SENTENCES
                    .map(|sentence| {
                        let say = move |_| sim.write(sentence.to_owned(), || ());
                        view! {
                            <button class="button" type="button" on:click=say>
                                {sentence}
                            </button>
                        }
                    })
                    .into_iter()
                    .collect_view()}
            </section>
        </section>
    }
}

/// The farmers, fewer with every letter of the search.
#[component]
fn Picker(sim: Sim) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let words = search.get().to_lowercase();
        sim.customers.with(|customers| {
            let fits = |customer: &&Customer| {
                sim.picked.get() == Some(customer.id) || line(customer).to_lowercase().contains(&words)
            };
            customers.iter().filter(fits).cloned().collect::<Vec<_>>()
        })
    });
    let note = move || {
        let picked = sim.picked.get()?;
        let number = |customer: &Customer| {
            (customer.id == picked).then(|| customer.phone_number.clone())
        };
        sim.customers.with(|customers| customers.iter().find_map(number))
    };
    let pick = move |value: String| sim.picked.set(value.parse().ok());
    view! {
        <div class="search">
            {Icon::Search.draw_small()}
            <input
                type="search"
                aria-label=words::SEARCH
                placeholder=words::SEARCH
                autocomplete="off"
                bind:value=search
            />
        </div>
        <div class="field">
            <label class="field__label" for="sim-customer">
                {words::WHO}
            </label>
            <span class="select">
                <select id="sim-customer" on:change:target=move |event| pick(event.target().value())>
                    <For each=move || shown.get() key=|customer| customer.id let:customer>
                        <Choice
                            value=customer.id.to_string()
                            label=line(&customer)
                            chosen=Signal::derive(move || sim.picked.get() == Some(customer.id))
                        />
                    </For>
                    <Choice
                        value=NEW
                        label=words::NEW_NUMBER
                        chosen=Signal::derive(move || sim.picked.get().is_none())
                    />
                </select>
                {Icon::Down.draw_small()}
            </span>
            <p class="field__note num">{note}</p>
        </div>
    }
}

/// A number that may never have written before.
#[component]
fn NewNumber(sim: Sim) -> impl IntoView {
    view! {
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
    }
}

fn line(customer: &Customer) -> String {
    let ward = customer.ward_name.as_deref().unwrap_or(words::NO_WARD);
    format!("{} · {ward}", customer.full_name)
}
