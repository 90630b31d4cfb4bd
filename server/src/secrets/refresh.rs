//! Refresh tokens: `version ‖ key id ‖ session ‖ generation ‖ seal`, 38 bytes, in base64url.
//!
//! The seal is HMAC-SHA-256 over everything before it, cut to 128 bits (RFC 2104 section 5). It is
//! checked in constant time before anything is looked up: whoever does not hold a token can't make
//! the server do any work for a session, let alone end one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::SessionId;
use domain::session::{Generation, RefreshClaim, TokenFault};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

const VERSION: u8 = 1;
const SIGNED_BYTES: usize = 1 + 1 + 16 + 4;
const SEAL_BYTES: usize = 16;
const TOKEN_BYTES: usize = SIGNED_BYTES + SEAL_BYTES;
const TOKEN_CHARS: usize = TOKEN_BYTES.div_ceil(3) * 4 - 1;

/// The key that seals refresh tokens.
pub(super) struct SealKey {
    mac: Hmac<Sha256>,
}

/// A token of the right shape whose seal has not been checked.
pub(super) struct Sealed {
    bytes: [u8; TOKEN_BYTES],
}

impl SealKey {
    pub(super) fn new(key: [u8; 32]) -> Self {
        let mac = Hmac::new_from_slice(&key).expect("HMAC takes a key of any length");
        Self { mac }
    }

    pub(super) fn seal(&self, key_id: u8, claim: RefreshClaim) -> String {
        let mut token = Vec::with_capacity(TOKEN_BYTES);
        token.extend([VERSION, key_id]);
        token.extend(claim.session.0.as_bytes());
        token.extend(claim.generation.0.to_be_bytes());
        let seal = self.mac.clone().chain_update(&token).finalize().into_bytes();
        token.extend(&seal[..SEAL_BYTES]);
        URL_SAFE_NO_PAD.encode(token)
    }

    pub(super) fn open(&self, token: &Sealed) -> Result<RefreshClaim, TokenFault> {
        let (signed, seal) = token.bytes.split_at(SIGNED_BYTES);
        let mac = self.mac.clone().chain_update(signed);
        mac.verify_truncated_left(seal).map_err(|_| TokenFault::Malformed)?;
        let session = Uuid::from_slice(&signed[2..18]).map_err(|_| TokenFault::Malformed)?;
        let generation = signed[18..].try_into().map_err(|_| TokenFault::Malformed)?;
        Ok(RefreshClaim {
            session: SessionId(session),
            generation: Generation(u32::from_be_bytes(generation)),
        })
    }
}

impl Sealed {
    pub(super) fn parse(token: &str) -> Result<Self, TokenFault> {
        if token.len() != TOKEN_CHARS {
            return Err(TokenFault::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenFault::Malformed)?;
        let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| TokenFault::Malformed)?;
        if bytes[0] == VERSION { Ok(Self { bytes }) } else { Err(TokenFault::Malformed) }
    }

    pub(super) fn key_id(&self) -> u8 {
        self.bytes[1]
    }
}
