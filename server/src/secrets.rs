//! Keys and passwords: what makes and opens tokens, and what hashes passwords.
//!
//! One key ring serves everything. From each of its secrets two keys are derived by HKDF-SHA-256
//! (RFC 5869): one seals refresh tokens, one signs access tokens. New tokens use the first secret;
//! tokens of the others are still opened, so that keys can be exchanged without a sign-out: put a
//! new secret in front, and take the old one away once the longest session is over.

mod access;
pub mod one_time;
mod passwords;
mod refresh;
mod ring;

pub use passwords::Argon2Pool;
pub use ring::{KeyRing, SecretsError};
