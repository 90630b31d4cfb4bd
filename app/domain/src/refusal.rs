//! What a person or a client may be told when something is not done: one list of codes, one status
//! table. The words of the codes are the contract with clients that nobody here writes.

use crate::tickets::Message;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why something was refused, in a form that is safe to tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[error("{}", self.detail())]
pub enum Refusal {
    /// Unknown account or wrong password; which of the two is not told.
    InvalidCredentials,
    /// The account was deactivated by an admin.
    AccountDisabled,
    /// No token was presented where one is needed.
    TokenMissing,
    /// The token's shape, signature or entrance is wrong. Never says anything about a session. An entrance
    /// that takes a refresh token answers this with 400: there the token is what the request is made of.
    TokenMalformed,
    /// The access token's time is over: refresh and go on.
    TokenExpired,
    /// Role, areas or state changed since the token was made: refresh and go on.
    ClaimsStale,
    /// A used refresh token came back after its successor was used: the session was ended.
    RefreshTokenAlreadyUsed,
    /// The absolute end of the session was reached.
    SessionExpired,
    /// The person did nothing for longer than allowed.
    SessionIdle,
    /// The session was ended by its owner, by an admin, or by the detection of theft.
    SessionRevoked,
    /// The request names a session that is not the one of its tokens: somebody signed in meanwhile.
    SessionChanged,
    /// The link of an invitation names none that there is.
    InvitationUnknown,
    /// The invitation is over, or is good for nothing at present.
    InvitationExpired,
    /// A newer invitation has taken the place of this one.
    InvitationSuperseded,
    /// The invitation was accepted already.
    InvitationUsed,
    /// Somebody is to be invited who has been through the first steps.
    AlreadyOnboarded,
    /// Another one has this value, of which there can be one only.
    Taken {
        /// The field at fault.
        field: Cow<'static, str>,
        /// What can be done.
        detail: Cow<'static, str>,
    },
    /// Too many attempts.
    RateLimited {
        /// Whole seconds until the next attempt counts as a new one.
        retry_after: u32,
    },
    /// The system is busy or a dependency is away; the same request may be sent again.
    TryAgain {
        /// Whole seconds to wait.
        retry_after: u32,
    },
    /// There is no such thing, or the caller may not know of it.
    NotFound {
        /// What was looked for, as one word or two.
        what: Cow<'static, str>,
    },
    /// The caller is known and may not do this.
    Forbidden {
        /// Who may.
        detail: Cow<'static, str>,
    },
    /// A value of the request is missing, too long or not allowed.
    Invalid {
        /// The field at fault.
        field: Cow<'static, str>,
        /// What would be right.
        detail: Cow<'static, str>,
    },
    /// The body is larger than the stated limit.
    TooLarge {
        /// The limit in bytes.
        limit: u32,
    },
    /// Somebody else answered after the message that the author had seen last.
    AnsweredMeanwhile {
        /// What was written since, oldest first.
        messages: Vec<Message>,
    },
    /// The ticket is resolved already, or is resolved and takes no replies.
    TicketResolved,
    /// The ticket is open already.
    TicketOpen,
    /// The customer has another open ticket, so this one stays closed.
    OtherTicketOpen,
    /// The caller has read so far already.
    AlreadyRead,
    /// Someone changed the row since the caller read it. A word of the contract for calls that are still to
    /// come, those of sellers; nothing says it yet.
    VersionConflict,
    /// The idempotency key was used for another request.
    IdempotencyMismatch,
    /// The first request with this idempotency key is still running.
    IdempotencyRunning,
    /// The request came from another site, or its signature is wrong.
    Untrusted {
        /// Which check failed.
        detail: Cow<'static, str>,
    },
    /// The request can't be read: malformed JSON, a wrong media type, an unknown method.
    Unreadable {
        /// HTTP status that says it best (400, 405, 415).
        status: u16,
        /// What is wrong with it.
        detail: Cow<'static, str>,
    },
    /// Something broke on our side. It was logged; the request changed nothing it did not report.
    Unavailable,
}

impl Refusal {
    /// A refusal of one value of the request.
    pub fn invalid(field: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid { field: Cow::Borrowed(field), detail: detail.into() }
    }

    /// There is no such `what`, or the caller may not know of it.
    #[must_use]
    pub fn not_found(what: &'static str) -> Self {
        Self::NotFound { what: Cow::Borrowed(what) }
    }

    /// The stable word for this refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::AccountDisabled => "account_disabled",
            Self::TokenMissing => "token_missing",
            Self::TokenMalformed => "token_malformed",
            Self::TokenExpired => "token_expired",
            Self::ClaimsStale => "claims_stale",
            Self::RefreshTokenAlreadyUsed => "refresh_token_already_used",
            Self::SessionExpired => "session_expired",
            Self::SessionIdle => "session_idle",
            Self::SessionRevoked => "session_revoked",
            Self::SessionChanged => "session_changed",
            Self::InvitationUnknown => "invitation_unknown",
            Self::InvitationExpired => "invitation_expired",
            Self::InvitationSuperseded => "invitation_superseded",
            Self::InvitationUsed => "invitation_used",
            Self::AlreadyOnboarded => "already_onboarded",
            Self::Taken { .. } => "taken",
            Self::RateLimited { .. } => "rate_limited",
            Self::TryAgain { .. } => "try_again",
            Self::NotFound { .. } => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::Invalid { .. } => "invalid",
            Self::TooLarge { .. } => "too_large",
            Self::AnsweredMeanwhile { .. } => "answered_meanwhile",
            Self::TicketResolved => "ticket_resolved",
            Self::TicketOpen => "ticket_open",
            Self::OtherTicketOpen => "other_ticket_open",
            Self::AlreadyRead => "already_read",
            Self::VersionConflict => "version_conflict",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::IdempotencyRunning => "idempotency_running",
            Self::Untrusted { .. } => "untrusted",
            Self::Unreadable { .. } => "unreadable",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status: the one table of the project.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 400,
            Self::InvalidCredentials
            | Self::AccountDisabled
            | Self::TokenMissing
            | Self::TokenMalformed
            | Self::TokenExpired
            | Self::ClaimsStale
            | Self::RefreshTokenAlreadyUsed
            | Self::SessionExpired
            | Self::SessionIdle
            | Self::SessionRevoked => 401,
            Self::Forbidden { .. } | Self::Untrusted { .. } => 403,
            Self::NotFound { .. } | Self::InvitationUnknown => 404,
            Self::SessionChanged
            | Self::AlreadyOnboarded
            | Self::Taken { .. }
            | Self::AnsweredMeanwhile { .. }
            | Self::TicketResolved
            | Self::TicketOpen
            | Self::OtherTicketOpen
            | Self::AlreadyRead
            | Self::VersionConflict
            | Self::IdempotencyRunning => 409,
            Self::InvitationExpired | Self::InvitationSuperseded | Self::InvitationUsed => 410,
            Self::TooLarge { .. } => 413,
            Self::IdempotencyMismatch => 422,
            Self::RateLimited { .. } => 429,
            Self::TryAgain { .. } | Self::Unavailable => 503,
            Self::Unreadable { status, .. } => *status,
        }
    }

    /// Whole seconds after which the same request may be sent again, where that helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::RateLimited { retry_after } | Self::TryAgain { retry_after } => {
                Some(*retry_after)
            }
            Self::IdempotencyRunning => Some(1),
            Self::Unavailable => Some(5),
            _ => None,
        }
    }

    /// Whether a client's session is over (or was never there), so that only a sign-in helps.
    ///
    /// `token_expired` and `claims_stale` are not: they ask for a refresh.
    #[must_use]
    pub fn ends_session(&self) -> bool {
        matches!(
            self,
            Self::AccountDisabled
                | Self::TokenMissing
                | Self::TokenMalformed
                | Self::RefreshTokenAlreadyUsed
                | Self::SessionExpired
                | Self::SessionIdle
                | Self::SessionRevoked
        )
    }

    /// What happened, what is safe and what to do, in plain English.
    #[must_use]
    pub fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::NotFound { what } => Cow::Owned(format!("There is no such {what}.")),
            Self::Invalid { field, detail } | Self::Taken { field, detail } => {
                Cow::Owned(format!("{field}: {detail}"))
            }
            Self::TooLarge { limit } => {
                Cow::Owned(format!("The body is larger than {limit} bytes."))
            }
            Self::Forbidden { detail }
            | Self::Untrusted { detail }
            | Self::Unreadable { detail, .. } => detail.clone(),
            fixed => Cow::Borrowed(fixed.words()),
        }
    }

    /// What is said in the same words every time.
    const fn words(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "The e-mail address or the password is wrong.",
            Self::AccountDisabled => {
                "This account is deactivated. Ask an admin of your organisation."
            }
            Self::TokenMissing => "Sign in first: the request carries no token.",
            Self::TokenMalformed => {
                "The token is not one that this entrance accepts. Sign in again."
            }
            Self::TokenExpired => {
                "The access token has expired. Refresh it and send the request again."
            }
            Self::ClaimsStale => {
                "Your role or areas have changed. Refresh the token and send the request again."
            }
            Self::RefreshTokenAlreadyUsed => {
                "This refresh token was used before, so the session was ended. Sign in again."
            }
            Self::SessionExpired => "The session has reached its end. Sign in again to go on.",
            Self::SessionIdle => {
                "The session ended because nothing was done in it for long. Sign in again to go on."
            }
            Self::SessionRevoked => "The session was ended. Sign in again.",
            Self::SessionChanged => {
                "Somebody signed in in this browser meanwhile. Nothing was done; load the page again."
            }
            Self::InvitationUnknown => {
                "This link is none of ours. Check that all of it was copied, or ask an admin for a new one."
            }
            Self::InvitationExpired => {
                "This link is no longer good. Ask an admin of your organisation for a new one."
            }
            Self::InvitationSuperseded => {
                "You were sent a newer link, which has taken the place of this one. Use the newest."
            }
            Self::InvitationUsed => {
                "This link was used already. Sign in with the password you chose; if it was not you \
                 who used the link, tell an admin at once."
            }
            Self::AlreadyOnboarded => {
                "They have set up their access already and sign in with their password."
            }
            Self::RateLimited { .. } => "Too many attempts. Wait a moment and try again.",
            Self::TryAgain { .. } => {
                "Wardline is busy. Nothing was changed; send the same request again."
            }
            Self::AnsweredMeanwhile { .. } => {
                "Somebody else answered meanwhile. Read it, then send again with force."
            }
            Self::TicketResolved => "The ticket is resolved. Reopen it first.",
            Self::TicketOpen => "The ticket is open already.",
            Self::OtherTicketOpen => "The customer has another open ticket. Answer there.",
            Self::AlreadyRead => "You have read so far already.",
            Self::VersionConflict => "Somebody changed this since you read it. Read it again.",
            Self::IdempotencyMismatch => {
                "This idempotency key was used for another request. Use a new one."
            }
            Self::IdempotencyRunning => {
                "The first request with this idempotency key is still running."
            }
            Self::Unavailable => "Something broke on our side. Try again in a moment.",
            // These say what they are about, in `detail`.
            Self::NotFound { .. }
            | Self::Invalid { .. }
            | Self::Taken { .. }
            | Self::TooLarge { .. }
            | Self::Forbidden { .. }
            | Self::Untrusted { .. }
            | Self::Unreadable { .. } => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_serialised_tag_is_the_code() {
        for refusal in [
            Refusal::TokenExpired,
            Refusal::RateLimited { retry_after: 3 },
            Refusal::invalid("body", "too long"),
            Refusal::OtherTicketOpen,
        ] {
            let json = serde_json::to_value(&refusal).unwrap();
            assert_eq!(json["code"], refusal.code());
        }
    }

    #[test]
    fn only_400_and_401_may_end_a_session() {
        for refusal in [Refusal::TokenMalformed, Refusal::SessionIdle, Refusal::TokenMissing] {
            assert!(refusal.ends_session() && matches!(refusal.status(), 400 | 401));
        }
        for refusal in [Refusal::Unavailable, Refusal::TokenExpired, Refusal::ClaimsStale] {
            assert!(!refusal.ends_session());
        }
    }
}
