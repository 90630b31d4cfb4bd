//! The panel of the person who is signed in: who they are, the theme, the way out.

use super::words;
use crate::session::use_session;
use crate::ui::theme::Theme;
use crate::ui::{Icon, Panel};
use domain::staff::{Profile, Role};
use leptos::prelude::*;
use leptos_router::components::A;

/// The panel that the end of the rail opens.
#[component]
pub(super) fn MePanel(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Panel id="me" label=words::ME open>
            <div class="me">
                <Who />
                <Themes />
                <Devices open />
                <SignOut />
            </div>
        </Panel>
    }
}

/// Name, rights, address.
#[component]
fn Who() -> impl IntoView {
    let session = use_session();
    move || {
        session.me.get().map(|me| {
            let rights = rights(&me.profile);
            view! {
                <p class="me__who">
                    <strong>{me.profile.full_name}</strong>
                    <span>{rights}</span>
                    <span>{me.profile.email}</span>
                </p>
            }
        })
    }
}

/// The theme, kept by the browser.
#[component]
fn Themes() -> impl IntoView {
    let chosen = Theme::of_page();
    let option = |theme: Theme| {
        let label = match theme {
            Theme::System => words::SYSTEM,
            Theme::Light => words::LIGHT,
            Theme::Dark => words::DARK,
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=theme.as_str()
                    checked=theme == chosen
                    on:change=move |_| theme.choose()
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="me__row">
            <legend>{words::THEME}</legend>
            <div class="segmented">{Theme::ALL.map(option).into_iter().collect_view()}</div>
        </fieldset>
    }
}

/// The way to one's own devices.
#[component]
fn Devices(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <A href="/me" attr:class="button button--wide" on:click=move |_| open.set(false)>
            {Icon::Phone.draw_small()}
            {words::DEVICES}
        </A>
    }
}

/// The way out. What was being written goes with it.
#[component]
fn SignOut() -> impl IntoView {
    let session = use_session();
    view! {
        <ActionForm action=session.sign_out>
            <button class="button button--wide" type="submit">
                {Icon::SignOut.draw_small()}
                {words::SIGN_OUT}
            </button>
        </ActionForm>
    }
}

/// "Admin · all areas", "Officer · Molo, Njoro".
fn rights(profile: &Profile) -> String {
    match profile.user_type {
        Role::Admin => words::ADMIN.to_owned(),
        Role::Officer if profile.areas.is_empty() => {
            format!("{} · {}", words::OFFICER, words::NO_AREAS)
        }
        Role::Officer => {
            let areas: Vec<&str> = profile.areas.iter().map(|area| area.name.as_str()).collect();
            format!("{} · {}", words::OFFICER, areas.join(", "))
        }
    }
}
