//! Pages for those who are signed in.

use super::api::whoami;
use super::{next, state, use_session};
use crate::error::Problem;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

/// Shows its children to somebody who is signed in, and leads everybody else to the sign-in page and
/// from there back here.
///
/// The server knows who is there before it renders, and tells the browser with the page: nothing is
/// waited for, so the children are built once, and the same on both sides. A visitor whose access
/// token is over is neither in nor out: the browser refreshes it, then looks again. Once shown, the
/// children stay, also when the session ends: what is on the screen stays readable.
#[component]
pub fn Protected(
    /// What stands there while the browser restores the session.
    #[prop(optional, into)]
    restoring: ViewFn,
    /// The pages.
    children: ChildrenFn,
) -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let known = SharedValue::new(known_reader).into_inner();
    match known {
        Some(Ok(me)) => {
            session.adopt(me);
            EitherOf3::A(children())
        }
        Some(Err(problem)) if leads_to_sign_in(&problem) => {
            let path = next::sign_in_from(&next::of_page(&location));
            EitherOf3::B(view! { <Redirect path /> })
        }
        Some(Err(_)) | None => EitherOf3::C(view! { <Restoring restoring children /> }),
    }
}

/// Who the server says is there: nothing in a browser that comes here from another page.
#[cfg(feature = "ssr")]
use crate::ssr::reader as known_reader;
#[cfg(not(feature = "ssr"))]
const fn known_reader() -> Option<Result<super::Me, Problem>> {
    None
}

/// Asks who is there until that is known. In the browser only: the server renders what stands there
/// meanwhile.
#[component]
fn Restoring(restoring: ViewFn, children: ChildrenFn) -> impl IntoView {
    let (session, location) = (use_session(), use_location());
    let outcome = RwSignal::new(None::<bool>);
    let look = move |here: String| {
        spawn_local(async move {
            match whoami().await {
                Ok(me) => {
                    session.adopt(me);
                    outcome.try_set(Some(true));
                }
                Err(problem) if leads_to_sign_in(&problem) => {
                    outcome.try_set(Some(false));
                }
                Err(_) => super::keeper::restore(session, &here),
            }
        });
    };
    let here = location.clone();
    Effect::new(move |_| {
        session.attempts();
        look(next::of_page(&here));
    });
    let there = StoredValue::new(location);
    move || match outcome.get() {
        None => EitherOf3::A(restoring.run()),
        Some(true) => EitherOf3::B(children()),
        Some(false) => {
            let path = there.with_value(|there| next::sign_in_from(&next::of_page(there)));
            EitherOf3::C(view! { <Redirect path /> })
        }
    }
}

/// Whether only a sign-in helps. An expired token asks for a refresh, a fault for another try.
fn leads_to_sign_in(problem: &Problem) -> bool {
    problem.refusal().is_some_and(|why| why.ends_session() && !state::asks_for_refresh(why))
}
