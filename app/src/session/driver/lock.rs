//! The lock that the tabs of a browser share: Web Locks. It only saves requests, so it is never stolen
//! and never waited for longer than [`LOCK_PATIENCE`]: a frozen tab may hold it for hours.
//!
//! The interface is reached by name, because it is missing where a page is not secure.

use super::{driver, hear, tabs};
use crate::browser::{self, Timer};
use domain::session::keeper::Input;
use domain::session::keeper::timing::LOCK_PATIENCE;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

const NAME: &str = "wardline-session";

/// The lock, held until this is dropped.
pub(super) struct Held(Function);

impl Drop for Held {
    fn drop(&mut self) {
        if self.0.call0(&JsValue::NULL).is_err() {
            tracing::error!("the lock of the tabs could not be given back");
        }
    }
}

/// One wish for the lock. Whichever comes first, the lock or the end of patience, is heard.
struct Wish {
    answered: Cell<bool>,
    abort: AbortController,
    patience: Cell<Option<Timer>>,
}

impl Wish {
    fn answer(&self, held: Option<Held>) {
        self.patience.take();
        if self.answered.replace(true) {
            // Too late: what was got is given back at once.
            return;
        }
        let is_held = held.is_some();
        driver(|driver| *driver.lock.borrow_mut() = held);
        hear(Input::Locked { held: is_held, shared: tabs::stored() });
    }
}

/// Asks for the lock.
pub(super) fn take() {
    let Ok(abort) = AbortController::new() else {
        return go_without();
    };
    let wish = Rc::new(Wish { answered: Cell::new(false), abort, patience: Cell::default() });
    if request(&wish).is_none() {
        return go_without();
    }
    let impatient = Rc::clone(&wish);
    wish.patience.set(browser::after(LOCK_PATIENCE, move || {
        impatient.abort.abort();
        impatient.answer(None);
    }));
}

/// Later, because whoever asked is still at work.
fn go_without() {
    spawn_local(async {
        hear(Input::Locked { held: false, shared: tabs::stored() });
    });
}

/// `None` where the browser has no such interface.
fn request(wish: &Rc<Wish>) -> Option<()> {
    let locks = get(&window().navigator(), "locks").filter(JsValue::is_object)?;
    let ask: Function = get(&locks, "request")?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &wish.abort.signal()).ok()?;
    let granted = Rc::clone(wish);
    let work = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        // The lock is held for as long as this promise is open.
        Promise::new(&mut |release, _| granted.answer(Some(Held(release))))
    });
    let asked: Promise = ask.call3(&locks, &NAME.into(), &options, &work).ok()?.dyn_into().ok()?;
    spawn_local(async {
        // An end of patience rejects it; that was heard already.
        let _ = JsFuture::from(asked).await;
    });
    Some(())
}

fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}
