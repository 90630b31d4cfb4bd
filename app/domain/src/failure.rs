//! What a use case can fail with: something a person may be told, or something that broke.

use crate::refusal::Refusal;
use crate::store::StoreError;

/// The error of every use case.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Told to the caller as it is.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database could not do it. Told as "try again" or "unavailable".
    #[error(transparent)]
    Broken(#[from] StoreError),
}

impl Failure {
    /// The stable word for what the caller is told.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Broken(StoreError::Busy) => "try_again",
            Self::Broken(StoreError::UnreadableCursor) => "invalid",
            Self::Broken(_) => "unavailable",
        }
    }

    /// What the caller is told. A broken part is logged here, once, with its cause.
    #[must_use]
    pub fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Broken(StoreError::Busy) => {
                tracing::warn!("the database was too busy to finish a request in time");
                Refusal::TryAgain { retry_after: 1 }
            }
            Self::Broken(StoreError::UnreadableCursor) => Refusal::invalid(
                "after",
                "Give what `next` of an earlier page says, or nothing for the first page.",
            ),
            Self::Broken(error) => {
                tracing::error!(error = %error, "a request failed: {error}");
                Refusal::Unavailable
            }
        }
    }
}
