//! The people who sign in.

pub mod invitation;
pub mod service;

pub use invitation::{Contact, InvitationStore, Invited, NewMember, Newcomer};

use crate::areas::Area;
use crate::caller::Admin;
use crate::id::{AreaId, UserId};
use crate::refusal::Refusal;
use crate::store::Stored;
use crate::tickets::text;
use crate::time::Timestamp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Sees and does everything.
    #[serde(rename = "admin")]
    Admin,
    /// Extension officer: works in the areas assigned to them and all below.
    #[serde(rename = "eo")]
    Officer,
}

impl Role {
    /// The word that tokens, the database and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Officer => "eo",
        }
    }

    /// From the word that tokens, the database and the wire use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Admin, Self::Officer].into_iter().find(|role| role.as_str() == word)
    }
}

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Swahili.
    Sw,
}

impl Locale {
    /// The language's code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Sw => "sw",
        }
    }

    /// From the language's code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::En, Self::Sw].into_iter().find(|locale| locale.as_str() == code)
    }
}

/// A member of staff as the database knows them, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Their id.
    pub id: UserId,
    /// What they sign in with, in lower case.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// In international form, when there is one.
    pub phone_number: Option<String>,
    /// What they may do.
    pub role: Role,
    /// The language of their screens.
    pub locale: Locale,
    /// Whether an admin has deactivated them.
    pub disabled: bool,
    /// Grows with every change of role, areas or state; tokens carry the version they were made for.
    pub claims_version: i64,
    /// Whether they have been through the first steps.
    pub onboarded: bool,
}

/// A member of staff as they see themselves, and as `user` in the answer to a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// In international form, when there is one.
    pub phone_number: Option<String>,
    /// What they may do.
    pub user_type: Role,
    /// The areas assigned to them.
    pub areas: Vec<Area>,
    /// Whether they have been through the first steps.
    pub onboarded: bool,
    /// The language of their screens.
    pub locale: Locale,
}

impl Profile {
    /// Puts a member of staff and their areas together.
    #[must_use]
    pub fn of(staff: Staff, areas: Vec<Area>) -> Self {
        Self {
            id: staff.id,
            email: staff.email,
            full_name: staff.full_name,
            phone_number: staff.phone_number,
            user_type: staff.role,
            areas,
            onboarded: staff.onboarded,
            locale: staff.locale,
        }
    }
}

/// What a person may change of their own profile. `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    /// First and last name.
    pub full_name: Option<String>,
    /// In international form.
    pub phone_number: Option<String>,
    /// The language of their screens.
    pub locale: Option<Locale>,
}

impl ProfileChange {
    /// The change as it is kept: without surrounding space, each value what it has to be.
    pub fn checked(self) -> Result<Self, Refusal> {
        Ok(Self {
            full_name: self.full_name.map(|name| text::name("full_name", &name)).transpose()?,
            phone_number: self
                .phone_number
                .map(|number| text::phone("phone_number", &number))
                .transpose()?,
            locale: self.locale,
        })
    }
}

/// A member of staff to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStaff {
    /// What they sign in with; kept in lower case.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// The language of their screens.
    pub locale: Locale,
    /// The hash of their password, or [`invitation::NO_PASSWORD`].
    pub password_hash: String,
    /// Whether they need no first steps.
    pub onboarded: bool,
    /// The areas assigned to them.
    pub areas: Vec<AreaId>,
}

/// The staff in the database.
#[async_trait]
pub trait StaffStore {
    /// One member of staff.
    async fn staff(&self, id: UserId) -> Stored<Option<Staff>>;

    /// The member of staff with this e-mail address (any case), with the hash of their password.
    async fn credentials(&self, email: &str) -> Stored<Option<(Staff, String)>>;

    /// Adds a member of staff and appends `claims_changed` and `access_granted`, from which running
    /// nodes learn of them. `None` when the e-mail address is taken.
    async fn add_staff(&self, new: &NewStaff, now: Timestamp) -> Stored<Option<UserId>>;

    /// Changes a profile and answers the new state.
    async fn change_profile(&self, id: UserId, change: &ProfileChange) -> Stored<Option<Staff>>;

    /// Sets role, state and assigned areas in one act: bumps the claims version and appends
    /// `claims_changed`, `access_granted` and `access_revoked` as they apply. Log and security
    /// events name `by`.
    async fn set_rights(&self, by: &Admin, id: UserId, rights: &Rights) -> Stored<RightsSet>;

    /// The same for role and areas alone: whether somebody is deactivated stays as it is.
    async fn set_duties(&self, by: &Admin, id: UserId, duties: &Duties) -> Stored<RightsSet>;

    /// Whether there is any member of staff.
    async fn any_staff(&self) -> Stored<bool>;

    /// Every claims version above the first one, for a node's map of stale claims.
    async fn claims_versions(&self) -> Stored<Vec<(UserId, i64)>>;
}

/// What an admin decides about a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// What they may do.
    pub role: Role,
    /// Whether they are deactivated.
    pub disabled: bool,
    /// All areas assigned to them from now on.
    pub areas: Vec<AreaId>,
}

/// What a member of staff does, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    /// What they may do.
    pub role: Role,
    /// All areas assigned to them from now on.
    pub areas: Vec<AreaId>,
}

/// What became of setting somebody's rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightsSet {
    /// They are as wished, now or already.
    Done,
    /// There is no such member of staff.
    Unknown,
    /// There is no such area. Nothing was changed.
    UnknownArea(AreaId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_profile_is_kept_without_the_space_around_it() {
        let change = ProfileChange {
            full_name: Some(" Halima H. ".into()),
            phone_number: Some(" +254711000000".into()),
            locale: Some(Locale::Sw),
        };
        let kept = change.checked().unwrap();
        assert_eq!(kept.full_name.as_deref(), Some("Halima H."));
        assert_eq!(kept.phone_number.as_deref(), Some("+254711000000"));
        assert_eq!(kept.locale, Some(Locale::Sw));
        assert_eq!(ProfileChange::default().checked(), Ok(ProfileChange::default()));
    }

    #[test]
    fn a_change_of_profile_that_can_not_be_kept_names_its_field() {
        let field = |change: ProfileChange| match change.checked() {
            Err(Refusal::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let name = ProfileChange { full_name: Some("  ".into()), ..ProfileChange::default() };
        assert_eq!(field(name), "full_name");
        let phone = ProfileChange { phone_number: Some("0711".into()), ..ProfileChange::default() };
        assert_eq!(field(phone), "phone_number");
    }
}
