//! The words of invitations and first steps.

use crate::error::Problem;
use domain::refusal::Refusal;
use domain::staff::Locale;

pub const INVITATION: &str = "Invitation";
pub const PASSWORD: &str = "Password";
pub const PASSWORD_HINT: &str = "At least 10 characters. A sentence is fine.";
pub const GO_ON: &str = "Continue";
pub const SIGN_IN: &str = "Sign in";

pub const WELCOME: &str = "Welcome";
pub const STEP_ONE: &str = "Step 1 of 2";
pub const STEP_TWO: &str = "Step 2 of 2";
pub const PROFILE: &str = "About you";
pub const NAME: &str = "Name";
pub const PHONE: &str = "Phone (optional)";
pub const PHONE_HINT: &str = "With the country's code, like +254712345678.";
pub const LANGUAGE: &str = "Language";
pub const LANGUAGE_HINT: &str = "The screens are in English for now; Kiswahili follows.";
pub const AREAS: &str = "Your areas";
pub const ALL_AREAS: &str = "You are an admin: you see and do everything, in all areas.";
pub const NO_AREAS: &str = "You cover no area yet: your inbox stays empty until you do.";
pub const LOOKS_RIGHT: &str = "Looks right";
pub const OPENING: &str = "Opening your inbox…";
pub const SOMETHING_WRONG: &str = "Something is wrong";
pub const TELL_ADMIN: &str = "Tell your admin, ";
pub const TELL_ADMIN_WHAT: &str = "which areas you should cover. You can go on meanwhile: what they change shows on your screen at once.";
pub const GO_ON_ANYWAY: &str = "Go on for now";
pub const BACK: &str = "Back";
pub const NOT_YOU: &str = "Not you? Sign out";

/// Who is invited.
#[must_use]
pub fn welcome(name: &str) -> String {
    format!("Welcome, {name}")
}

/// What to do on the page of an invitation.
#[must_use]
pub fn choose_password(email: &str) -> String {
    format!("Choose the password that you will sign in with, as {email}.")
}

/// Which areas somebody covers.
#[must_use]
pub fn you_cover(areas: &str) -> String {
    format!("You cover: {areas}")
}

/// The title over why a link is good for nothing.
#[must_use]
pub fn not_good(problem: &Problem) -> &'static str {
    match problem.refusal() {
        Some(Refusal::InvitationUnknown) => "There is no such invitation",
        Some(Refusal::InvitationExpired) => "This invitation is over",
        Some(Refusal::InvitationSuperseded) => "There is a newer invitation",
        Some(Refusal::InvitationUsed) => "This invitation was used already",
        _ => "The invitation could not be opened",
    }
}

/// A language, in itself.
#[must_use]
pub const fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "English",
        Locale::Sw => "Kiswahili",
    }
}
