//! The page `/me`: devices above, what happened below.

use super::api::{self, EndDevice, EndOthers, OwnSecurity, SignOutEverywhere};
use super::devices::Devices;
use super::events::Events;
use super::words;
use crate::browser;
use crate::error::Problem;
use crate::session::{Session, driver, next, use_session};
use crate::ui::toast::{Toasts, use_toasts};
use crate::ui::words::explain;
use crate::ui::{Empty, Icon};
use domain::session::keeper::Input;
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;

/// What can be done on the page.
#[derive(Clone, Copy)]
pub(super) struct Ways {
    /// Ends one device.
    pub(super) device: ServerAction<EndDevice>,
    /// Ends all others.
    pub(super) others: ServerAction<EndOthers>,
    /// Ends all.
    pub(super) everywhere: ServerAction<SignOutEverywhere>,
}

/// One's own devices, and what happened to one's sessions and rights.
#[component]
pub fn MePage() -> impl IntoView {
    let ways = Ways {
        device: ServerAction::new(),
        others: ServerAction::new(),
        everywhere: ServerAction::new(),
    };
    follow(ways);
    let tries = RwSignal::new(0_u32);
    // Whatever was ended, the list is asked for again.
    let asked = move || (ways.device.version().get(), ways.others.version().get(), tries.get());
    let security = Resource::new_blocking(asked, |_| api::security());
    let shown = move || {
        Suspend::new(async move {
            match security.await {
                Ok(found) => Either::Left(view! { <Found found ways /> }),
                Err(problem) => Either::Right(view! { <Absent problem tries /> }),
            }
        })
    };
    view! {
        <Title text=words::TITLE />
        <div class="page">
            <div class="page__head">
                <h1>{words::TITLE}</h1>
            </div>
            <div class="security">
                <Transition>{shown}</Transition>
            </div>
        </div>
    }
}

/// What the server said.
#[component]
fn Found(found: OwnSecurity, ways: Ways) -> impl IntoView {
    let OwnSecurity { now, devices, events } = found;
    view! {
        <Devices devices now ways />
        <Events events=events.items now />
    }
}

/// The server did not say it.
#[component]
fn Absent(problem: Problem, tries: RwSignal<u32>) -> impl IntoView {
    view! {
        <Empty icon=Icon::Alert title=words::NOT_LOADED>
            <p>{explain(&problem)}</p>
            <button class="button" type="button" on:click=move |_| tries.update(|tries| *tries += 1)>
                {words::AGAIN}
            </button>
        </Empty>
    }
}

/// Says what came of it, and leaves when this device was among them.
fn follow(ways: Ways) {
    let (session, toasts) = (use_session(), use_toasts());
    Effect::new(move |_| match ways.device.value().get() {
        Some(Ok(())) => toasts.say(words::DEVICE_SIGNED_OUT),
        Some(Err(problem)) => toasts.say(explain(&problem)),
        None => {}
    });
    Effect::new(move |_| match ways.others.value().get() {
        Some(Ok(count)) => toasts.say(words::others_signed_out(count)),
        Some(Err(problem)) => toasts.say(explain(&problem)),
        None => {}
    });
    Effect::new(move |_| match ways.everywhere.value().get() {
        Some(Ok(())) => driver::hear(Input::SignedOut),
        Some(Err(problem)) => left(session, toasts, &problem),
        None => {}
    });
}

/// The socket may have told the end of this session before the answer came.
fn left(session: Session, toasts: Toasts, problem: &Problem) {
    if session.session_expired.with_untracked(Option::is_some) {
        browser::go(next::SIGN_IN);
    } else {
        toasts.say(explain(problem));
    }
}
