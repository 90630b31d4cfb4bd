//! What floats from a button: it takes the focus while it is open and gives it back.

use super::dom;
use leptos::ev;
use leptos::prelude::*;

/// A floating panel. The button that opens it says `aria-controls` with the panel's id, and stands
/// in the row before it.
#[component]
pub fn Panel(
    /// Its id.
    id: &'static str,
    /// What it is called, for ears.
    label: &'static str,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Show when=move || open.get()>
            <Inside id label open children=children.clone() />
        </Show>
    }
}

/// The open panel.
#[component]
fn Inside(
    id: &'static str,
    label: &'static str,
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let button = format!("[aria-controls='{id}']");
    let inside = format!("#{id}, {button}");
    Effect::new(move |_| {
        dom::focus_soon(id);
        let button = button.clone();
        dom::listen(ev::keydown, move |event| {
            if event.key() == "Escape" {
                event.prevent_default();
                open.set(false);
                dom::focus(dom::first(&button).as_ref());
            }
        });
        let inside = inside.clone();
        dom::listen(ev::pointerdown, move |event| {
            if !dom::within(&event, &inside) {
                open.set(false);
            }
        });
    });
    view! {
        <section class="panel" id=id role="dialog" aria-label=label tabindex="-1">
            {children()}
        </section>
    }
}
