//! The WebAssembly entry point: hydrates the server-rendered page.

/// Called by the page's loader once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // From here on the page answers to what is done on it; whoever drives it may wait for this. A
    // document without a root or one that takes no attribute is none that could be driven.
    if let Some(root) = leptos::prelude::document().document_element() {
        root.set_attribute("data-hydrated", "").ok();
    }
}
