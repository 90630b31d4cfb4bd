//! Small things asked of the browser's page: focus, listeners, what is being typed into, the
//! cupboard for drafts. From effects and event handlers only.

use leptos::ev::EventDescriptor;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The element with this id.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that the selector finds.
#[must_use]
pub fn first(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Moves the focus, where the page has such an element.
pub fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        // An element that can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Moves the focus to the element with this id once the page has been brought up to date.
pub fn focus_soon(id: &'static str) {
    request_animation_frame(move || focus(by_id(id).as_ref()));
}

/// Listens on the window for as long as the current owner lives.
pub fn listen<E>(event: E, then: impl Fn(E::EventType) + 'static)
where
    E: EventDescriptor + 'static,
    E::EventType: JsCast,
{
    let handle = window_event_listener(event, then);
    on_cleanup(move || handle.remove());
}

/// Whether the event happened inside an element that the selector finds.
#[must_use]
pub fn within(event: &web_sys::Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| matches!(element.closest(selector), Ok(Some(_))))
}

/// Whether the keys of this event go into a field: then they mean letters.
#[must_use]
pub fn typing(event: &web_sys::KeyboardEvent) -> bool {
    within(event, "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
}

/// Whether a window is up in front of the page.
#[must_use]
pub fn dialog_open() -> bool {
    first("dialog[open], .panel").is_some()
}

/// Whether the page is as narrow as a phone: one pane at a time.
#[must_use]
pub fn phone() -> bool {
    let query = window().match_media("(max-width: 699.98px)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// What the browser keeps under this key.
#[must_use]
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a text under this key; an empty one is forgotten. `false` when the browser did not: its store is
/// full or forbidden.
pub fn keep(key: &str, text: &str) -> bool {
    let Some(storage) = storage() else { return false };
    let outcome =
        if text.is_empty() { storage.remove_item(key) } else { storage.set_item(key, text) };
    if outcome.is_err() {
        tracing::warn!(key, "this browser did not keep a text");
    }
    outcome.is_ok()
}

/// Forgets everything whose key begins so, unless it is to stay.
pub fn forget_unless(prefix: &str, stays: impl Fn(&str) -> bool) {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or(0);
    let keys = (0..count).filter_map(|index| storage.key(index).ok().flatten());
    let ours: Vec<String> = keys.filter(|key| key.starts_with(prefix) && !stays(key)).collect();
    for key in ours {
        keep(&key, "");
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
