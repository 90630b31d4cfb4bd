//! Refusals as `application/problem+json` (RFC 9457), the one form of every error of this server.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
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
}

/// The body of an error.
#[derive(Serialize)]
struct Body9457<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: Cow<'a, str>,
    code: &'static str,
    request_id: &'a str,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Whole seconds to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    /// What somebody else wrote meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<&'a [Message]>,
}

impl Problem {
    /// A refusal with more to say than its kind does.
    #[must_use]
    pub fn with_detail(refusal: Refusal, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { refusal: Box::new(refusal), detail: Some(detail.into()) }
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
        StatusCode::from_u16(self.refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn body(&self, request_id: &str) -> String {
        let refusal = &*self.refusal;
        let detail = self.detail.as_deref().map_or_else(|| refusal.detail(), Cow::Borrowed);
        let body = Body9457 {
            r#type: "about:blank",
            title: self.status().canonical_reason().unwrap_or("Error"),
            status: refusal.status(),
            detail,
            code: refusal.code(),
            request_id,
            field: match refusal {
                Refusal::Invalid { field, .. } => Some(field),
                _ => None,
            },
            retry_after: refusal.retry_after(),
            messages: match refusal {
                Refusal::AnsweredMeanwhile { messages } => Some(messages),
                _ => None,
            },
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { refusal: Box::new(refusal), detail: None }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        failure.into_refusal().into()
    }
}

impl IntoResponse for Problem {
    /// Leaves the body to [`write`], which knows the request's id.
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
    *response.body_mut() = Body::from(body);
    response
}
