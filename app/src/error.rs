//! The error of every server function: a refusal that may be told, or a fault of the way there.

use domain::refusal::Refusal;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Why a server function gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Problem {
    /// The server refused, and says why.
    #[error("{0}")]
    Refused(Refusal),
    /// The answer did not arrive or can't be read: no network, a proxy in between, a deploy. It says
    /// nothing about the session and nothing about whether the call was carried out.
    #[error("{0}")]
    Transport(String),
}

impl Problem {
    /// The refusal, when the server answered.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Transport(_) => None,
        }
    }

    /// Whether the same call may well succeed later without anybody changing it.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.refusal().is_none_or(|refusal| refusal.retry_after().is_some())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                Self::Refused(Refusal::invalid("request", detail))
            }
            other => Self::Transport(other.to_string()),
        }
    }
}
