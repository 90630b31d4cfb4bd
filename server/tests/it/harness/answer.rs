//! An answer of the server, read to its end and compared with the contract.

use super::contract;
use reqwest::header::{HeaderMap, SET_COOKIE};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

/// An answer of the server.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) text: String,
}

impl Answer {
    /// Sends a request.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let answer = Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        };
        contract::compare(&method, &path, &answer);
        answer
    }

    /// Its JSON, when it says that all went well.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Its text, when it says that all went well.
    #[track_caller]
    pub(crate) fn ok_text(&self) -> &str {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        &self.text
    }

    /// Its JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// Asserts that it is a problem of this status and code, whole and in its form.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        for field in ["type", "title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        if matches!(status, 429 | 503) {
            let seconds: u32 = self.header("retry-after").parse().unwrap();
            assert!(seconds > 0);
        }
        problem
    }

    /// Its code, when it is a problem.
    pub(crate) fn code(&self) -> Option<String> {
        let problem: Value = serde_json::from_str(&self.text).ok()?;
        problem.get("code")?.as_str().map(str::to_owned)
    }

    /// One of its headers; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Its `Set-Cookie` lines.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        lines.map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    /// The value that it gives a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let prefix = format!("{name}=");
        let cookies = self.cookies();
        let line = cookies.iter().find_map(|line| line.strip_prefix(&prefix))?;
        line.split(';').next().map(str::to_owned)
    }
}
