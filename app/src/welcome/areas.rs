//! The second step: what the person covers, and whom to tell when that is wrong.

use super::api::Finish;
use super::words;
use crate::browser;
use crate::error::Problem;
use crate::session::{Session, next, use_session};
use crate::ui::dom;
use crate::ui::words::explain;
use domain::staff::{Contact, Profile, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

/// The areas, and the end of the first steps.
#[component]
pub(super) fn Areas(
    finish: ServerAction<Finish>,
    inviter: Resource<Result<Option<Contact>, Problem>>,
) -> impl IntoView {
    let session = use_session();
    let covered = session.me.with_untracked(|me| me.as_ref().map(|me| covered(&me.profile)));
    let (value, pending) = (finish.value(), finish.pending());
    let error =
        move || value.with(|value| value.as_ref()?.as_ref().err().map(explain)).unwrap_or_default();
    let opening = move || pending.get() || matches!(*value.read(), Some(Ok(())));
    Effect::new(move |_| {
        if matches!(*value.read(), Some(Ok(()))) {
            go_on(session);
        }
    });
    let title = NodeRef::<leptos::html::H1>::new();
    // Whoever comes from the first step goes on reading here.
    Effect::new(move |_| dom::focus(title.get().as_deref()));
    view! {
        <p class="welcome__step">{words::STEP_TWO}</p>
        <h1 tabindex="-1" node_ref=title>
            {words::AREAS}
        </h1>
        <p class="welcome__text">{covered}</p>
        <ActionForm action=finish attr:class="sign-in__form" attr:id="finish">
            <button class="button button--primary button--wide" type="submit" disabled=opening>
                {move || if opening() { words::OPENING } else { words::LOOKS_RIGHT }}
            </button>
        </ActionForm>
        <p class="field__note is-error" role="alert">
            {error}
        </p>
        <details class="welcome__wrong">
            <summary>{words::SOMETHING_WRONG}</summary>
            <Suspense>
                {move || Suspend::new(async move {
                    view! { <TellAdmin inviter=inviter.await.ok().flatten() /> }
                })}
            </Suspense>
            <button class="button button--wide" type="submit" form="finish" disabled=opening>
                {words::GO_ON_ANYWAY}
            </button>
        </details>
        <A href=next::WELCOME attr:class="welcome__back">
            {words::BACK}
        </A>
    }
}

/// Whom to tell that the areas are wrong.
#[component]
fn TellAdmin(inviter: Option<Contact>) -> impl IntoView {
    let whom = inviter.map(|Contact { full_name, email }| {
        view! {
            <a href=format!("mailto:{email}")>{full_name}</a>
            ", "
        }
    });
    view! {
        <p class="welcome__text">
            {words::TELL_ADMIN} {whom} {words::TELL_ADMIN_WHAT}
        </p>
    }
}

/// The server knows that the first steps are done. The page gets tokens that say so; the guard then
/// leads on, as soon as it has heard from the server whom they belong to.
fn go_on(session: Session) {
    spawn_local(async move {
        if !session.refresh_session().await {
            // A new document asks anew, with whatever patience the browser has.
            browser::go(next::HOME);
        }
    });
}

fn covered(profile: &Profile) -> String {
    match profile.user_type {
        Role::Admin => words::ALL_AREAS.to_owned(),
        Role::Officer if profile.areas.is_empty() => words::NO_AREAS.to_owned(),
        Role::Officer => {
            let names: Vec<&str> = profile.areas.iter().map(|area| area.name.as_str()).collect();
            words::you_cover(&names.join(", "))
        }
    }
}
