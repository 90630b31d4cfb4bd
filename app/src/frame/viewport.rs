//! Keeps the composer above the keyboard on browsers that lay the keyboard over the page: there the
//! height of the visible part goes into `--view-height`, which is the height of the frame.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

/// Smaller differences are the browser's own bars.
const KEYBOARD_AT_LEAST: f64 = 120.0;

/// Follows the visible part for as long as the page lives.
pub(super) fn follow() {
    Effect::new(move |begun: Option<()>| {
        if begun.is_some() {
            return;
        }
        let Some(seen) = window().visual_viewport() else { return };
        let listener = Closure::<dyn Fn()>::new(fit).into_js_value();
        if seen.add_event_listener_with_callback("resize", listener.unchecked_ref()).is_err() {
            tracing::warn!("the height of the visible part can't be followed");
        }
    });
}

fn fit() {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    let (Some(root), Some(seen)) = (root, window().visual_viewport()) else { return };
    let whole = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    let style = root.style();
    let fitted = if whole - seen.height() > KEYBOARD_AT_LEAST {
        style.set_property("--view-height", &format!("{}px", seen.height()))
    } else {
        style.remove_property("--view-height").map(|_| ())
    };
    if fitted.is_err() {
        tracing::warn!("the height of the frame can't be set");
    }
}
