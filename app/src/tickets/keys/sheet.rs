//! The sheet of keys.

use crate::tickets::words;
use crate::ui::words::CLOSE;
use leptos::html;
use leptos::prelude::*;

/// All keys of the inbox, in a window.
#[component]
pub(in crate::tickets) fn KeySheet(open: RwSignal<bool>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && open.get()
            && !dialog.open()
            && dialog.show_modal().is_err()
        {
            tracing::warn!("this browser can't show a window");
        }
    });
    let keys = words::KEY_SHEET.map(|(keys, what)| {
        let keys = keys.split_whitespace().map(|key| view! { <kbd class="kbd">{key}</kbd> " " });
        view! {
            <dt>{keys.collect_view()}</dt>
            <dd>{what}</dd>
        }
    });
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="keys-title"
            on:close=move |_| open.set(false)
        >
            <h2 id="keys-title">{words::KEYS}</h2>
            <dl class="facts keys">{keys.into_iter().collect_view()}</dl>
            <form method="dialog">
                <button class="button button--wide" type="submit">
                    {CLOSE}
                </button>
            </form>
        </dialog>
    }
}
