//! Server functions of invitations and first steps.

use crate::client::KeptClient;
use crate::error::Problem;
use domain::staff::{Contact, Locale, Profile};
use leptos::prelude::*;
use server_fn::codec::Json;

/// Whom a link is for, as long as it is good.
#[server(prefix = "/fn", endpoint = "welcome/invited", input = Json, client = KeptClient)]
pub async fn invited(
    /// The secret in the link.
    token: String,
) -> Result<Contact, Problem> {
    use crate::ssr;
    use domain::staff::service;
    ssr::answer(service::invited(&ssr::host().desk, &token).await)
}

/// Accepts an invitation: sets the password, signs in, goes on to the first steps.
#[server(prefix = "/fn", endpoint = "welcome/accept", client = KeptClient)]
pub async fn accept(
    /// The secret in the link.
    token: String,
    /// The password that was chosen.
    password: String,
) -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::{session::ClientKind, staff::service};
    let (host, visitor) = (ssr::host(), ssr::visitor().await);
    let acceptance = service::Acceptance { token, password, device_name: ssr::device_name() };
    let (client, address) = (ClientKind::Web, visitor.address);
    let entered = service::accept_invitation(&host.desk, &acceptance, client, address).await;
    ssr::enter(&host, &ssr::answer(entered)?).await;
    leptos_axum::redirect(next::WELCOME);
    Ok(())
}

/// Who invited the person who is signed in.
#[server(prefix = "/fn", endpoint = "welcome/inviter", input = Json, client = KeptClient)]
pub async fn inviter() -> Result<Option<Contact>, Problem> {
    use crate::ssr;
    use domain::staff::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::inviter(&desk, &caller).await)
}

/// Keeps how the person wants to be called and addressed; answers their profile. The theme stays with
/// their browser.
#[server(prefix = "/fn", endpoint = "welcome/save", client = KeptClient)]
pub async fn save(
    /// First and last name.
    full_name: String,
    /// In international form; empty when there is none.
    phone_number: String,
    /// The language of the screens.
    locale: Locale,
    /// The word for the theme; empty for the system's.
    #[server(default)]
    theme: String,
) -> Result<Profile, Problem> {
    use super::steps::AREAS;
    use crate::{ssr, ui::theme::Theme};
    use domain::staff::{ProfileChange, service};
    let (desk, caller) = ssr::desk_for_caller().await?;
    let change = ProfileChange {
        full_name: Some(full_name),
        phone_number: Some(phone_number).filter(|number| !number.trim().is_empty()),
        locale: Some(locale),
    };
    let profile = ssr::answer(service::change_profile(&desk, &caller, change).await)?;
    ssr::set_cookies(&[Theme::parse(&theme).cookie()]);
    ssr::lead_form(AREAS);
    Ok(profile)
}

/// Notes that the person has been through the first steps. Their tokens are stale from then on: a page
/// with scripts refreshes them and goes to the inbox, one without is led there.
#[server(prefix = "/fn", endpoint = "welcome/finish", client = KeptClient)]
pub async fn finish() -> Result<(), Problem> {
    use crate::{session::next, ssr};
    use domain::staff::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::finish_onboarding(&desk, &caller).await)?;
    ssr::lead_form(next::HOME);
    Ok(())
}
