//! The one way in which this host presents a refresh token and identifies the bearer of an access token.
//!
//! Whatever the entrance: measured, and logged with the generation that came back and never with a token.

use crate::telemetry::metrics;
use axum::http::HeaderMap;
use domain::caller::Caller;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::session::service::{self, Granted, Presented};
use domain::session::{ClientKind, EndReason, Leniency, SentAt, Verdict};
use domain::time::Timestamp;
use tracing::field::display;

/// The header in which a client says when it sent a refresh: milliseconds since the Unix epoch by the
/// server's clock, as well as the client knows it. A copy that comes late is then not taken for theft.
pub const SENT_AT: &str = "wardline-sent-at";
/// The header with the client's own id of a refresh, for the logs of both sides.
pub const REFRESH_ID: &str = "wardline-refresh-id";
/// The outcome of a used token that ended its session. Whatever comes after it is refused, and no more.
const REUSE: &str = "reuse";
/// The longest id that is logged.
const ID_CHARS_MAX: usize = 40;

/// What a client says about a refresh of its own accord.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// When it sent the request.
    pub sent_at: SentAt,
    /// What it calls the refresh in its own log.
    pub id: Option<String>,
}

impl Told {
    /// What is known of a refresh by which a page is loaded.
    #[must_use]
    pub const fn by_page() -> Self {
        Self { sent_at: SentAt::PageLoad, id: None }
    }

    /// From the headers of a request. What can't be read was not said.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let plain = |id: &&str| {
            id.len() <= ID_CHARS_MAX && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let sent_at = text(SENT_AT).and_then(|millis| millis.parse().ok());
        Self {
            sent_at: sent_at
                .map_or(SentAt::Unsaid, |millis| SentAt::At(Timestamp::from_millis(millis))),
            id: text(REFRESH_ID).filter(plain).map(str::to_owned),
        }
    }
}

/// Who bears this access token, as [`service::identify`] says.
pub fn identify(desk: &Desk, token: &str, own_act: bool) -> Result<Caller, Refusal> {
    let found = service::identify(desk, token, own_act);
    metrics::check(&found);
    found
}

/// Presents a refresh token.
pub async fn refresh(
    desk: &Desk,
    token: &str,
    client: ClientKind,
    told: &Told,
) -> Result<Granted, Refusal> {
    let presented = service::refresh(desk, token, client, told.sent_at).await;
    let (outcome, answer) = match presented {
        Ok(presented) => (outcome(&presented), presented.answer),
        Err(failure) => {
            let refusal = Failure::into_refusal(failure);
            (refusal.code(), Err(refusal))
        }
    };
    metrics::refresh(outcome);
    let client = client.as_str();
    // What is under the seal, for the log; of a forged token nothing is known.
    let claim = desk.tokens.open(token).ok();
    let session = claim.map(|claim| display(claim.session));
    let presented = claim.map(|claim| display(claim.generation));
    let refresh = told.id.as_deref().unwrap_or_default();
    match &answer {
        Ok(granted) => tracing::info!(
            session, presented, generation = %granted.facts.generation, client, outcome, refresh,
            "a session was refreshed"
        ),
        Err(_) if outcome == REUSE => {
            tracing::warn!(
                session,
                presented,
                client,
                outcome,
                refresh,
                "a used refresh token came back"
            );
        }
        Err(_) => {
            tracing::info!(session, presented, client, outcome, refresh, "a refresh was refused");
        }
    }
    answer
}

/// What a presented token meant, in the words of the measures. An end by time is noticed here, each time
/// its client comes back; an end by an act stands in the log.
fn outcome(presented: &Presented) -> &'static str {
    match presented.verdict {
        Verdict::Rotate => "rotated",
        Verdict::Again(Leniency::ReuseInterval) => "again_in_interval",
        Verdict::Again(Leniency::LostAnswer) => "again_lost_answer",
        Verdict::LateCopy => "late_copy",
        Verdict::NotIssuedYet => "not_issued_yet",
        Verdict::Reuse => REUSE,
        Verdict::Refuse(reason) => {
            if matches!(reason, EndReason::SessionExpired | EndReason::SessionIdle) {
                metrics::session_over(reason.as_str(), Some(presented.age));
            }
            reason.as_str()
        }
    }
}
