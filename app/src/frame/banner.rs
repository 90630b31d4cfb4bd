//! What the session has to say, under the strip: it pushes the page down and never takes the focus.

use super::words;
use crate::session::{next, use_session};
use crate::ui::Icon;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The end of the session, once it is there. What is on the screen stays readable.
#[component]
pub(super) fn SessionBanner() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let ended = Memo::new(move |_| session.session_ended.with(Option::is_some));
    let href = move || next::sign_in_from(&next::of_page(&location));
    let href = StoredValue::new(href);
    view! {
        <Show when=move || ended.get()>
            <div class="banner banner--expired" role="alert">
                {Icon::Alert.draw()} <p class="banner__text">{words::SESSION_OVER}</p>
                <div class="banner__actions">
                    <a class="button" rel="external" href=move || href.with_value(|href| href())>
                        {words::SIGN_IN}
                    </a>
                </div>
            </div>
        </Show>
    }
}
