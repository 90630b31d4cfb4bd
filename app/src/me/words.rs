//! The words of the page of one's own devices.
#![expect(missing_docs, reason = "a word says itself what it says")]

use domain::id::UserId;
use domain::session::device::shown;
use domain::session::{ClientKind, SecurityEvent, SecurityKind};

pub const TITLE: &str = "Devices and security";
pub const DEVICES: &str = "Where you are signed in";
pub const THIS_ONE: &str = "This device";
pub const SIGNED_IN: &str = "Signed in";
pub const LAST_SEEN: &str = "Last seen";
pub const SIGN_OUT: &str = "Sign out";
pub const SIGN_OUT_OTHERS: &str = "Sign out everywhere else";
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
pub const NO_OTHERS: &str = "You are signed in nowhere else.";
pub const EVENTS: &str = "What happened";
pub const EVENTS_ABOUT: &str = "Sign-ins, ended sessions and changed rights of the last 90 days. Is there something you did not do? \
     Sign out everywhere, and tell an admin of your organisation.";
pub const NO_EVENTS: &str = "Nothing in the last 90 days.";
pub const DEVICE_SIGNED_OUT: &str = "Signed out on that device.";
pub const NOT_LOADED: &str = "Your devices can't be shown now.";
pub const AGAIN: &str = "Try again";

/// The name of a device's *Sign out* for ears, which can't see the row it stands in.
#[must_use]
pub fn sign_out_of(device: &str) -> String {
    format!("{SIGN_OUT}: {}", shown(device))
}

/// How a device's tokens travel.
#[must_use]
pub const fn kind(client: ClientKind) -> &'static str {
    match client {
        ClientKind::Web => "Browser",
        ClientKind::Mobile => "App",
    }
}

/// How many devices were signed out.
#[must_use]
pub fn others_signed_out(count: u64) -> String {
    match count {
        0 => NO_OTHERS.to_owned(),
        1 => "Signed out on 1 other device.".to_owned(),
        _ => format!("Signed out on {count} other devices."),
    }
}

/// What happened, in a sentence for `me`.
#[must_use]
pub fn happened(event: &SecurityEvent, me: UserId) -> String {
    let device = event.device.as_deref().map_or_else(|| "a device".to_owned(), shown);
    let by = match &event.actor {
        Some(actor) if actor.id != me => format!(" by {}", actor.full_name),
        _ => String::new(),
    };
    match event.kind {
        SecurityKind::SessionOpened => format!("Signed in on {device}"),
        SecurityKind::SessionEnded => ended(&event.detail, &device, &by),
        SecurityKind::TokenReuse => {
            format!(
                "A key of {device} that had been used up came back: somebody may have copied it"
            )
        }
        SecurityKind::RightsChanged if event.detail == "disabled" => {
            format!("Account deactivated{by}")
        }
        SecurityKind::RightsChanged => format!("Rights changed{by}"),
        SecurityKind::Invited => format!("Invited{by}"),
        SecurityKind::InvitationAccepted => "Password chosen with a link".to_owned(),
        SecurityKind::Onboarded => "First steps done".to_owned(),
        SecurityKind::Other => format!("Account changed{by}"),
    }
}

fn ended(code: &str, device: &str, by: &str) -> String {
    match code {
        "refresh_token_already_used" => {
            format!("Session on {device} ended to protect you, because a used key came back")
        }
        "account_disabled" => format!("Signed out on {device}: the account was deactivated{by}"),
        _ => format!("Signed out on {device}{by}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::SecurityEventId;
    use domain::session::SecurityActor;
    use domain::time::Timestamp;

    fn event(kind: SecurityKind, detail: &str, actor: Option<(i64, &str)>) -> SecurityEvent {
        SecurityEvent {
            id: SecurityEventId(1),
            kind,
            detail: detail.to_owned(),
            at: Timestamp::from_millis(0),
            session_id: None,
            device: Some("Halima's phone".to_owned()),
            actor: actor
                .map(|(id, name)| SecurityActor { id: UserId(id), full_name: name.to_owned() }),
        }
    }

    #[test]
    fn who_did_it_is_named_unless_it_was_oneself() {
        let of = |actor| {
            happened(&event(SecurityKind::SessionEnded, "session_revoked", actor), UserId(7))
        };
        assert_eq!(of(Some((7, "Halima"))), "Signed out on Halima's phone");
        assert_eq!(of(None), "Signed out on Halima's phone");
        assert_eq!(of(Some((1, "Ada Admin"))), "Signed out on Halima's phone by Ada Admin");
        let rights = event(SecurityKind::RightsChanged, "eo", Some((1, "Ada Admin")));
        assert_eq!(happened(&rights, UserId(7)), "Rights changed by Ada Admin");
    }

    #[test]
    fn a_session_that_was_ended_for_protection_says_so() {
        let used = event(SecurityKind::SessionEnded, "refresh_token_already_used", None);
        assert!(happened(&used, UserId(7)).contains("to protect you"));
        let unnamed = SecurityEvent { device: None, ..used };
        assert!(happened(&unnamed, UserId(7)).contains("a device"));
    }
}
