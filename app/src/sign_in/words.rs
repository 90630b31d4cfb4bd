//! The words of the sign-in page.
#![expect(missing_docs, reason = "a word says itself what it says")]

pub const TITLE: &str = "Sign in";
pub const EMAIL: &str = "Email";
pub const PASSWORD: &str = "Password";
pub const SUBMIT: &str = "Sign in";
pub const DEMO_TITLE: &str = "Demo sign-ins";
pub const DEMO_TEXT: &str = "Each opens the console as that person sees it.";

/// The people of the demo whom the sign-in page offers: address, name, what they may do.
pub const DEMO_PEOPLE: [(&str, &str, &str); 4] = [
    ("admin@wardline.test", "Esther Wambui Karanja", "Admin, sees everything"),
    ("region@wardline.test", "Joseph Kiprotich Koech", "Officer of Nakuru county"),
    ("district@wardline.test", "Lucy Wanjiku Njoroge", "Officer of Molo sub-county"),
    ("ward@wardline.test", "Samuel Kiplagat Cheruiyot", "Officer of Elburgon ward"),
];
/// The password of everybody in the demo.
pub const DEMO_PASSWORD: &str = "wardline-demo";

pub const SOMEBODY_ELSE: &str = "Somebody else?";

/// The label of the password's field where it is known whose it is.
#[must_use]
pub fn password_of(email: &str) -> String {
    format!("Password of {email}")
}
