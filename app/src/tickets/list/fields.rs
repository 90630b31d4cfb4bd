//! The fields of the filter form. Each shows what the address says.

use super::wards::WardSelect;
use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::{Choice, Select};
use domain::tickets::{TicketFilter, TicketStatus, WaitBucket};
use leptos::prelude::*;

/// Mine or everybody's.
#[component]
pub(super) fn Whose() -> impl IntoView {
    view! {
        <fieldset class="segmented">
            <legend class="visually-hidden">{words::WHOSE}</legend>
            <Radio name="who" value="mine" label=words::MINE chosen=|filter| filter.mine />
            <Radio name="who" value="all" label=words::ALL chosen=|filter| !filter.mine />
        </fieldset>
    }
}

/// All other filters.
#[component]
pub(super) fn Filters() -> impl IntoView {
    let is = |filter: &TicketFilter, status| filter.status == Some(status);
    view! {
        <div class="filters">
            <div class="filters__row">
                <fieldset class="segmented">
                    <legend class="visually-hidden">{words::STATUS}</legend>
                    <Radio
                        name="status"
                        value="open"
                        label=words::OPEN
                        chosen=move |filter| is(filter, TicketStatus::Open)
                    />
                    <Radio
                        name="status"
                        value="resolved"
                        label=words::RESOLVED
                        chosen=move |filter| is(filter, TicketStatus::Resolved)
                    />
                </fieldset>
                <WardSelect />
            </div>
            <div class="filters__row">
                <Toggle name="unread" label=words::UNREAD chosen=|filter| filter.unread />
                <Toggle
                    name="unanswered"
                    label=words::UNANSWERED
                    chosen=|filter| filter.unanswered
                />
                <WaitSelect />
            </div>
        </div>
        <Apply />
    }
}

/// One of several that exclude each other.
#[component]
fn Radio(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    chosen: impl Fn(&TicketFilter) -> bool + Send + Sync + Copy + 'static,
) -> impl IntoView {
    let place = use_place();
    let chosen = move || place.filter.with(chosen);
    view! {
        <label>
            <input type="radio" name=name value=value checked=chosen prop:checked=chosen />
            <span>{label}</span>
        </label>
    }
}

/// One that is on or off by itself.
#[component]
fn Toggle(
    name: &'static str,
    label: &'static str,
    chosen: impl Fn(&TicketFilter) -> bool + Send + Sync + Copy + 'static,
) -> impl IntoView {
    let place = use_place();
    let chosen = move || place.filter.with(chosen);
    view! {
        <label class="toggle">
            <input type="checkbox" name=name value="1" checked=chosen prop:checked=chosen />
            <span>{label}</span>
        </label>
    }
}

/// How long customers have waited.
#[component]
fn WaitSelect() -> impl IntoView {
    let place = use_place();
    let is = move |bucket: Option<WaitBucket>| {
        Signal::derive(move || place.filter.with(|filter| filter.waiting) == bucket)
    };
    let buckets = WaitBucket::ALL.map(|bucket| {
        view! {
            <Choice value=bucket.as_str() label=words::bucket(bucket) chosen=is(Some(bucket)) />
        }
    });
    view! {
        <Select name="waiting" label=words::WAITING>
            <Choice value="" label=words::ANY_WAIT chosen=is(None) />
            {buckets.into_iter().collect_view()}
        </Select>
    }
}

/// Sends the form by hand, for those without JavaScript.
#[component]
fn Apply() -> impl IntoView {
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    view! {
        <button class="visually-hidden" type="submit" hidden=move || ready.get()>
            {words::APPLY}
        </button>
    }
}
