//! The one way in which this host presents a refresh token, whatever the entrance: measured, and
//! logged with the generation that came back and never with a token.

use crate::telemetry::metrics;
use domain::desk::Desk;
use domain::refusal::Refusal;
use domain::session::service::{self, Granted};
use domain::session::{ClientKind, Leniency, Verdict};

/// Presents a refresh token.
pub async fn refresh(desk: &Desk, token: &str, client: ClientKind) -> Result<Granted, Refusal> {
    let answer = service::refresh(desk, token, client).await;
    let answer = answer.map_err(domain::failure::Failure::into_refusal);
    let outcome = outcome(&answer);
    metrics::refresh(outcome);
    let client = client.as_str();
    match &answer {
        Ok(granted) => tracing::info!(
            session = %granted.facts.id, generation = %granted.facts.generation, client, outcome,
            "a session was refreshed"
        ),
        Err(Refusal::RefreshTokenAlreadyUsed) => {
            tracing::warn!(client, outcome, "a used refresh token came back");
        }
        Err(_) => tracing::info!(client, outcome, "a refresh was refused"),
    }
    answer
}

fn outcome(answer: &Result<Granted, Refusal>) -> &'static str {
    match answer {
        Ok(granted) => match granted.verdict {
            Some(Verdict::Again(Leniency::ReuseInterval)) => "again_in_interval",
            Some(Verdict::Again(Leniency::LostAnswer)) => "again_lost_answer",
            _ => "rotated",
        },
        Err(refusal) => refusal.code(),
    }
}
