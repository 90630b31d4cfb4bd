//! Refusals as `application/problem+json` (RFC 9457), the one form of every error of this server.
//!
//! The body holds everything that `domain::refusal::Refusal` does, under the same names, so that a
//! client in Rust reads it back as what it was.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::tickets::Message;
use serde::Serialize;
use std::borrow::Cow;

use crate::router::observe::RequestId;

/// A refusal on its way to the client.
#[derive(Debug, Clone)]
pub struct Problem {
    refusal: Box<Refusal>,
    detail: Option<Cow<'static, str>>,
    about: About,
}

/// What a refusal is about, where its status or its headers depend on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Request,
    AccessToken,
    RefreshToken,
}

/// The body of an error.
#[derive(Serialize)]
struct Document<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: Cow<'a, str>,
    code: &'static str,
    request_id: &'a str,
    #[serde(flatten)]
    more: More<'a>,
}

/// What some kinds of refusals have besides.
#[derive(Default, Serialize)]
struct More<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<&'a [Message]>,
}

impl<'a> More<'a> {
    fn of(refusal: &'a Refusal) -> Self {
        let mut more = Self { retry_after: refusal.retry_after(), ..Self::default() };
        match refusal {
            Refusal::Invalid { field, .. } | Refusal::Taken { field, .. } => {
                more.field = Some(field);
            }
            Refusal::NotFound { what } => more.what = Some(what),
            Refusal::TooLarge { limit } => more.limit = Some(*limit),
            Refusal::AnsweredMeanwhile { messages } => more.messages = Some(messages),
            _ => {}
        }
        more
    }
}

impl Problem {
    /// A refusal with more to say than its kind does.
    #[must_use]
    pub fn with_detail(refusal: Refusal, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..Self::from(refusal) }
    }

    /// A refusal of the access token that a request bears.
    #[must_use]
    pub fn of_access_token(refusal: Refusal) -> Self {
        Self { about: About::AccessToken, ..Self::from(refusal) }
    }

    /// A refusal of a refresh token. One that is none of ours makes the request a bad one (400): no
    /// other credentials would make it a good one, which is what 401 asks for.
    #[must_use]
    pub fn of_refresh_token(refusal: Refusal) -> Self {
        Self { about: About::RefreshToken, ..Self::from(refusal) }
    }

    /// A request that can't be read.
    #[must_use]
    pub fn unreadable(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Refusal::Unreadable { status: status.as_u16(), detail: detail.into() }.into()
    }

    /// What is refused.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match (self.about, &*self.refusal) {
            (About::RefreshToken, Refusal::TokenMalformed) => StatusCode::BAD_REQUEST,
            (_, refusal) => {
                StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    /// The challenge of a 401 (RFC 6750, section 3). Only a token that was shown has an error; what is
    /// asked for is never a password, so no browser opens a dialog.
    fn challenge(&self) -> Option<HeaderValue> {
        let shown =
            self.about == About::AccessToken && !matches!(*self.refusal, Refusal::TokenMissing);
        let challenge = if shown { "Bearer error=\"invalid_token\"" } else { "Bearer" };
        (self.status() == StatusCode::UNAUTHORIZED).then(|| HeaderValue::from_static(challenge))
    }

    fn body(&self, request_id: &str) -> String {
        let refusal = &*self.refusal;
        let body = Document {
            r#type: "about:blank",
            title: self.status().canonical_reason().unwrap_or("Error"),
            status: self.status().as_u16(),
            detail: self.detail(),
            code: refusal.code(),
            request_id,
            more: More::of(refusal),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }

    fn detail(&self) -> Cow<'_, str> {
        match (&self.detail, &*self.refusal) {
            // The field has a place of its own.
            (Some(detail), _)
            | (None, Refusal::Invalid { detail, .. } | Refusal::Taken { detail, .. }) => {
                Cow::Borrowed(detail)
            }
            (None, refusal) => refusal.detail(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { refusal: Box::new(refusal), detail: None, about: About::Request }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        failure.into_refusal().into()
    }
}

impl IntoResponse for Problem {
    /// Leaves the body to [`write()`], which knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: writes the body of every [`Problem`] that comes from below.
pub async fn write(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let body = problem.body(id.as_ref().map_or("", |id| id.as_str()));
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.refusal.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(challenge) = problem.challenge() {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    *response.body_mut() = Body::from(body);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_back_from_its_document_as_what_it_was() {
        for refusal in [
            Refusal::InvalidCredentials,
            Refusal::TokenExpired,
            Refusal::SessionIdle,
            Refusal::RateLimited { retry_after: 7 },
            Refusal::TryAgain { retry_after: 2 },
            Refusal::not_found("ticket"),
            Refusal::Forbidden { detail: "Only an admin may do this.".into() },
            Refusal::invalid("body", "Write something."),
            Refusal::TooLarge { limit: 9 },
            Refusal::AnsweredMeanwhile { messages: Vec::new() },
            Refusal::OtherTicketOpen,
            Refusal::InvitationUsed,
            Refusal::Taken { field: "email".into(), detail: "There is one.".into() },
            Refusal::IdempotencyRunning,
            Refusal::Untrusted { detail: "The request came from another site.".into() },
            Refusal::Unreadable { status: 415, detail: "Send JSON.".into() },
            Refusal::Unavailable,
        ] {
            let body = Problem::from(refusal.clone()).body("request-0001");
            assert_eq!(serde_json::from_str::<Refusal>(&body).unwrap(), refusal, "{body}");
        }
    }
}
