//! One HTTP connection that stays open, for one request at a time.

use crate::fault::{Fault, Outcome, While};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderName};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How much of an answer that was not expected is told.
const TOLD_CHARS_MAX: usize = 300;

/// A connection.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await.during("connecting")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.during("connecting")?;
        // Ends with the sender; an error of the connection is also one of the request.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_string() })
    }

    pub(crate) async fn get(
        &mut self,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> Outcome<Answer> {
        self.send(Method::GET, path, headers, Bytes::new()).await
    }

    pub(crate) async fn post_json(
        &mut self,
        path: &str,
        body: &serde_json::Value,
    ) -> Outcome<Answer> {
        let json = Bytes::from(body.to_string());
        self.send(Method::POST, path, &[(CONTENT_TYPE, "application/json")], json).await
    }

    pub(crate) async fn post_form(
        &mut self,
        path: &str,
        headers: &[(HeaderName, &str)],
        fields: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let mut all = vec![(CONTENT_TYPE, "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, form(fields).into()).await
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Bytes,
    ) -> Outcome<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Full::new(body)).during(path)?;
        let exchange = async {
            self.sender.ready().await?;
            let (head, body) = self.sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, hyper::Error>(Answer { status: head.status, headers: head.headers, body })
        };
        match tokio::time::timeout(ANSWER_WITHIN, exchange).await {
            Ok(answer) => answer.during(path),
            Err(_) => Err(Fault::new(format!("{path}: no answer within {ANSWER_WITHIN:?}"))),
        }
    }
}

impl Answer {
    /// The answer itself, when it has the status that `doing` something must have.
    pub(crate) fn having(self, status: StatusCode, doing: &str) -> Outcome<Self> {
        if self.status == status {
            return Ok(self);
        }
        let body = String::from_utf8_lossy(&self.body);
        let told: String = body.chars().take(TOLD_CHARS_MAX).collect();
        Err(Fault::new(format!("{doing} was answered {}: {told}", self.status)))
    }

    /// The body, read as JSON.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, doing: &str) -> Outcome<T> {
        serde_json::from_slice(&self.body).during(doing)
    }
}

/// A form's fields as they travel.
fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let each = value.bytes().map(|byte| {
        if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    });
    each.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_every_character_of_its_fields() {
        assert_eq!(
            form(&[("From", "whatsapp:+254"), ("B", "a b&c")]),
            "From=whatsapp%3A%2B254&B=a%20b%26c"
        );
    }
}
