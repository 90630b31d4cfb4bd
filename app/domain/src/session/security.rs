//! What happened to a person's sessions and rights, as that person may read it.

use crate::id::{SecurityEventId, SessionId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityKind {
    /// A sign-in. `detail` says how its tokens travel: `web` or `mobile`.
    SessionOpened,
    /// A session ended. `detail` is the code that its tokens are refused with.
    SessionEnded,
    /// A used refresh token came back. `detail` names the generations.
    TokenReuse,
    /// An admin decided about role, state or areas. `detail` is the role, or `disabled`.
    RightsChanged,
    /// Somebody gave them a link with which to choose a password. `detail` is `access_reset` when it was
    /// done on the server for who may have had one.
    Invited,
    /// Somebody chose a password with such a link.
    InvitationAccepted,
    /// They have been through the first steps.
    Onboarded,
    /// Something that this program has no word for: of a newer version.
    Other,
}

impl SecurityKind {
    /// The word that the database and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionOpened => "session_opened",
            Self::SessionEnded => "session_ended",
            Self::TokenReuse => "token_reuse",
            Self::RightsChanged => "rights_changed",
            Self::Invited => "invited",
            Self::InvitationAccepted => "invitation_accepted",
            Self::Onboarded => "onboarded",
            Self::Other => "other",
        }
    }

    /// From the word that the database uses. One that is not known is [`Self::Other`]: what was noted
    /// by a newer version must not hide the rest.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        [
            Self::SessionOpened,
            Self::SessionEnded,
            Self::TokenReuse,
            Self::RightsChanged,
            Self::Invited,
            Self::InvitationAccepted,
            Self::Onboarded,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
        .unwrap_or(Self::Other)
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityActor {
    /// Their id.
    pub id: UserId,
    /// First and last name.
    pub full_name: String,
}

/// A line of the audit log about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityEvent {
    /// Its id. Later lines have higher ones.
    pub id: SecurityEventId,
    /// What happened.
    pub kind: SecurityKind,
    /// What the kind says more.
    pub detail: String,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// The session it happened to.
    pub session_id: Option<SessionId>,
    /// What that session's device calls itself, as long as that is kept.
    pub device: Option<String>,
    /// Who did it; `None` when nobody did: a bare token, or time.
    pub actor: Option<SecurityActor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_was_written_and_an_unknown_one_hides_nothing() {
        for word in [
            "session_opened",
            "session_ended",
            "token_reuse",
            "rights_changed",
            "invited",
            "invitation_accepted",
            "onboarded",
        ] {
            assert_eq!(SecurityKind::parse(word).as_str(), word);
        }
        assert_eq!(SecurityKind::parse("of_tomorrow"), SecurityKind::Other);
    }
}
