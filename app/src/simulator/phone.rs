//! The farmer's phone: what it shows and what they write on it.

use super::page::Sim;
use super::words;
use crate::ui::{Icon, time};
use domain::tickets::{DeliveryStatus, Message, Source};
use leptos::prelude::*;

/// The phone.
#[component]
pub(super) fn Phone(sim: Sim) -> impl IntoView {
    let messages = sim.messages;
    let empty = Memo::new(move |_| {
        let none = sim.picked.with(Option::is_none);
        none || messages.with(|known| known.as_ref().is_some_and(Vec::is_empty))
    });
    view! {
        <section class="sim-phone" aria-label=words::PHONE>
            <header class="sim-phone__head">
                <span class="avatar" aria-hidden="true">
                    {Icon::Leaf.draw()}
                </span>
                <p>
                    <strong>{words::SERVICE}</strong>
                    <span>{words::SERVICE_WHAT}</span>
                </p>
            </header>
            <div class="sim-phone__log" role="log" aria-label=words::MESSAGES tabindex="0">
                <ol>
                    <For each=move || messages.get().unwrap_or_default() key=|message| message.id let:message>
                        <Bubble message />
                    </For>
                    <Show when=move || empty.get()>
                        <li class="event-line">
                            <span>{words::NOTHING_YET}</span>
                        </li>
                    </Show>
                </ol>
            </div>
            <Write sim />
        </section>
    }
}

/// What was written, theirs on the right.
#[component]
fn Bubble(message: Message) -> impl IntoView {
    let own = message.from_source == Source::Customer;
    let class = if own { "sim-bubble sim-bubble--own" } else { "sim-bubble" };
    // Her own message is with the service as soon as it is here.
    let arrived = own && message.delivery_status == DeliveryStatus::Received;
    view! {
        <li class=class>
            <span class="visually-hidden">{if own { words::OWN } else { words::THEIRS }}</span>
            {message.body}
            <span class="sim-bubble__meta">
                <time datetime=time::iso(message.ts)>{time::clock(message.ts)}</time>
                {arrived.then(|| Icon::Checks.draw_small())}
            </span>
        </li>
    }
}

/// What they write.
#[component]
fn Write(sim: Sim) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let send = move || {
        let body = text.get_untracked();
        if !body.trim().is_empty() {
            sim.write(body, move || text.set(String::new()));
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        {move || {
            sim.refused.get().map(|why| {
                view! {
                    <p class="field__note is-error sim-phone__note" role="alert">
                        {why}
                    </p>
                }
            })
        }}
        <form class="sim-phone__form" on:submit=submit>
            <textarea
                class="composer__input"
                rows="1"
                aria-label=words::MESSAGE
                placeholder=words::MESSAGE
                bind:value=text
                on:keydown=pressed
            ></textarea>
            <button class="button button--primary" type="submit" aria-label=words::SEND>
                {Icon::Send.draw()}
            </button>
        </form>
    }
}
