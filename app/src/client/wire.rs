//! A call and its answer as plain data, and what server functions need of them.

use crate::error::Problem;
use domain::refusal::Refusal;
use futures::{Stream, stream};
use http::Method;
use server_fn::Bytes;
use server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use server_fn::request::ClientReq;
use server_fn::request::browser::BrowserFormData;
use server_fn::response::ClientRes;

/// What is asked. The same value may be sent again.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The address, with the query.
    pub url: String,
    /// The body's media type.
    pub content_type: String,
    /// The media type wanted back.
    pub accepts: String,
    /// The body.
    pub body: Option<Body>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of a call.
#[derive(Debug, Clone)]
pub enum Body {
    /// Text of any kind: JSON, a form.
    Text(String),
    /// Anything else.
    Bytes(Bytes),
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where to go on, when the answer says so.
    pub location: Option<String>,
    /// Whether the document should go there.
    pub redirects: bool,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A `POST` of JSON that wants JSON.
    pub fn post_json(path: &str, json: String) -> Self {
        const JSON: &str = "application/json";
        Self::new(path, JSON, JSON, Some(Body::Text(json)), Method::POST)
    }

    fn new(url: &str, kind: &str, accepts: &str, body: Option<Body>, method: Method) -> Self {
        let (content_type, accepts) = (kind.to_owned(), accepts.to_owned());
        Self { method, url: url.to_owned(), content_type, accepts, body, headers: Vec::new() }
    }

    /// A `GET` of JSON.
    pub fn get(url: &str) -> Self {
        const JSON: &str = "application/json";
        Self::new(url, JSON, JSON, None, Method::GET)
    }

    /// The same call with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl Answer {
    /// Why a call was refused for lack of a session, when it was.
    pub fn refusal(&self) -> Option<Refusal> {
        if matches!(self.status, 400 | 401 | 409) { refusal(&self.body) } else { None }
    }
}

/// The refusal in the body of an answer: a server function's or a REST call's.
pub(super) fn refusal(body: &[u8]) -> Option<Refusal> {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => problem.refusal().cloned(),
        Err(_) => serde_json::from_slice(body).ok(),
    }
}

impl<E: FromServerFnError> ClientReq<E> for Call {
    type FormData = BrowserFormData;

    fn try_new_req_query(
        path: &str,
        content_type: &str,
        accepts: &str,
        query: &str,
        method: Method,
    ) -> Result<Self, E> {
        let url = format!("{path}?{query}");
        Ok(Self::new(&url, content_type, accepts, None, method))
    }

    fn try_new_req_text(
        path: &str,
        content_type: &str,
        accepts: &str,
        body: String,
        method: Method,
    ) -> Result<Self, E> {
        Ok(Self::new(path, content_type, accepts, Some(Body::Text(body)), method))
    }

    fn try_new_req_bytes(
        path: &str,
        content_type: &str,
        accepts: &str,
        body: Bytes,
        method: Method,
    ) -> Result<Self, E> {
        Ok(Self::new(path, content_type, accepts, Some(Body::Bytes(body)), method))
    }

    fn try_new_req_form_data(
        _path: &str,
        _accepts: &str,
        _content_type: &str,
        _body: Self::FormData,
        _method: Method,
    ) -> Result<Self, E> {
        Err(unsupported("form data"))
    }

    fn try_new_req_multipart(
        _path: &str,
        _accepts: &str,
        _body: Self::FormData,
        _method: Method,
    ) -> Result<Self, E> {
        Err(unsupported("multipart bodies"))
    }

    fn try_new_req_streaming(
        _path: &str,
        _accepts: &str,
        _content_type: &str,
        _body: impl Stream<Item = Bytes> + Send + 'static,
        _method: Method,
    ) -> Result<Self, E> {
        Err(unsupported("streamed bodies"))
    }
}

impl<E: FromServerFnError> ClientRes<E> for Answer {
    async fn try_into_string(self) -> Result<String, E> {
        String::from_utf8(self.body.to_vec())
            .map_err(|error| ServerFnErrorErr::Deserialization(error.to_string()).into_app_error())
    }

    async fn try_into_bytes(self) -> Result<Bytes, E> {
        Ok(self.body)
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, E> {
        Ok(stream::iter([Ok(self.body)]))
    }

    fn status(&self) -> u16 {
        self.status
    }

    fn status_text(&self) -> String {
        self.status.to_string()
    }

    fn location(&self) -> String {
        self.location.clone().unwrap_or_default()
    }

    fn has_redirect(&self) -> bool {
        self.redirects
    }
}

/// Every call is kept as plain data for a repeat; what can't be is not sent.
fn unsupported<E: FromServerFnError>(what: &str) -> E {
    ServerFnErrorErr::Request(format!("This client does not send {what}.")).into_app_error()
}
