//! The words of the frame.
#![expect(missing_docs, reason = "a word says itself what it says")]

use domain::refusal::Refusal;
use domain::session::keeper::Status;

pub const NAME: &str = "Wardline";
pub const SKIP: &str = "Skip to content";
pub const MAIN: &str = "Main";
pub const INBOX: &str = "Inbox";
pub const SIMULATOR: &str = "Simulator";
pub const ME: &str = "Me";
pub const ADMIN: &str = "Admin · all areas";
pub const OFFICER: &str = "Officer";
pub const NO_AREAS: &str = "no areas yet";
pub const THEME: &str = "Theme";
pub const SYSTEM: &str = "System";
pub const LIGHT: &str = "Light";
pub const DARK: &str = "Dark";
pub const DEVICES: &str = "Devices and security";
pub const SIGN_OUT: &str = "Sign out";

pub const REFRESH_NOW: &str = "Refresh now";
pub const SIGN_IN_AGAIN: &str = "Sign in now";

pub const CONNECTION: &str = "Connection";
pub const CONNECTING: &str = "Connecting…";
pub const CATCHING_UP: &str = "Catching up…";
pub const LIVE_TO: &str = "Live · complete to";
pub const RECONNECTING: &str = "Reconnecting";
pub const OFFLINE_SINCE: &str = "Offline since";
pub const SHOWING_KNOWN: &str = ", showing what was known";
pub const SHOWING_KNOWN_AT: &str = ", showing what was known at";
pub const STATUS_LIVE: &str = "Live";
pub const NOT_SIGNED_IN: &str = "Not signed in";
pub const STATUS_OFFLINE: &str = "Offline";

pub const COPY: &str = "Copy for support";
pub const COPIED: &str = "Copied.";
pub const NOT_COPIED: &str = "Not copied: this browser does not allow it.";
pub const SESSION: &str = "Session";
pub const SESSION_ID: &str = "Session id";
pub const GENERATION: &str = "Generation";
pub const TOKEN: &str = "Token";
pub const CALLS: &str = "Calls";
pub const REFRESHES: &str = "Refreshes";
pub const REFRESH: &str = "Refresh";
pub const CONFIRMED: &str = "Confirmed";
pub const LINK: &str = "Connection";
pub const POSITION: &str = "Position";
pub const REFUSED: &str = "Refused";
pub const DISCARD_REFUSED: &str = "Discard refused replies";
pub const UNSENT: &str = "Unsent replies";
pub const NONE: &str = "none";

/// The session ends in so many minutes.
#[must_use]
pub fn ending(minutes: u64, final_end: bool) -> String {
    let span = if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") };
    if final_end {
        format!("Your session ends in {span}. Sign in again now to go on without a break.")
    } else {
        format!("Your session ends in {span}, because nothing was done for long.")
    }
}

/// The session is over, and why.
#[must_use]
pub fn expired(why: &Refusal) -> &'static str {
    match why {
        Refusal::SessionExpired => {
            "Your session has reached its end. What you see stays, and drafts are kept. Sign in to go on."
        }
        Refusal::SessionIdle => {
            "Your session ended because nothing was done for long. What you see stays, and drafts are \
             kept. Sign in to go on."
        }
        Refusal::SessionRevoked => {
            "You were signed out on this device. What you see stays, and drafts are kept. Sign in to go on."
        }
        Refusal::RefreshTokenAlreadyUsed => {
            "Your session was ended to protect you: somebody may have copied it. Sign in to go on, \
             and look at your devices."
        }
        Refusal::AccountDisabled => {
            "Your account is deactivated. What you see stays. Ask an admin of your organisation."
        }
        _ => "Your session is over. What you see stays, and drafts are kept. Sign in to go on.",
    }
}

/// How long something lasts from now, as the diagnostics say it.
#[must_use]
pub fn ends_in(span: &str) -> String {
    format!("active, ends in {span}")
}

/// How long the access token lasts from now.
#[must_use]
pub fn fresh_for(span: &str) -> String {
    format!("fresh for {span}")
}

/// How many calls found a token, and how many had to wait for one.
#[must_use]
pub fn calls(hits: u64, misses: u64) -> String {
    format!("{hits} at once, {misses} after a refresh")
}

/// What became of the refreshes.
#[must_use]
pub fn refreshes(status: &Status) -> String {
    let Status { refreshes, failures, adopted, .. } = status;
    format!(
        "{refreshes} of this tab, {adopted} of others, {failures} without an answer that counts"
    )
}

/// So long ago.
#[must_use]
pub fn ago(span: &str) -> String {
    format!("{span} ago")
}

/// How many replies have not gone out.
#[must_use]
pub fn unsent(count: usize) -> String {
    if count == 1 { "1 reply not sent".to_owned() } else { format!("{count} replies not sent") }
}
