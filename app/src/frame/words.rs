//! The words of the frame.
#![expect(missing_docs, reason = "a word says itself what it says")]

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
pub const SIGN_OUT: &str = "Sign out";
pub const SIGN_IN: &str = "Sign in";

pub const SESSION_OVER: &str =
    "Your session is over. What you see stays, and drafts are kept. Sign in to go on.";

pub const CONNECTION: &str = "Connection";
pub const CONNECTING: &str = "Connecting…";
pub const CATCHING_UP: &str = "Catching up…";
pub const LIVE_TO: &str = "Live · complete to";
pub const RECONNECTING: &str = "Reconnecting";
pub const OFFLINE_SINCE: &str = "Offline since";
pub const SHOWING_KNOWN: &str = ", showing what was known";
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
pub const LINK: &str = "Connection";
pub const POSITION: &str = "Position";
pub const UNSENT: &str = "Unsent replies";
pub const NONE: &str = "none";

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

/// How many replies have not gone out.
#[must_use]
pub fn unsent(count: usize) -> String {
    if count == 1 { "1 reply not sent".to_owned() } else { format!("{count} replies not sent") }
}
