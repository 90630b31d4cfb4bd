//! Secrets for links that are good once.
//!
//! 160 random bits in hexadecimal digits, which no mail program breaks or cuts; and SHA-256 over them,
//! which is what the database keeps. A secret that can't be guessed needs no slow hash and no salt.

use domain::refusal::Refusal;
use domain::staff::invitation::OneTime;
use sha2::{Digest, Sha256};
use std::fmt::Write;

const BYTES: usize = 20;

/// Draws a secret.
pub fn draw() -> Result<OneTime, Refusal> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system has no randomness: {error}");
        Refusal::Unavailable
    })?;
    let secret = hexadecimal(&bytes);
    let digest = hexadecimal(&Sha256::digest(&secret));
    Ok(OneTime { secret, digest })
}

/// What is kept of a secret; `None` when it is none that [`draw`] gives.
pub(super) fn digest(secret: &str) -> Option<String> {
    let ours = secret.len() == BYTES * 2
        && secret.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    ours.then(|| hexadecimal(&Sha256::digest(secret)))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_secret_is_found_again_and_does_not_hold_it() {
        let (one, other) = (draw().unwrap(), draw().unwrap());
        assert_ne!(one.secret, other.secret);
        assert!(one.secret.len() * 4 >= 128);
        assert_eq!(digest(&one.secret).as_deref(), Some(&*one.digest));
        assert!(!one.digest.contains(&one.secret));
    }

    #[test]
    fn the_digest_is_sha_256() {
        let expected = "9692e67b8378a6f6753f97782d458aa757e947eab2fbdf6b5c187b74561eb78f";
        assert_eq!(digest(&"0".repeat(40)).as_deref(), Some(expected));
    }

    #[test]
    fn what_has_another_shape_is_no_secret_of_ours() {
        let secret = draw().unwrap().secret;
        for wrong in ["", "x", &secret[1..], &format!("{secret}0"), &"A".repeat(40), "ä"] {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }
}
