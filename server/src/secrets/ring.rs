//! The key ring: its text form, the keys derived from it, and the port that use cases see.

use super::access::AccessKey;
use super::refresh::SealKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::refusal::Refusal;
use domain::session::{AccessClaims, RefreshClaim, TokenFault, Tokens};
use domain::staff::invitation::OneTime;
use domain::time::Timestamp;
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;

const SECRET_BYTES: usize = 32;
const SECRETS_MAX: usize = 8;

/// All keys of a server. Its `Debug` form shows no secret.
pub struct KeyRing {
    keys: Vec<Keys>,
    jwks: String,
}

struct Keys {
    id: u8,
    seal: SealKey,
    access: AccessKey,
}

/// Why a text is not a key ring. Never repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// No secret in it, or more than the stated limit.
    #[error("give 1 to {SECRETS_MAX} secrets as `id:secret`, separated by commas")]
    Count,
    /// One entry has another shape.
    #[error(
        "entry {0} is not `id:secret` with an id of 0 to 255 and {SECRET_BYTES} bytes in base64url"
    )]
    Shape(usize),
    /// Two entries have the same id.
    #[error("the id of entry {0} is used twice")]
    Twice(usize),
    /// The operating system gave no randomness.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl KeyRing {
    /// Reads a ring: `id:secret` entries separated by commas, the one in use first.
    pub fn from_text(text: &str) -> Result<Self, SecretsError> {
        let entries: Vec<&str> = text.trim().split(',').map(str::trim).collect();
        if entries == [""] || entries.len() > SECRETS_MAX {
            return Err(SecretsError::Count);
        }
        let mut keys: Vec<Keys> = Vec::new();
        for (index, entry) in entries.into_iter().enumerate() {
            let shape = || SecretsError::Shape(index + 1);
            let (id, secret) = entry.split_once(':').ok_or_else(shape)?;
            let id: u8 = id.parse().map_err(|_| shape())?;
            let secret = URL_SAFE_NO_PAD.decode(secret).map_err(|_| shape())?;
            if secret.len() != SECRET_BYTES {
                return Err(shape());
            }
            if keys.iter().any(|known| known.id == id) {
                return Err(SecretsError::Twice(index + 1));
            }
            keys.push(Keys::derive(id, &secret).ok_or_else(shape)?);
        }
        let jwks: Vec<serde_json::Value> = keys.iter().map(|key| key.access.jwk()).collect();
        let jwks = serde_json::json!({ "keys": jwks }).to_string();
        Ok(Self { keys, jwks })
    }

    /// A new ring of one random secret, in its text form.
    pub fn generate() -> Result<String, SecretsError> {
        let mut secret = [0_u8; SECRET_BYTES];
        getrandom::fill(&mut secret).map_err(|_| SecretsError::NoRandomness)?;
        Ok(format!("1:{}", URL_SAFE_NO_PAD.encode(secret)))
    }

    fn current(&self) -> &Keys {
        // `from_text` refuses an empty ring.
        &self.keys[0]
    }
}

impl Keys {
    fn derive(id: u8, secret: &[u8]) -> Option<Self> {
        let expander = Hkdf::<Sha256>::new(None, secret);
        let mut seal = [0_u8; 32];
        let mut sign = [0_u8; 32];
        expander.expand(b"wardline refresh token seal v1", &mut seal).ok()?;
        expander.expand(b"wardline access token signature v1", &mut sign).ok()?;
        Some(Self { id, seal: SealKey::new(seal), access: AccessKey::new(id, sign)? })
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<u8> = self.keys.iter().map(|key| key.id).collect();
        f.debug_struct("KeyRing").field("ids", &ids).finish_non_exhaustive()
    }
}

impl Tokens for KeyRing {
    fn seal(&self, claim: RefreshClaim) -> String {
        let key = self.current();
        key.seal.seal(key.id, claim)
    }

    fn open(&self, token: &str) -> Result<RefreshClaim, TokenFault> {
        let sealed = super::refresh::Sealed::parse(token)?;
        let key = self.keys.iter().find(|key| key.id == sealed.key_id());
        key.ok_or(TokenFault::Malformed)?.seal.open(&sealed)
    }

    fn sign(&self, claims: &AccessClaims) -> String {
        self.current().access.sign(claims)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault> {
        let key_id = super::access::key_id(token)?;
        let key = self.keys.iter().find(|key| key.id == key_id);
        key.ok_or(TokenFault::Malformed)?.access.verify(token, now)
    }

    fn draw(&self) -> Result<OneTime, Refusal> {
        super::one_time::draw()
    }

    fn digest(&self, secret: &str) -> Option<String> {
        super::one_time::digest(secret)
    }

    fn jwks(&self) -> String {
        self.jwks.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{SessionId, UserId};
    use domain::session::Generation;
    use domain::staff::Role;

    fn ring() -> KeyRing {
        KeyRing::from_text(&KeyRing::generate().unwrap()).unwrap()
    }

    fn refresh() -> RefreshClaim {
        RefreshClaim {
            session: SessionId(uuid::Uuid::from_u128(0x1234_5678)),
            generation: Generation(7),
        }
    }

    fn access() -> AccessClaims {
        AccessClaims {
            user: UserId(5),
            session: refresh().session,
            generation: Generation(7),
            role: Role::Officer,
            claims_version: 3,
            issued_at: Timestamp::from_seconds(1_000),
            expires_at: Timestamp::from_seconds(1_900),
        }
    }

    #[test]
    fn a_token_says_after_opening_what_was_put_in() {
        let ring = ring();
        assert_eq!(ring.open(&ring.seal(refresh())), Ok(refresh()));
        let now = Timestamp::from_seconds(1_500);
        assert_eq!(ring.verify(&ring.sign(&access()), now), Ok(access()));
    }

    #[test]
    fn any_changed_character_of_a_refresh_token_breaks_its_seal() {
        let ring = ring();
        let token = ring.seal(refresh());
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            assert_eq!(ring.open(&forged), Err(TokenFault::Malformed), "at {index}");
        }
        for wrong in ["", "x", &token[1..], &format!("{token}A"), "ÄÖ", &"A".repeat(10_000)] {
            assert_eq!(ring.open(wrong), Err(TokenFault::Malformed));
        }
    }

    #[test]
    fn an_access_token_ends_at_its_time_and_not_before() {
        let ring = ring();
        let token = ring.sign(&access());
        assert!(ring.verify(&token, Timestamp::from_millis(1_899_999)).is_ok());
        let end = Timestamp::from_seconds(1_900);
        assert_eq!(ring.verify(&token, end), Err(TokenFault::Expired));
    }

    #[test]
    fn a_token_of_another_ring_or_algorithm_is_not_ours() {
        let (ours, theirs) = (ring(), ring());
        let now = Timestamp::from_seconds(1_500);
        assert_eq!(ours.verify(&theirs.sign(&access()), now), Err(TokenFault::Malformed));
        assert_eq!(ours.open(&theirs.seal(refresh())), Err(TokenFault::Malformed));
        // {"alg":"none","kid":"1"} with our claims and no signature.
        let claims = ours.sign(&access());
        let body = claims.split('.').nth(1).unwrap();
        let none = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","kid":"1"}"#);
        assert_eq!(ours.verify(&format!("{none}.{body}."), now), Err(TokenFault::Malformed));
    }

    #[test]
    fn after_an_exchange_of_keys_the_old_tokens_still_open() {
        let old = KeyRing::generate().unwrap();
        let new = KeyRing::generate().unwrap().replacen("1:", "2:", 1);
        let before = KeyRing::from_text(&old).unwrap();
        let after = KeyRing::from_text(&format!("{new},{old}")).unwrap();
        assert_eq!(after.open(&before.seal(refresh())), Ok(refresh()));
        assert_eq!(before.open(&after.seal(refresh())), Err(TokenFault::Malformed));
    }

    #[test]
    fn a_text_that_is_no_ring_is_refused_and_not_repeated() {
        for text in ["", "1", "1:short", "300:AAAA", "x:y"] {
            let error = KeyRing::from_text(text).unwrap_err().to_string();
            assert!(text.is_empty() || !error.contains("short"), "{error}");
        }
        let one = KeyRing::generate().unwrap();
        assert!(KeyRing::from_text(&format!("{one},{one}")).is_err());
    }
}
