//! The sign-ins of the demo, one form each: a click posts the credentials.

use super::words;
use crate::session::api::SignIn;
use crate::ui::{Avatar, Icon};
use leptos::prelude::*;

/// The people a visitor of the demo may be.
#[component]
pub(super) fn DemoSignIns(action: ServerAction<SignIn>, next: Signal<String>) -> impl IntoView {
    let people = words::DEMO_PEOPLE.map(|(email, name, what)| {
        view! {
            <li>
                <DemoPerson action next email name what />
            </li>
        }
    });
    view! {
        <section class="sign-in__demo" aria-labelledby="demo-title">
            <h2 id="demo-title">{words::DEMO_TITLE}</h2>
            <p>{words::DEMO_TEXT}</p>
            <ul>{people.into_iter().collect_view()}</ul>
        </section>
    }
}

/// One of them.
#[component]
fn DemoPerson(
    action: ServerAction<SignIn>,
    next: Signal<String>,
    email: &'static str,
    name: &'static str,
    what: &'static str,
) -> impl IntoView {
    view! {
        <ActionForm action>
            <input type="hidden" name="next" value=move || next.get() />
            <input type="hidden" name="email" value=email />
            <input type="hidden" name="password" value=words::DEMO_PASSWORD />
            <button class="demo-person" type="submit">
                <Avatar name=name.to_owned() />
                <span>
                    <span class="demo-person__name">{name}</span>
                    <span class="demo-person__what">{what}</span>
                </span>
                {Icon::Next.draw_small()}
            </button>
        </ActionForm>
    }
}

#[cfg(test)]
mod tests {
    use crate::sign_in::words::DEMO_PEOPLE;

    #[test]
    fn the_people_on_offer_are_the_first_of_the_demos_staff() {
        let staff = include_str!("../../../server/demo/staff.txt");
        let people = staff.lines().filter(|line| line.contains('@'));
        for ((email, name, _), line) in DEMO_PEOPLE.iter().zip(people) {
            assert!(line.starts_with(&format!("{email} | {name} |")), "{line}");
        }
    }
}
