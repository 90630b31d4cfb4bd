//! What handlers take out of a request. Whatever does not fit is a [`Problem`].

use crate::rest::problem::Problem;
use app::ssr::Visitor;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::caller::Caller;
use domain::refusal::Refusal;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// Somebody with a valid access token.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn(pub Caller);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.extensions.get::<Visitor>() {
            Some(visitor) => visitor.caller.clone().map(Self).map_err(Problem::of_access_token),
            None => Err(Problem::of_access_token(Refusal::TokenMissing)),
        }
    }
}

/// A body of JSON.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is(request.headers(), "application/json") {
            return Err(Problem::unreadable(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/json.",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            Problem::unreadable(StatusCode::BAD_REQUEST, format!("The body is not right: {error}."))
        })
    }
}

/// A body of JSON, or none at all.
#[derive(Debug)]
pub struct MaybeJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for MaybeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let copy = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(copy, state).await.map_err(unread)?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        let request = Request::from_parts(parts, bytes.into());
        JsonBody::from_request(request, state).await.map(|JsonBody(value)| Self(value))
    }
}

/// The pairs of a form, in the order they were sent.
#[derive(Debug)]
pub struct FormPairs(pub Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for FormPairs {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is(request.headers(), "application/x-www-form-urlencoded") {
            return Err(Problem::unreadable(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/x-www-form-urlencoded.",
            ));
        }
        let axum::Form(pairs) =
            axum::Form::from_request(request, state).await.map_err(|error| {
                Problem::unreadable(
                    StatusCode::BAD_REQUEST,
                    format!("The form is not right: {error}."),
                )
            })?;
        Ok(Self(pairs))
    }
}

/// The parameters of the address. An empty one counts as not given.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let given = parts.uri.query().unwrap_or_default().split('&');
        let filled: Vec<_> =
            given.filter(|pair| pair.split_once('=').is_some_and(|(_, v)| !v.is_empty())).collect();
        let fault = |detail: String| Problem::from(Refusal::invalid("query", detail));
        let uri: Uri = format!("/?{}", filled.join("&"))
            .parse()
            .map_err(|_| fault("The parameters can't be read.".to_owned()))?;
        let Query(params) = Query::try_from_uri(&uri).map_err(|error| fault(error.body_text()))?;
        Ok(Self(params))
    }
}

/// The id in the address.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let fault = || Problem::from(Refusal::invalid("id", "That is not an id."));
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| fault())?;
        text.parse().map(Self).map_err(|_| fault())
    }
}

/// What a handler answers when all goes well: JSON.
#[derive(Debug)]
pub struct Reply<T>(pub T);

impl<T: serde::Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// What a handler answers.
pub type Answer<T> = Result<Reply<T>, Problem>;

fn is(headers: &HeaderMap, media_type: &str) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(media_type))
}

fn unread(_: BytesRejection) -> Problem {
    Problem::unreadable(StatusCode::BAD_REQUEST, "The body did not arrive whole.")
}

/// Reads a switch of the address: `true`, `false`, `1` or `0`.
pub fn switch<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let word = <String as serde::Deserialize>::deserialize(from)?;
    match word.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(serde::de::Error::custom("give true or false")),
    }
}
