//! The WebAssembly entry point: hydrates the server-rendered page, or fills the empty one that the
//! browser kept for times without a network.

use leptos::mount::{hydrate_from_async, mount_to_renderer};
use leptos::prelude::document;
use wasm_bindgen_futures::spawn_local;

/// Called by the page's loader once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else { return };
    spawn_local(async move {
        if body.has_attribute("data-empty") {
            app::session::driver::begin_without_network();
            mount_to_renderer(&body, app::App).forget();
        } else {
            // The code of the page's route may be in a module of its own, which is fetched first.
            hydrate_from_async(body, app::App).await.forget();
        }
        // From here on the page answers to what is done on it; whoever drives it may wait for this. A
        // document without a root or one that takes no attribute is none that could be driven.
        if let Some(root) = document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
        app::browser::keep_shell();
    });
}
