//! The page of the first steps: the profile, then the areas.
//!
//! Which step is shown stands in the address, so that it works without JavaScript and the way back is the
//! browser's own.

use super::api::{self, Finish, Save};
use super::areas::Areas;
use super::profile::ProfileForm;
use super::{Card, words};
use crate::session::{Protected, use_session};
use crate::ui::theme::{self, Theme};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Where the second step stands.
pub(super) const AREAS: &str = "/welcome?step=areas";

/// The first steps of somebody who is signed in and has not been through them.
#[component]
pub fn WelcomePage() -> impl IntoView {
    view! {
        <Title text=words::WELCOME />
        <Protected first_steps=true>
            <Card>
                <Steps />
            </Card>
        </Protected>
    }
}

/// One step after another. What has to be the same on both sides is made here, once, and not in the
/// step that shows it: a step may be built twice.
#[component]
fn Steps() -> impl IntoView {
    let query = use_query_map();
    let at_areas =
        Memo::new(move |_| query.with(|query| query.get("step")).as_deref() == Some("areas"));
    let inviter = Resource::new_blocking(|| (), |()| api::inviter());
    let (save, finish) = (ServerAction::<Save>::new(), ServerAction::<Finish>::new());
    let theme = SharedValue::new(|| theme::asked_for().unwrap_or_default().to_owned());
    let theme = RwSignal::new(Theme::parse(&theme.into_inner()));
    Effect::new(move |_| theme.set(Theme::of_page()));
    view! {
        {move || {
            if at_areas.get() {
                Either::Left(view! { <Areas finish inviter /> })
            } else {
                Either::Right(view! { <ProfileForm save theme /> })
            }
        }}
        <NotYou />
    }
}

/// The way out for somebody who is signed in as somebody else than they are.
#[component]
fn NotYou() -> impl IntoView {
    let session = use_session();
    view! {
        <ActionForm action=session.sign_out attr:class="welcome__out">
            <button class="button button--quiet" type="submit">
                {words::NOT_YOU}
            </button>
        </ActionForm>
    }
}
