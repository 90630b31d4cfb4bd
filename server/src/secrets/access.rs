//! Access tokens: JWTs signed with Ed25519 (RFC 7519, RFC 8037), verified without a look into the
//! database. `kid` names the key, so that keys can be exchanged while tokens live.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{SessionId, UserId};
use domain::session::{AccessClaims, Generation, TokenFault};
use domain::staff::Role;
use domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Longer texts are not looked at.
const TOKEN_CHARS_MAX: usize = 1024;

/// The key pair that signs access tokens.
pub(super) struct AccessKey {
    id: u8,
    public: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Body {
    sub: String,
    sid: SessionId,
    #[serde(rename = "gen")]
    generation: Generation,
    role: Role,
    cv: i64,
    iat: i64,
    exp: i64,
    jti: String,
}

impl AccessKey {
    pub(super) fn new(id: u8, seed: [u8; 32]) -> Option<Self> {
        let signing = SigningKey::from_bytes(&seed);
        let public = URL_SAFE_NO_PAD.encode(signing.verifying_key().as_bytes());
        let private = signing.to_pkcs8_der().ok()?;
        Some(Self {
            id,
            encoding: EncodingKey::from_ed_der(private.as_bytes()),
            decoding: DecodingKey::from_ed_components(&public).ok()?,
            public,
        })
    }

    pub(super) fn jwk(&self) -> serde_json::Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.id.to_string(), "x": self.public,
        })
    }

    pub(super) fn sign(&self, claims: &AccessClaims) -> String {
        let header = Header { kid: Some(self.id.to_string()), ..Header::new(Algorithm::EdDSA) };
        let body = Body {
            sub: claims.user.to_string(),
            sid: claims.session,
            generation: claims.generation,
            role: claims.role,
            cv: claims.claims_version,
            iat: claims.issued_at.seconds(),
            exp: claims.expires_at.seconds(),
            jti: random_id(),
        };
        jsonwebtoken::encode(&header, &body, &self.encoding)
            .expect("a fixed set of plain claims can always be signed")
    }

    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        // Time is judged below, by the clock that the caller gives.
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        let body = jsonwebtoken::decode::<Body>(token, &self.decoding, &rules)
            .map_err(|_| TokenFault::Malformed)?
            .claims;
        let claims = AccessClaims {
            user: body.sub.parse::<UserId>().map_err(|_| TokenFault::Malformed)?,
            session: body.sid,
            generation: body.generation,
            role: body.role,
            claims_version: body.cv,
            issued_at: Timestamp::from_seconds(body.iat),
            expires_at: Timestamp::from_seconds(body.exp),
        };
        if now < claims.expires_at { Ok(claims) } else { Err(TokenFault::Expired) }
    }
}

/// Which key a token names. Nothing of it is trusted yet.
pub(super) fn key_id(token: &str) -> Result<u8, TokenFault> {
    if token.len() > TOKEN_CHARS_MAX {
        return Err(TokenFault::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenFault::Malformed)?;
    let kid = header.kid.ok_or(TokenFault::Malformed)?;
    kid.parse().map_err(|_| TokenFault::Malformed)
}

/// `jti`: tells two tokens of one second apart. Not a secret.
fn random_id() -> String {
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}
