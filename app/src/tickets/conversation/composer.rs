//! Where a reply is written. What is begun is kept by the browser until it is sent.

use super::Opened;
use crate::live::use_board;
use crate::session::use_session;
use crate::tickets::{api, drafts, words};
use crate::ui::toast::use_toasts;
use crate::ui::{Icon, dom};
use domain::id::{TicketId, UserId};
use leptos::html;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The most lines the field grows to where the browser does not size it by itself.
const ROWS_MAX: usize = 8;

/// What is being written. Get it with [`use_composer`].
#[derive(Clone, Copy)]
pub(super) struct ComposerText {
    text: RwSignal<String>,
    field: NodeRef<html::Textarea>,
    user: Option<UserId>,
    ticket: TicketId,
}

/// Makes what is being written known to everything below.
pub(super) fn provide_composer(opened: StoredValue<Opened>) {
    let user = use_session().me.with_untracked(|me| me.as_ref().map(|me| me.profile.id));
    let ticket = opened.with_value(Opened::id);
    let (text, field) = (RwSignal::new(String::new()), NodeRef::new());
    provide_context(ComposerText { text, field, user, ticket });
}

/// What is being written.
pub(super) fn use_composer() -> ComposerText {
    expect_context()
}

impl ComposerText {
    /// Puts a text back that did not go out, above what is written by now.
    pub(super) fn take(self, text: &str) {
        let now = self.text.get_untracked();
        let both = if now.trim().is_empty() { text.to_owned() } else { format!("{text}\n\n{now}") };
        self.write(both);
        if let Some(field) = self.field.get_untracked() {
            dom::focus(Some(&field));
        }
    }

    fn write(self, text: String) {
        if let Some(user) = self.user {
            drafts::keep(user, self.ticket, &text);
        }
        self.text.set(text);
    }

    /// What was typed before the page was the browser's, else what was kept.
    fn restore(self) {
        let typed = self.field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let kept = self.user.and_then(|user| drafts::kept(user, self.ticket));
        let text = if typed.is_empty() { kept.unwrap_or_default() } else { typed };
        self.text.set(text);
    }
}

/// The composer: a form that works without JavaScript.
#[component]
pub(super) fn Composer(opened: StoredValue<Opened>) -> impl IntoView {
    let (board, composer, session) = (use_board(), use_composer(), use_session());
    let toasts = use_toasts();
    let (id, reply_id, newest) =
        opened.with_value(|opened| (opened.id(), opened.reply_id.clone(), opened.newest));
    Effect::new(move |_| composer.restore());
    let send = Callback::new(move |()| {
        let text = composer.text.get_untracked();
        if text.trim().is_empty() || !session.can_queue.get_untracked() {
            return;
        }
        if !board.send(&text) {
            toasts.say(words::QUEUE_FULL);
            return;
        }
        composer.write(String::new());
        if let Some(log) = dom::first(".conversation__log") {
            log.set_scroll_top(0);
        }
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let base = newest.map(|newest| {
        view! { <input type="hidden" name="draft[base_message_id]" value=newest.to_string() /> }
    });
    view! {
        <form
            class="composer"
            aria-label=words::REPLY
            method="post"
            action=api::Reply::url()
            on:submit=submit
        >
            <input type="hidden" name="ticket" value=id.to_string() />
            <input type="hidden" name="draft[client_id]" value=reply_id />
            {base}
            <div class="composer__box">
                <Field send />
                <Bar />
            </div>
        </form>
    }
}

/// The field itself. Ctrl-Enter sends, Enter breaks the line.
#[component]
fn Field(send: Callback<()>) -> impl IntoView {
    let composer = use_composer();
    let text = composer.text;
    let rows = move || text.with(|text| text.split('\n').count().min(ROWS_MAX).to_string());
    let pressed = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send.run(());
        }
    };
    view! {
        <textarea
            class="composer__input"
            name="draft[body]"
            rows=rows
            aria-label=words::REPLY
            placeholder=words::REPLY_HINT
            enterkeyhint="enter"
            autocomplete="off"
            node_ref=composer.field
            prop:value=move || text.get()
            on:input:target=move |event| composer.write(event.target().value())
            on:keydown=pressed
        ></textarea>
    }
}

/// What is kept, and the button.
#[component]
fn Bar() -> impl IntoView {
    let (composer, session) = (use_composer(), use_session());
    let kept = Memo::new(move |_| composer.text.with(|text| !text.trim().is_empty()));
    view! {
        <div class="composer__bar">
            <span class="composer__note" role="status">
                {move || kept.get().then_some(words::DRAFT_KEPT)}
            </span>
            <button
                class="button button--primary"
                type="submit"
                disabled=move || !session.can_queue.get()
            >
                <span class="composer__icon">{Icon::Send.draw()}</span>
                <span class="composer__send">{words::SEND}</span>
                <kbd class="kbd">{words::SEND_KEYS}</kbd>
            </button>
        </div>
    }
}
