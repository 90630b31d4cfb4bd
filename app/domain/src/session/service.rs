//! The use cases of sessions, shared by REST, pages and sockets.

use crate::caller::Caller;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::id::{SecurityEventId, SessionId};
use crate::page::{Page, page_size};
use crate::refusal::Refusal;
use crate::session::rotation::Verdict;
use crate::session::{
    AccessClaims, ClientKind, Device, EndReason, NewSession, Policy, Presentation, Receipt,
    Receipts, RefreshClaim, SecurityEvent, SentAt, SessionFacts, SessionRow,
};
use crate::staff::invitation::NO_PASSWORD;
use crate::staff::{Profile, Staff};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::Duration;

/// The longest password that is looked at; longer ones cost hashing time for nothing.
pub const PASSWORD_BYTES_MAX: usize = 1024;
/// The longest device name that is kept.
pub const DEVICE_CHARS_MAX: usize = 200;
/// How many security events a page holds unless its caller asks for another number.
pub const SECURITY_EVENTS_SHOWN: u32 = 50;

/// What somebody signs in with.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Their e-mail address, in any case.
    pub email: String,
    /// Their password.
    pub password: String,
    /// What the device calls itself.
    #[serde(default)]
    pub device_name: Option<String>,
}

/// Tokens and facts handed out by a sign-in or a refresh.
pub struct Granted {
    /// The access token.
    pub access_token: String,
    /// The refresh token.
    pub refresh_token: String,
    /// What the client may know of its session.
    pub facts: SessionFacts,
    /// Whose it is, with the claims as they are now.
    pub staff: Staff,
}

/// What became of a refresh token that was presented.
pub struct Presented {
    /// What it meant.
    pub verdict: Verdict,
    /// How old the session was.
    pub age: Duration,
    /// What its bearer gets.
    pub answer: Result<Granted, Refusal>,
}

/// Signs somebody in on a device.
pub async fn sign_in(
    desk: &Desk,
    attempt: &SignIn,
    client: ClientKind,
    address: Option<IpAddr>,
) -> Result<Granted, Failure> {
    let entered = enter(desk, attempt, client, address).await;
    desk.measures.sign_in(entered.as_ref().err().map_or("signed_in", Failure::code));
    entered
}

async fn enter(
    desk: &Desk,
    attempt: &SignIn,
    client: ClientKind,
    address: Option<IpAddr>,
) -> Result<Granted, Failure> {
    let email = attempt.email.trim().to_lowercase();
    if email.is_empty() || email.len() > 254 || email.contains('\0') {
        return Err(Refusal::invalid("email", "Give the e-mail address of your account.").into());
    }
    if attempt.password.is_empty() || attempt.password.len() > PASSWORD_BYTES_MAX {
        return Err(Refusal::invalid("password", "Give your password.").into());
    }
    desk.limits.sign_in(&email, address)?;
    let found = desk.store.credentials(&email).await?;
    // Whoever has not chosen a password yet is told what an unknown account is, in the same time.
    let hash = found.as_ref().map(|(_, hash)| hash.as_str()).filter(|hash| *hash != NO_PASSWORD);
    let fits = desk.passwords.verify(&attempt.password, hash).await?;
    let Some((staff, _)) = found.filter(|_| fits) else {
        return Err(Refusal::InvalidCredentials.into());
    };
    if staff.disabled {
        return Err(Refusal::AccountDisabled.into());
    }
    let new =
        NewSession { user: staff.id, client, device: device_name(attempt.device_name.as_deref()) };
    let session = desk.store.open_session(&new, &desk.policy).await?;
    let now = session.authenticated_at;
    Ok(grant(desk, &session, staff, now))
}

/// Answers a presented refresh token.
///
/// Shape and seal are checked first, without a look into the database: a forged token can never
/// touch a session.
pub async fn refresh(
    desk: &Desk,
    token: &str,
    client: ClientKind,
    sent_at: SentAt,
) -> Result<Presented, Failure> {
    let claim = desk.tokens.open(token).map_err(Refusal::from)?;
    let seen = desk.receipts.newest(claim.session);
    let presentation = Presentation { claim, client, seen, sent_at };
    let Some(done) = desk.store.rotate(presentation, &desk.policy).await? else {
        // Under our seal, yet unknown or made for the other entrance. Neither is a reason to end it.
        return Err(Refusal::TokenMalformed.into());
    };
    let age = done.now.since(done.session.authenticated_at);
    let answer = match done.verdict {
        Verdict::Rotate | Verdict::Again(_) => Ok(grant(desk, &done.session, done.staff, done.now)),
        Verdict::Refuse(reason) => Err(reason.refusal()),
        Verdict::Reuse => Err(Refusal::RefreshTokenAlreadyUsed),
        // The page that is loaded finds out by itself.
        Verdict::LateCopy if sent_at == SentAt::PageLoad => Err(Refusal::TokenExpired),
        Verdict::LateCopy => Err(Refusal::TryAgain { retry_after: 1 }),
        Verdict::NotIssuedYet => {
            tracing::error!(
                session = %claim.session, generation = %claim.generation,
                "a refresh token names a generation this database never issued: was it restored?"
            );
            Err(Refusal::TryAgain { retry_after: 5 })
        }
    };
    Ok(Presented { verdict: done.verdict, age, answer })
}

/// Who bears this access token. Decided from the token and from what this node remembers; the
/// database is not asked. Counts as receipt of the token's generation.
pub fn identify(desk: &Desk, token: &str, own_act: bool) -> Result<Caller, Refusal> {
    let now = desk.clock.now();
    let claims = desk.tokens.verify(token, now)?;
    check(&*desk.receipts, &desk.policy, &claims, own_act, now)
}

/// Whether the bearer of an access token whose signature is good may pass, as far as this node
/// remembers. This runs with every request.
pub fn check(
    receipts: &dyn Receipts,
    policy: &Policy,
    claims: &AccessClaims,
    own_act: bool,
    now: Timestamp,
) -> Result<Caller, Refusal> {
    // Made under a longer lifetime than is set now: what this node remembers does not reach back.
    if now >= claims.issued_at.plus(policy.access_ttl) {
        return Err(Refusal::TokenExpired);
    }
    if let Some(reason) = receipts.ended(claims.session) {
        return Err(reason.refusal());
    }
    if claims.claims_version < receipts.claims_version(claims.user) {
        return Err(Refusal::ClaimsStale);
    }
    receipts.seen(Receipt {
        session: claims.session,
        generation: claims.generation,
        active_at: own_act.then_some(now),
    });
    Ok(Caller {
        user: claims.user,
        session: claims.session,
        generation: claims.generation,
        role: claims.role,
        claims_version: claims.claims_version,
        access_expires_at: claims.expires_at,
    })
}

/// A client's heartbeat: the facts of its session. When the person did something `idle_for` ago, the
/// idle end moves to what that makes it, before it is told.
pub async fn heartbeat(
    desk: &Desk,
    caller: &Caller,
    idle_for: Option<Duration>,
) -> Result<SessionFacts, Failure> {
    if let Some(idle_for) = idle_for {
        let active_at = Some(desk.clock.now().minus(idle_for));
        let act = Receipt { session: caller.session, generation: caller.generation, active_at };
        desk.store.confirm(&[act], &desk.policy).await?;
    }
    Ok(describe(desk, caller).await?.0)
}

/// The facts of the caller's session, and who they are, from the database.
pub async fn describe(desk: &Desk, caller: &Caller) -> Result<(SessionFacts, Profile), Failure> {
    let found = desk.store.session(caller.session).await?;
    let (session, staff) = found.ok_or(Refusal::SessionRevoked)?;
    let now = desk.clock.now();
    if let Some(reason) = session.state.over(staff.disabled, now) {
        return Err(reason.refusal().into());
    }
    let areas = desk.store.areas_of(staff.id).await?;
    let facts = SessionFacts {
        id: session.id,
        user_id: caller.user,
        generation: caller.generation,
        claims_version: caller.claims_version,
        server_time: now,
        access_expires_at: caller.access_expires_at,
        idle_expires_at: session.state.idle_expires_at,
        absolute_expires_at: session.state.absolute_expires_at,
        authenticated_at: session.authenticated_at,
    };
    Ok((facts, Profile::of(staff, areas)))
}

/// Ends the caller's session, or all of theirs. Answers how many ended.
pub async fn sign_out(desk: &Desk, caller: &Caller, everywhere: bool) -> Result<u64, Failure> {
    let reason = EndReason::SessionRevoked;
    if everywhere {
        return Ok(desk.store.end_sessions_of(caller.user, caller.user, reason).await?);
    }
    let ended = desk.store.end_session(caller.session, Some(caller.user), reason).await?;
    Ok(u64::from(ended))
}

/// Ends the session that a refresh token belongs to: a sign-out when the access token is over.
///
/// Any generation will do, for its bearer can only lose by it; a token that is not under our seal
/// ends nothing.
pub async fn sign_out_by_refresh_token(desk: &Desk, token: &str) -> Result<bool, Failure> {
    let claim = desk.tokens.open(token).map_err(Refusal::from)?;
    Ok(desk.store.end_session(claim.session, None, EndReason::SessionRevoked).await?)
}

/// Ends the session that a refresh token belongs to, when that is the one meant: somebody else may have signed
/// in on the same browser since. Answers whether it was.
pub async fn sign_out_of(desk: &Desk, token: &str, meant: SessionId) -> Result<bool, Failure> {
    let claim = desk.tokens.open(token).map_err(Refusal::from)?;
    if claim.session != meant {
        return Ok(false);
    }
    desk.store.end_session(meant, None, EndReason::SessionRevoked).await?;
    Ok(true)
}

/// The caller's devices; the one that asks is marked.
pub async fn devices(desk: &Desk, caller: &Caller) -> Result<Vec<Device>, Failure> {
    let mut devices = desk.store.devices(caller.user).await?;
    for device in &mut devices {
        device.current = device.id == caller.session;
    }
    Ok(devices)
}

/// Ends one of the caller's own devices.
pub async fn end_device(desk: &Desk, caller: &Caller, id: SessionId) -> Result<(), Failure> {
    let ended = desk.store.end_session(id, Some(caller.user), EndReason::SessionRevoked).await?;
    if ended { Ok(()) } else { Err(Refusal::not_found("session").into()) }
}

/// Ends all of the caller's devices but the one that asks. Answers how many ended.
pub async fn end_other_devices(desk: &Desk, caller: &Caller) -> Result<u64, Failure> {
    let reason = EndReason::SessionRevoked;
    Ok(desk.store.end_other_sessions(caller.user, caller.session, reason).await?)
}

/// What happened to the caller's own sessions and rights, newest first: what is older than `before`,
/// when given. Nobody reads anybody else's.
pub async fn security_events_of(
    desk: &Desk,
    caller: &Caller,
    before: Option<SecurityEventId>,
    limit: Option<u32>,
) -> Result<Page<SecurityEvent>, Failure> {
    let limit = page_size(limit, SECURITY_EVENTS_SHOWN);
    Ok(desk.store.security_events(caller.user, before, limit).await?)
}

/// What a device calls itself, as it is kept.
pub(crate) fn device_name(given: Option<&str>) -> String {
    let given = given.unwrap_or_default().trim();
    let name: String = given.chars().filter(|c| !c.is_control()).take(DEVICE_CHARS_MAX).collect();
    if name.is_empty() { "Unnamed device".to_owned() } else { name }
}

/// The tokens and facts of a session as it is now.
pub(crate) fn grant(desk: &Desk, session: &SessionRow, staff: Staff, now: Timestamp) -> Granted {
    // A JWT counts whole seconds; an access token never outlives its session.
    let expires = now.plus(desk.policy.access_ttl).min(session.state.absolute_expires_at);
    let claims = AccessClaims {
        user: staff.id,
        session: session.id,
        generation: session.state.generation,
        role: staff.role,
        claims_version: staff.claims_version,
        issued_at: Timestamp::from_seconds(now.seconds()),
        expires_at: Timestamp::from_seconds(expires.seconds()),
    };
    let refresh = RefreshClaim { session: session.id, generation: session.state.generation };
    Granted {
        access_token: desk.tokens.sign(&claims),
        refresh_token: desk.tokens.seal(refresh),
        facts: SessionFacts {
            id: session.id,
            user_id: session.user,
            generation: session.state.generation,
            claims_version: staff.claims_version,
            server_time: now,
            access_expires_at: claims.expires_at,
            idle_expires_at: session.state.idle_expires_at,
            absolute_expires_at: session.state.absolute_expires_at,
            authenticated_at: session.authenticated_at,
        },
        staff,
    }
}
