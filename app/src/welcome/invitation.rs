//! The page of an invitation: who is invited, and the password they choose.

use super::api::{self, Accept};
use super::{Card, words};
use crate::error::Problem;
use crate::session::next;
use crate::ui::PasswordField;
use crate::ui::words::explain;
use domain::refusal::Refusal;
use domain::staff::{Contact, invitation};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// What a link leads to.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token")).unwrap_or_default());
    let action = ServerAction::<Accept>::new();
    let invited = Resource::new_blocking(move || token.get(), api::invited);
    view! {
        <Title text=words::INVITATION />
        <Card>
            <Suspense>
                {move || Suspend::new(async move {
                    match invited.await {
                        Ok(owner) => {
                            Either::Left(view! { <ChoosePassword action token owner /> })
                        }
                        Err(problem) => Either::Right(view! { <NotGood problem /> }),
                    }
                })}
            </Suspense>
        </Card>
    }
}

/// Who is invited, and the password they choose.
#[component]
fn ChoosePassword(
    action: ServerAction<Accept>,
    token: Memo<String>,
    owner: Contact,
) -> impl IntoView {
    let Contact { full_name, email } = owner;
    // What is wrong with a password is told at once, by the rule that the server goes by as well.
    let wrong = RwSignal::new(None::<Refusal>);
    let told = action.value();
    let error = Signal::derive(move || {
        let here = wrong.with(|wrong| wrong.clone().map(Problem::Refused));
        let there = || told.with(|told| told.as_ref()?.as_ref().err().cloned());
        here.or_else(there).map(|problem| explain(&problem)).unwrap_or_default()
    });
    let address = StoredValue::new(email.clone());
    let check = move |event: web_sys::SubmitEvent| {
        let Ok(Accept { password, .. }) = Accept::from_event(&event) else { return };
        let fault = address.with_value(|email| invitation::password_of(email, &password)).err();
        if fault.is_some() {
            event.prevent_default();
        }
        wrong.set(fault);
    };
    let pending = action.pending();
    view! {
        <h1>{words::welcome(&full_name)}</h1>
        <p class="welcome__text">{words::choose_password(&email)}</p>
        <ActionForm action attr:class="sign-in__form" on:submit:capture=check>
            <input type="hidden" name="token" value=move || token.get() />
            <input type="email" autocomplete="username" value=email readonly hidden />
            <PasswordField
                label=words::PASSWORD
                autocomplete="new-password"
                hint=words::PASSWORD_HINT
                error
            />
            <button
                class="button button--primary button--wide"
                type="submit"
                disabled=move || pending.get()
            >
                {words::GO_ON}
            </button>
        </ActionForm>
    }
}

/// Why a link is good for nothing, and what to do.
#[component]
fn NotGood(problem: Problem) -> impl IntoView {
    let used = matches!(problem.refusal(), Some(Refusal::InvitationUsed));
    view! {
        <h1>{words::not_good(&problem)}</h1>
        <p class="welcome__text">{explain(&problem)}</p>
        {used
            .then(|| {
                view! {
                    <p class="welcome__way">
                        <a class="button button--wide" href=next::SIGN_IN>
                            {words::SIGN_IN}
                        </a>
                    </p>
                }
            })}
    }
}
