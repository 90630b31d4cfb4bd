//! Invitations: links that are good once, with which somebody who is new, or who has lost their
//! password, sets it.
//!
//! Of the secret in a link only a digest is kept. An invitation ends after [`LIVES`], when it was
//! used, when a newer one took its place, and while its account is deactivated.

use crate::areas::AREAS_MAX;
use crate::caller::Admin;
use crate::id::{AreaId, UserId};
use crate::refusal::Refusal;
use crate::session::{ClientKind, Policy, SessionRow};
use crate::staff::{Locale, NewStaff, Role, Staff};
use crate::store::Stored;
use crate::tickets::text;
use crate::time::Timestamp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an invitation may be accepted.
pub const LIVES: Duration = Duration::from_secs(7 * 24 * 3600);
/// Where the page of an invitation lies; its secret comes behind it.
pub const PATH: &str = "/invitation/";
/// What stands in place of the hash of a password that nobody has chosen yet. No password fits it.
pub const NO_PASSWORD: &str = "";
/// The shortest password that may be chosen, in characters (OWASP ASVS 5.0, 6.2.1, asks for eight).
pub const PASSWORD_CHARS_MIN: usize = 10;
/// The longest password that may be chosen, in characters.
pub const PASSWORD_CHARS_MAX: usize = 200;
/// The longest e-mail address, in bytes (RFC 5321).
const EMAIL_BYTES_MAX: usize = 254;

/// A secret for a link, and what is kept of it. It has no `Debug` form on purpose.
pub struct OneTime {
    /// What whoever is invited gets: unguessable, of letters and digits alone.
    pub secret: String,
    /// What the database keeps.
    pub digest: String,
}

/// Somebody whom an admin wants to have on board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// What they will sign in with.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// The areas assigned to them.
    #[serde(default)]
    pub areas: Vec<AreaId>,
    /// The language of their screens, until they choose one.
    #[serde(default)]
    pub locale: Locale,
}

impl NewMember {
    /// The account as it is kept, without a password; or which value can't be.
    pub fn checked(self) -> Result<NewStaff, Refusal> {
        Ok(NewStaff {
            email: email("email", &self.email)?,
            full_name: text::name("full_name", &self.full_name)?,
            role: self.role,
            locale: self.locale,
            password_hash: NO_PASSWORD.to_owned(),
            onboarded: false,
            areas: areas(self.areas)?,
        })
    }
}

/// An e-mail address in lower case, when it has the shape of one.
pub fn email(field: &'static str, text: &str) -> Result<String, Refusal> {
    let email = text.trim().to_lowercase();
    let (name, host) = email.split_once('@').unwrap_or_default();
    let fits = !name.is_empty()
        && !host.is_empty()
        && !host.contains('@')
        && email.len() <= EMAIL_BYTES_MAX
        && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    let right = "Give an e-mail address, like name@example.org.";
    if fits { Ok(email) } else { Err(Refusal::invalid(field, right)) }
}

/// Areas to be assigned, each once.
pub fn areas(mut areas: Vec<AreaId>) -> Result<Vec<AreaId>, Refusal> {
    areas.sort_unstable();
    areas.dedup();
    if areas.len() > AREAS_MAX {
        let detail = format!("Give at most {AREAS_MAX} areas; one above them covers them all.");
        return Err(Refusal::invalid("areas", detail));
    }
    Ok(areas)
}

/// Whether a password may be chosen, by its length alone.
pub fn password_length(password: &str) -> Result<(), Refusal> {
    let detail = match password.chars().count() {
        ..PASSWORD_CHARS_MIN => {
            format!("Choose a password of at least {PASSWORD_CHARS_MIN} characters.")
        }
        PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX => return Ok(()),
        _ => format!("Choose a password of at most {PASSWORD_CHARS_MAX} characters."),
    };
    Err(Refusal::invalid("password", detail))
}

/// Whether the owner of this address may choose the password.
pub fn password_of(email: &str, password: &str) -> Result<(), Refusal> {
    password_length(password)?;
    if password.trim().to_lowercase() == email {
        let detail = "Choose a password that is not your e-mail address.";
        return Err(Refusal::invalid("password", detail));
    }
    Ok(())
}

/// An invitation as the database keeps it, beside who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Who is invited.
    pub staff: Staff,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// Whether it was accepted.
    pub used: bool,
    /// Whether a newer one took its place.
    pub superseded: bool,
}

impl Invitation {
    /// Whether it may be accepted at `now`. What speaks against it tells nothing about the account.
    pub fn judge(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.used {
            Err(Refusal::InvitationUsed)
        } else if self.superseded {
            Err(Refusal::InvitationSuperseded)
        } else if now >= self.expires_at || self.staff.disabled {
            Err(Refusal::InvitationExpired)
        } else {
            Ok(())
        }
    }
}

/// Somebody by name and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First and last name.
    pub full_name: String,
    /// Their e-mail address.
    pub email: String,
}

impl From<Staff> for Contact {
    fn from(staff: Staff) -> Self {
        Self { full_name: staff.full_name, email: staff.email }
    }
}

/// What became of inviting somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// They are.
    Done {
        /// Whom the link is for.
        user: UserId,
        /// Until when it is good.
        expires_at: Timestamp,
    },
    /// There is a member of staff with this address.
    EmailTaken,
    /// There is no such area.
    UnknownArea(AreaId),
    /// There is no such member of staff.
    Unknown,
    /// They have been through the first steps already.
    Onboarded,
    /// They are deactivated.
    Disabled,
}

/// What somebody brings who accepts an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    /// The hash of the password they chose.
    pub password_hash: String,
    /// How the tokens of their first session travel.
    pub client: ClientKind,
    /// What their device calls itself.
    pub device: String,
}

/// The invitations in the database. Every decision uses the database's clock.
#[async_trait]
pub trait InvitationStore {
    /// Adds a member of staff as [`StaffStore::add_staff`] does, with an invitation; `by` is named in
    /// log and security events, `None` is whoever runs the program. Nothing is changed unless
    /// [`Invited::Done`].
    ///
    /// [`StaffStore::add_staff`]: crate::staff::StaffStore::add_staff
    async fn invite(&self, by: Option<&Admin>, new: &NewStaff, digest: &str) -> Stored<Invited>;

    /// Invites somebody again who has not been through the first steps; earlier invitations of theirs
    /// are superseded. Nothing is changed unless [`Invited::Done`].
    async fn reinvite(&self, by: &Admin, id: UserId, digest: &str) -> Stored<Invited>;

    /// Invites anybody again, also who has been through the first steps, at the word of whoever runs the
    /// program: earlier invitations are superseded, and the security event `invited` says
    /// `access_reset`. Password and sessions stay until it is accepted. Nothing is changed unless
    /// [`Invited::Done`].
    async fn reset_access(&self, id: UserId, digest: &str) -> Stored<Invited>;

    /// The invitation of this digest, and the present moment.
    async fn invitation(&self, digest: &str) -> Stored<Option<(Invitation, Timestamp)>>;

    /// Accepts an invitation: sets the password, marks the invitation used, ends what sessions the
    /// person had and opens one, with security events `invitation_accepted` and `session_opened`. Of
    /// several at once one succeeds. `Err` says why the link does not count; nothing is changed then.
    async fn accept_invitation(
        &self,
        digest: &str,
        newcomer: &Newcomer,
        policy: &Policy,
    ) -> Stored<Result<(SessionRow, Staff), Refusal>>;

    /// Notes that somebody has been through the first steps: bumps the claims version, appends
    /// `claims_changed`, and leaves none of their invitations open. Nothing happens when they had
    /// been before. `None` when there is no such member of staff.
    async fn finish_onboarding(&self, id: UserId) -> Stored<Option<Staff>>;

    /// Who invited somebody last, when it was a member of staff.
    async fn inviter_of(&self, id: UserId) -> Stored<Option<Staff>>;
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
