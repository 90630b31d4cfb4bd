//! Results of actions, told at the edge of the page, with a way back where there is one.

use super::{Icon, words};
use leptos::prelude::*;
use std::time::Duration;

/// How long a toast stands.
const STANDS: Duration = Duration::from_secs(8);

/// The toasts of this page. Get them with [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    count: StoredValue<u32>,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    undo: Option<Callback<()>>,
}

/// Gives everything below a place for toasts.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { shown: RwSignal::new(Vec::new()), count: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

/// The toasts of this page.
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Says something.
    pub fn say(self, text: impl Into<String>) {
        self.put(text.into(), None);
    }

    /// Says what was done, with a way back.
    pub fn done(self, text: impl Into<String>, undo: Callback<()>) {
        self.put(text.into(), Some(undo));
    }

    fn put(self, text: String, undo: Option<Callback<()>>) {
        self.count.update_value(|count| *count += 1);
        let id = self.count.get_value();
        self.shown.update(|shown| {
            shown.retain(|toast| toast.text != text);
            shown.push(Toast { id, text, undo });
        });
        set_timeout(move || self.drop(id), STANDS);
    }

    fn drop(self, id: u32) {
        // The page may be gone by then, and its toasts with it.
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where toasts stand: always there, the last thing of the frame.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <ToastView toasts toast />
            </For>
        </div>
    }
}

/// One toast.
#[component]
fn ToastView(toasts: Toasts, toast: Toast) -> impl IntoView {
    let id = toast.id;
    let undo = toast.undo.map(|undo| {
        let back = move |_| {
            toasts.drop(id);
            undo.run(());
        };
        view! {
            <button class="button button--quiet" type="button" on:click=back>
                {words::UNDO}
            </button>
        }
    });
    view! {
        <div class="toast">
            <p class="toast__text">{toast.text}</p>
            {undo}
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-label=words::DISMISS
                on:click=move |_| toasts.drop(id)
            >
                {Icon::Close.draw()}
            </button>
        </div>
    }
}
