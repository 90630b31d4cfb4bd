//! One message, with how far it came.

use super::composer::use_composer;
use crate::live::{Line, Sending, use_board};
use crate::session::use_session;
use crate::tickets::words;
use crate::ui::{Icon, time};
use domain::tickets::{DeliveryStatus, Source};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;
use reactive_stores::Field;

/// One message. It stays from the moment it is written until it is read, and after.
#[component]
pub(super) fn MessageView(#[prop(into)] line: Field<Line>, grouped: Memo<bool>) -> impl IntoView {
    let line = lasting(line);
    let (body, media, id) = line.with_untracked(|line| {
        (line.body.clone(), line.media_url.clone(), line.id.map(|id| format!("m-{id}")))
    });
    let class = move || line.with(|line| class(line, grouped.get()));
    view! {
        <li class=class id=id>
            <Author line grouped />
            {(!body.is_empty()).then(|| view! { <p class="message__body">{body.clone()}</p> })}
            {media
                .map(|url| {
                    view! {
                        <p class="message__body">
                            <a href=url target="_blank" rel="noopener noreferrer">
                                {words::ATTACHMENT}
                            </a>
                        </p>
                    }
                })}
            <Outcome line />
        </li>
    }
}

/// Who wrote it; for ears alone where it follows another of theirs.
#[component]
fn Author(line: Memo<Line>, grouped: Memo<bool>) -> impl IntoView {
    let session = use_session();
    let (source, user, name) =
        line.with_untracked(|line| (line.from_source, line.user_id, line.sender_name.clone()));
    let me = session.me.with_untracked(|me| me.as_ref().map(|me| me.profile.id));
    let by = if user.is_some() && user == me { words::YOU.to_owned() } else { name };
    move || {
        let by = by.clone();
        if grouped.get() {
            Either::Left(view! { <span class="visually-hidden">{by}</span> })
        } else {
            let ai =
                (source == Source::Ai).then(|| view! { <span class="badge">{words::AI}</span> });
            Either::Right(view! { <p class="message__by">{by} {ai}</p> })
        }
    }
}

/// When it was written and how far it came; or that it did not go out, with a way on.
#[component]
fn Outcome(line: Memo<Line>) -> impl IntoView {
    let state =
        Memo::new(move |_| line.with(|line| (line.sending.clone(), line.delivery_status, line.ts)));
    move || match state.get() {
        (Sending::Failed(problem), ..) => {
            let why = words::not_sent(problem.refusal());
            EitherOf3::A(view! { <NotSent line why /> })
        }
        (_, DeliveryStatus::Failed, _) => EitherOf3::B(view! {
            <p class="message__fail">
                <span>{words::UNDELIVERED}</span>
            </p>
        }),
        (sending, delivery, ts) => {
            let tick = tick(&sending, delivery).map(|(icon, word)| {
                view! {
                    {icon.draw_small()}
                    <span class="visually-hidden">{word}</span>
                }
            });
            EitherOf3::C(view! {
                <p class="message__meta">
                    <time datetime=time::iso(ts)>{time::clock(ts)}</time>
                    {tick}
                </p>
            })
        }
    }
}

/// It did not go out: again, or back into the composer.
#[component]
fn NotSent(line: Memo<Line>, why: String) -> impl IntoView {
    let (board, composer) = (use_board(), use_composer());
    let key = line.with_untracked(|line| line.key.clone());
    let again = key.clone();
    let edit = move |_| {
        if let Some(text) = board.take_back(&key) {
            composer.take(&text);
        }
    };
    view! {
        <p class="message__fail" role="alert">
            <span>{why}</span>
            <button
                class="button button--quiet"
                type="button"
                on:click=move |_| board.retry(&again)
            >
                {Icon::Retry.draw_small()}
                {words::TRY_AGAIN}
            </button>
            <button class="button button--quiet" type="button" on:click=edit>
                {words::EDIT}
            </button>
        </p>
    }
}

/// The line of a message, also in the moment between its going and its view's.
fn lasting(line: Field<Line>) -> Memo<Line> {
    let first = line.get_untracked();
    Memo::new(move |before: Option<&Line>| {
        line.try_get().or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    })
}

fn class(line: &Line, grouped: bool) -> String {
    let side = match line.from_source {
        Source::Customer => "message--customer",
        Source::Staff => "message--staff",
        Source::Ai => "message--ai",
    };
    let grouped = if grouped { " is-grouped" } else { "" };
    let state = match (&line.sending, line.delivery_status) {
        (Sending::Pending | Sending::Waiting, _) => " is-pending",
        (Sending::Failed(_), _) | (Sending::Stored, DeliveryStatus::Failed) => " is-failed",
        (Sending::Stored, DeliveryStatus::Read) => " is-read",
        (Sending::Stored, _) => "",
    };
    format!("message {side}{grouped}{state}")
}

const fn tick(sending: &Sending, delivery: DeliveryStatus) -> Option<(Icon, &'static str)> {
    match (sending, delivery) {
        (Sending::Pending, _) => Some((Icon::Clock, words::SENDING)),
        (Sending::Waiting, _) => Some((Icon::Clock, words::NO_CONNECTION)),
        (_, DeliveryStatus::Queued) => Some((Icon::Check, words::QUEUED)),
        (_, DeliveryStatus::Sent) => Some((Icon::Check, words::SENT)),
        (_, DeliveryStatus::Delivered) => Some((Icon::Checks, words::DELIVERED)),
        (_, DeliveryStatus::Read) => Some((Icon::Checks, words::READ)),
        (_, DeliveryStatus::Received | DeliveryStatus::Failed) => None,
    }
}
