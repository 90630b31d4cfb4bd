//! Pages for those who are signed in.

use super::api::whoami;
use super::place::Place;
use super::{Session, driver, next, use_session};
use crate::browser;
use crate::error::Problem;
use crate::live::known;
use domain::refusal::Refusal;
use domain::session::keeper::timing;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

/// Shows its children to somebody who is signed in, and leads everybody else to the sign-in page and
/// from there back here.
///
/// The server knows who is there before it renders, and tells the browser with the page: nothing is
/// waited for, so the children are built once, and the same on both sides. Once shown, the children
/// stay, also when the session ends: what is on the screen stays readable. They are made anew under
/// each new epoch, which is when role, areas or person have changed.
///
/// Whoever has not been through the first steps is led to them from everywhere else, and on to the
/// inbox once they have.
#[component]
pub fn Protected(
    /// What stands there while the browser restores the session.
    #[prop(optional, into)]
    restoring: ViewFn,
    /// Whether these are the first steps, and not what comes behind them.
    #[prop(optional)]
    first_steps: bool,
    /// The pages.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let known = SharedValue::new(known_reader).into_inner();
    let children = StoredValue::new(children);
    let pages = move || match elsewhere(session, first_steps) {
        Some(path) => view! { <Redirect path /> }.into_any(),
        None => children.with_value(|children| children()),
    };
    match known {
        // From page to page within the browser.
        None if session.me.with_untracked(Option::is_some) => {
            EitherOf3::A(under_epochs(session.epoch, pages))
        }
        Some(Ok(me)) => {
            session.adopt(me);
            EitherOf3::A(under_epochs(session.epoch, pages))
        }
        Some(Err(problem)) if leads_to_sign_in(&problem) => {
            let path = next::sign_in_from(&next::of_page(&location));
            EitherOf3::B(view! { <Redirect path /> })
        }
        Some(Err(_)) | None => EitherOf3::C(view! { <Restoring restoring pages /> }),
    }
}

/// Where whoever is signed in belongs instead: before the first steps nowhere else, behind them to the
/// inbox.
fn elsewhere(session: Session, first_steps: bool) -> Option<&'static str> {
    let onboarded = session.me.with_untracked(|me| me.as_ref().map(|me| me.profile.onboarded))?;
    match (onboarded, first_steps) {
        (false, false) => Some(next::WELCOME),
        (true, true) => Some(next::HOME),
        _ => None,
    }
}

/// Who the server says is there: nothing in a browser that comes here from another page.
#[cfg(feature = "ssr")]
use crate::ssr::reader as known_reader;
#[cfg(not(feature = "ssr"))]
const fn known_reader() -> Option<Result<super::Me, Problem>> {
    None
}

/// The pages, made anew under each epoch. On the server they are made once: it may well look at what
/// changes more than once, and each time would make the resources of the page again.
#[cfg(feature = "ssr")]
fn under_epochs<V>(_epoch: Signal<u64>, pages: V) -> AnyView
where
    V: Fn() -> AnyView + Copy + Send + Sync + 'static,
{
    pages()
}

#[cfg(not(feature = "ssr"))]
fn under_epochs<V>(epoch: Signal<u64>, pages: V) -> AnyView
where
    V: Fn() -> AnyView + Copy + Send + Sync + 'static,
{
    let anew = move || {
        epoch.track();
        pages()
    };
    anew.into_any()
}

/// Asks who is there until that is known. In the browser only: the server renders what stands there
/// meanwhile.
#[component]
fn Restoring<V>(restoring: ViewFn, pages: V) -> impl IntoView
where
    V: Fn() -> AnyView + Copy + Send + Sync + 'static,
{
    let (session, location) = (use_session(), use_location());
    let outcome = RwSignal::new(None::<bool>);
    Effect::new(move |_| {
        if driver::is_leaving() {
            outcome.set(Some(false));
            return;
        }
        let known = driver::restore().and_then(known::me);
        if let Some(me) = known.clone() {
            session.adopt_known(me);
            outcome.set(Some(true));
        }
        spawn_local(async move {
            match (find_out().await, known) {
                (Ok(me), Some(known)) if known.profile == me.profile => session.adopt_known(me),
                (Ok(me), Some(_)) => session.adopt_anew(me),
                (Ok(me), None) => {
                    session.adopt(me);
                    outcome.try_set(Some(true));
                }
                // What is shown stays readable under the banner that says why.
                (Err(_), Some(_)) => {}
                (Err(_), None) => {
                    outcome.try_set(Some(false));
                }
            }
        });
    });
    let there = StoredValue::new(location);
    move || match outcome.get() {
        None => EitherOf3::A(restoring.run()),
        Some(true) => EitherOf3::B(under_epochs(session.epoch, pages)),
        Some(false) => {
            let path = there.with_value(|there| next::sign_in_from(&next::of_page(there)));
            EitherOf3::C(view! { <Redirect path /> })
        }
    }
}

/// Asks who is there until the server says so or says that nobody is.
async fn find_out() -> Result<super::Me, Refusal> {
    let mut tries = 0;
    loop {
        match whoami().await {
            Ok(me) => return Ok(me),
            Err(Problem::Refused(why)) if why.ends_session() => return Err(why),
            // Nothing is known here that could be renewed: the server does that as it makes the page.
            Err(Problem::Refused(Refusal::TokenExpired | Refusal::ClaimsStale))
                if driver::session_id().is_none() =>
            {
                browser::reload();
                std::future::pending::<()>().await;
            }
            Err(problem) => {
                tries += 1;
                let wait = problem.refusal().and_then(Refusal::retry_after);
                let wait = wait.map(|seconds| std::time::Duration::from_secs(seconds.into()));
                browser::pause(timing::pause(tries + 1, wait, browser::chance())).await;
            }
        }
    }
}

/// Asks who is there under the new claims, then makes the signed-in part of the page anew.
///
/// What is the person's own survives: the address, where they were in the list, what they were writing
/// and where the cursor stood in it.
pub(super) fn look_again(session: Session) {
    spawn_local(async move {
        let epoch = driver::epoch();
        // When it is over, the banner says so; what is on the screen stays.
        let Ok(me) = find_out().await else { return };
        if driver::epoch() == epoch {
            let place = Place::of_page();
            session.adopt_anew(me);
            place.restore();
        }
    });
}

/// Whether only a sign-in helps. An expired token asks for a refresh, a fault for another try.
fn leads_to_sign_in(problem: &Problem) -> bool {
    problem.refusal().is_some_and(Refusal::ends_session)
}
