//! The WebAssembly entry point: hydrates the server-rendered page.

use leptos::mount::hydrate_from_async;
use leptos::prelude::document;
use wasm_bindgen_futures::spawn_local;

/// Called by the page's loader once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let Some(body) = document().body() else { return };
    spawn_local(async move {
        // The code of the page's route may be in a module of its own, which is fetched first.
        hydrate_from_async(body, app::App).await.forget();
        // From here on the page answers to what is done on it; whoever drives it may wait for this. A
        // document without a root or one that takes no attribute is none that could be driven.
        if let Some(root) = document().document_element() {
            root.set_attribute("data-hydrated", "").ok();
        }
    });
}
