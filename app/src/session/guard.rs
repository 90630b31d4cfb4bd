//! Pages for those who are signed in.

use super::api::whoami;
use super::{next, state, use_session};
use crate::error::Problem;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

/// Shows its children to somebody who is signed in, and leads everybody else to the sign-in page and
/// from there back here.
///
/// A visitor whose access token is over is neither: the browser refreshes it, then looks again.
/// Once shown, the children stay, also when the session ends: what is on the screen stays readable.
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
    let here = move || next::of_page(&location);
    let there = Resource::new_blocking(move || session.attempts(), |_| whoami());
    let children = StoredValue::new(children);
    let restoring = StoredValue::new(restoring);
    view! {
        <Suspense fallback=move || restoring.with_value(ViewFn::run)>
            {move || {
                let here = here.clone();
                Suspend::new(async move {
                    match there.await {
                        Ok(me) => {
                            session.adopt(me);
                            EitherOf3::A(children.with_value(|children| children()))
                        }
                        Err(problem) if leads_to_sign_in(&problem) => {
                            let path = next::sign_in_from(&here());
                            EitherOf3::B(view! { <Redirect path /> })
                        }
                        Err(_) => {
                            Effect::new(move |_| super::keeper::restore(session, &here()));
                            EitherOf3::C(restoring.with_value(ViewFn::run))
                        }
                    }
                })
            }}
        </Suspense>
    }
}

/// Whether only a sign-in helps. An expired token asks for a refresh, a fault for another try.
fn leads_to_sign_in(problem: &Problem) -> bool {
    problem.refusal().is_some_and(|why| why.ends_session() && !state::asks_for_refresh(why))
}
