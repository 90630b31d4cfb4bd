//! The first step: how the person is called and reached, their language, their theme.

use super::api::Save;
use super::field::{Fault, TextField};
use super::steps::AREAS;
use super::words;
use crate::session::use_session;
use crate::ui::ThemeChoice;
use crate::ui::theme::Theme;
use domain::staff::Locale;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The profile, as far as the person knows it best.
#[component]
pub(super) fn ProfileForm(save: ServerAction<Save>, theme: RwSignal<Theme>) -> impl IntoView {
    let session = use_session();
    let profile = session.me.with_untracked(|me| me.as_ref().map(|me| me.profile.clone()));
    let name = profile.as_ref().map(|profile| profile.full_name.clone()).unwrap_or_default();
    let phone = profile.as_ref().and_then(|profile| profile.phone_number.clone());
    let locale = profile.map(|profile| profile.locale).unwrap_or_default();
    let (value, pending) = (save.value(), save.pending());
    let fault =
        Signal::derive(move || value.with(|value| value.as_ref()?.as_ref().err().map(Fault::from)));
    let rest =
        move || fault.with(|fault| Fault::of_none(fault.as_ref(), &["full_name", "phone_number"]));
    let navigate = use_navigate();
    Effect::new(move |_| {
        // Taken, so that the way back shows the form and does not lead on at once.
        if matches!(*value.read(), Some(Ok(_)))
            && let Some(Ok(profile)) = value.try_update(Option::take).flatten()
        {
            session.set_profile(profile);
            navigate(AREAS, NavigateOptions::default());
        }
    });
    view! {
        <p class="welcome__step">{words::STEP_ONE}</p>
        <h1>{words::PROFILE}</h1>
        <ActionForm action=save attr:class="sign-in__form">
            <TextField
                name="full_name"
                label=words::NAME
                kind="text"
                autocomplete="name"
                value=name
                required=true
                fault
            />
            <TextField
                name="phone_number"
                label=words::PHONE
                kind="tel"
                autocomplete="tel"
                value=phone.unwrap_or_default()
                hint=words::PHONE_HINT
                fault
            />
            <Languages chosen=locale />
            <ThemeChoice theme />
            <p class="field__note is-error" role="alert">
                {rest}
            </p>
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

/// The language of the screens.
#[component]
fn Languages(chosen: Locale) -> impl IntoView {
    let option = |locale: Locale| {
        view! {
            <label>
                <input
                    type="radio"
                    name="locale"
                    value=locale.as_str()
                    checked=locale == chosen
                />
                <span>{words::language(locale)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{words::LANGUAGE}</legend>
            <div class="segmented">
                {[Locale::En, Locale::Sw].map(option).into_iter().collect_view()}
            </div>
            <p class="field__note">{words::LANGUAGE_HINT}</p>
        </fieldset>
    }
}
