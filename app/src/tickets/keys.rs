//! The keys of the inbox. Inert while somebody types or a window is up.

mod sheet;

pub(super) use sheet::KeySheet;

use super::place::Place;
use crate::ui::dom;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

const ROWS: &str = ".ticket-row__link";
const UNREAD_ROWS: &str = ".is-unread > .ticket-row__link:not([aria-current])";
const OPEN_ROW: &str = ".ticket-row__link[aria-current]";

/// Listens for as long as the inbox is there.
pub(super) fn listen(place: Place) {
    let go = use_navigate();
    let back = Callback::new(move |()| go(&place.address(None), NavigateOptions::default()));
    Effect::new(move |_| {
        dom::listen(ev::keydown, move |event| pressed(&event, place, back));
    });
}

fn pressed(event: &KeyboardEvent, place: Place, back: Callback<()>) {
    let chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    if event.default_prevented() || chord || dom::dialog_open() {
        return;
    }
    if dom::typing(event) {
        if event.key() == "Escape" {
            leave_field();
        }
        return;
    }
    let done = match event.key().as_str() {
        "j" => step(1),
        "k" => step(-1),
        "u" => open(place, dom::first(UNREAD_ROWS)),
        "e" => resolve_and_next(place),
        "r" => reach(".composer__input"),
        "/" => reach("#search"),
        "?" => {
            place.sheet.set(true);
            true
        }
        "Escape" => leave(place, back),
        "Enter" if dom::within(event, ROWS) => {
            // The link itself is followed by the browser.
            place.by_key.set_value(true);
            false
        }
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

/// Moves to the row `by` rows further, from the one that has the focus or is open.
fn step(by: isize) -> bool {
    let row = row_at(by);
    dom::focus(row.as_ref());
    row.is_some()
}

fn row_at(by: isize) -> Option<HtmlElement> {
    let list = document().query_selector_all(ROWS).ok()?;
    let rows: Vec<HtmlElement> =
        (0..list.length()).filter_map(|index| list.get(index)?.dyn_into().ok()).collect();
    let focused = document().active_element();
    let open = document().query_selector(OPEN_ROW).ok().flatten();
    let place_of = |element: &Option<web_sys::Element>| {
        let element = element.as_ref()?;
        rows.iter().position(|row| row.unchecked_ref::<web_sys::Element>() == element)
    };
    let next = match place_of(&focused).or_else(|| place_of(&open)) {
        Some(here) => here.checked_add_signed(by)?,
        None => 0,
    };
    rows.get(next).cloned()
}

fn open(place: Place, row: Option<HtmlElement>) -> bool {
    let Some(row) = row else { return false };
    place.by_key.set_value(true);
    dom::focus(Some(&row));
    row.click();
    true
}

fn resolve_and_next(place: Place) -> bool {
    let Some(button) = dom::by_id("resolve") else { return false };
    let next = row_at(1);
    button.click();
    open(place, next);
    true
}

fn reach(selector: &str) -> bool {
    let field = dom::first(selector);
    dom::focus(field.as_ref());
    field.is_some()
}

fn leave(place: Place, back: Callback<()>) -> bool {
    if place.details.get_untracked() {
        place.details.set(false);
        dom::focus(dom::first(".conversation__details").as_ref());
    } else if place.ticket.get_untracked().is_some() {
        let row = dom::first(OPEN_ROW);
        back.run(());
        dom::focus(row.as_ref());
    } else {
        return false;
    }
    true
}

fn leave_field() {
    let field = document().active_element().and_then(|field| field.dyn_into::<HtmlElement>().ok());
    if let Some(field) = field {
        // An element that keeps the focus keeps it.
        let _ = field.blur();
    }
}
