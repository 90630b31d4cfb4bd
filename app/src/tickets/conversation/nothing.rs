//! What stands where a conversation is not, or not yet.

use crate::error::Problem;
use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::words::explain;
use crate::ui::{Empty, Icon};
use domain::refusal::Refusal;
use leptos::prelude::*;

/// The size of what comes.
#[component]
pub(super) fn Loading() -> impl IntoView {
    view! {
        <section class="pane conversation" aria-label=words::CONVERSATION aria-busy="true">
            <header class="conversation__head">
                <div class="conversation__title">
                    <span class="skeleton skeleton--short"></span>
                    <span class="skeleton skeleton--half"></span>
                </div>
            </header>
        </section>
    }
}

/// It left what the reader covers, while they had it open.
#[component]
pub(super) fn Gone() -> impl IntoView {
    view! { <Nothing title=words::GONE_TITLE text=words::GONE_TEXT.to_owned() /> }
}

/// It is not there, or did not come.
#[component]
pub(super) fn Missing(problem: Problem) -> impl IntoView {
    let unknown = matches!(problem.refusal(), Some(Refusal::NotFound { .. }));
    let (title, text) = if unknown {
        (words::MISSING_TITLE, words::MISSING_TEXT.to_owned())
    } else {
        (words::CONVERSATION_FAILED, explain(&problem))
    };
    view! { <Nothing title text /> }
}

/// An empty pane with a way back.
#[component]
fn Nothing(title: &'static str, text: String) -> impl IntoView {
    let place = use_place();
    view! {
        <section class="pane conversation" aria-label=words::CONVERSATION>
            <Empty icon=Icon::Alert title>
                <p>{text}</p>
                <a class="button" href=move || place.address(None)>
                    {words::BACK}
                </a>
            </Empty>
        </section>
    }
}
