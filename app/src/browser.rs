//! What only a browser can do: its clock, timers, randomness and the moments it wakes up.
//!
//! Everything here is called from effects, event handlers and the futures they start, never while a
//! page is rendered: on a server these calls have nothing behind them.

use domain::time::Timestamp;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{document, set_timeout_with_handle, window};
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// The browser's clock. It may be wrong; decisions about sessions go by the server's.
pub fn now() -> Timestamp {
    moment(js_sys::Date::now())
}

/// When the browser began to ask for this page: no later than the server's answer.
pub fn page_requested() -> Timestamp {
    window().performance().map_or_else(now, |timing| moment(timing.time_origin()))
}

/// Whether the browser believes to have a network.
pub fn online() -> bool {
    window().navigator().on_line()
}

/// Whether the page is in front.
pub fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// An id that nobody else will draw: 128 bits as hexadecimal digits.
pub fn fresh_id() -> String {
    let mut bytes = [0_u8; 16];
    let drawn = window().crypto().and_then(|c| c.get_random_values_with_u8_array(&mut bytes));
    if drawn.is_err() {
        tracing::error!("this browser has no source of randomness");
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// An id of this page, for logs.
pub fn page_id() -> String {
    thread_local! {
        static ID: String = fresh_id().split_off(20);
    }
    ID.with(Clone::clone)
}

/// A number in `0.0 .. 1.0`, to spread what must not happen everywhere at once.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// A call that is still to come. It does not come when this is dropped.
pub struct Timer(TimeoutHandle);

impl Drop for Timer {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Calls `then` once, `span` from now.
#[must_use = "dropping the timer stops it"]
pub fn after(span: Duration, then: impl FnOnce() + 'static) -> Option<Timer> {
    set_timeout_with_handle(then, span).ok().map(Timer)
}

/// Waits.
pub async fn pause(span: Duration) {
    let (done, waiting) = futures::channel::oneshot::channel();
    let timer = after(span, move || {
        // Nobody waits any more.
        let _ = done.send(());
    });
    // Without a timer there is nothing to wait for.
    if timer.is_some() {
        let _ = waiting.await;
    }
}

/// Calls `then` whenever the page may have slept or the network may have changed.
///
/// That is when it becomes visible, comes back from the browser's cache, or the browser says online
/// or offline. It holds for the page's whole life.
pub fn on_wake(then: impl Fn() + 'static) {
    let listener = Closure::<dyn Fn()>::new(then).into_js_value();
    let call: &js_sys::Function = listener.unchecked_ref();
    for event in ["online", "offline", "pageshow"] {
        listened(event, window().add_event_listener_with_callback(event, call));
    }
    let event = "visibilitychange";
    listened(event, document().add_event_listener_with_callback(event, call));
}

/// Leaves this document for another address, so that nothing of it stays.
pub fn go(address: &str) {
    if window().location().assign(address).is_err() {
        tracing::error!(address, "the browser refused an address");
    }
}

/// Has the browser keep the shell of the app for times without a network, where it can: see
/// `public/sw.js`.
pub fn keep_shell() {
    let navigator = window().navigator();
    // The interface is missing where a page is not secure.
    let Ok(workers) = js_sys::Reflect::get(&navigator, &"serviceWorker".into()) else { return };
    let register = js_sys::Reflect::get(&workers, &"register".into());
    let Some(register) = register.ok().and_then(|call| call.dyn_into::<js_sys::Function>().ok())
    else {
        return;
    };
    let Ok(registered) = register.call1(&workers, &"/sw.js".into()) else { return };
    let Ok(registered) = registered.dyn_into::<js_sys::Promise>() else { return };
    leptos::task::spawn_local(async {
        if wasm_bindgen_futures::JsFuture::from(registered).await.is_err() {
            tracing::warn!("the shell is not kept: pages do not open without a network");
        }
    });
}

/// Asks for this page again. The server renews the session of whoever opens a page.
pub fn reload() {
    if window().location().reload().is_err() {
        tracing::error!("the browser refused to load the page again");
    }
}

/// Leaves this page for good: what is on it disappears at once, and the way back does not lead here.
pub fn leave_page() {
    hide_page();
    if window().location().replace("/").is_err() {
        tracing::error!("the browser refused to leave the page");
    }
}

/// Takes the page out of sight.
pub fn hide_page() {
    if let Some(root) = document().document_element() {
        // A node that can't be hidden is gone a moment later with the page.
        let _ = root.set_attribute("hidden", "");
    }
}

fn listened(event: &str, outcome: Result<(), JsValue>) {
    if outcome.is_err() {
        tracing::error!(event, "the browser refused a listener");
    }
}

/// From JavaScript's milliseconds.
fn moment(millis: f64) -> Timestamp {
    let span = Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default();
    Timestamp::from_millis(0).plus(span)
}
