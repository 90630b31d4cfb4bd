//! The moments at which a page may have slept or the world may have changed around it, and the person's
//! acts. `freeze` and `resume` exist in Chromium only, so nothing relies on them alone.

use super::{hear, session_id, tabs};
use crate::browser;
use domain::session::keeper::{Input, Wake};
use domain::time::Timestamp;
use leptos::prelude::{document, window};
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, PageTransitionEvent};

/// Acts within this span are one.
const ACT_EVERY: Duration = Duration::from_secs(10);

/// Listens for the page's whole life.
pub(super) fn listen() {
    let (window, document) = (window(), document());
    on(&window, "online", |_| hear(Input::Woke(Wake::Online)));
    on(&window, "offline", |_| hear(Input::WentOffline));
    on(&window, "pageshow", |event| {
        let event = event.dyn_ref::<PageTransitionEvent>();
        if event.is_some_and(PageTransitionEvent::persisted) {
            catch_up();
            hear(Input::Woke(Wake::Restored));
        }
    });
    on(&document, "resume", |_| {
        catch_up();
        hear(Input::Woke(Wake::Resumed));
    });
    on(&document, "visibilitychange", |_| {
        if browser::visible() {
            catch_up();
            hear(Input::Woke(Wake::Visible));
        } else {
            hear(Input::Hidden);
        }
    });
    let last = Cell::new(Timestamp::from_millis(0));
    let acted = move |_: Event| {
        let now = browser::now();
        if now.since(last.get()) >= ACT_EVERY || now < last.get() {
            last.set(now);
            hear(Input::Acted);
        }
    };
    let acted = std::rc::Rc::new(acted);
    for event in ["keydown", "pointerdown", "wheel"] {
        let acted = std::rc::Rc::clone(&acted);
        on(&window, event, move |event| acted(event));
    }
    if !browser::online() {
        hear(Input::WentOffline);
    }
    if !browser::visible() {
        hear(Input::Hidden);
    }
}

/// Takes in what other tabs told while this page could not hear: what they kept says it.
fn catch_up() {
    if let Some(stored) = tabs::stored() {
        hear(Input::Heard(stored));
    } else if let Some(session) = session_id().filter(|_| tabs::have_left()) {
        hear(Input::HeardEnd { session, why: None });
    }
}

fn on(target: &EventTarget, event: &str, then: impl Fn(Event) + 'static) {
    let listener = Closure::<dyn Fn(Event)>::new(then);
    let options = web_sys::AddEventListenerOptions::new();
    // The page must go on scrolling whatever is listened for.
    options.set_passive(true);
    let added = target.add_event_listener_with_callback_and_add_event_listener_options(
        event,
        listener.as_ref().unchecked_ref(),
        &options,
    );
    if added.is_err() {
        tracing::error!(event, "the browser refused a listener");
    }
    listener.forget();
}
