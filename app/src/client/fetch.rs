//! One request of the browser, with a time limit of our own.

use super::{Answer, Body, Call, Silence};
use crate::browser;
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Uint8Array;
use server_fn::redirect::REDIRECT_HEADER;
use std::time::Duration;
use web_sys::{AbortController, RequestCredentials};

/// Sends the call and reads the whole answer, all within `patience`.
pub(super) async fn fetch(call: &Call, patience: Duration) -> Result<Answer, Silence> {
    let abort = AbortController::new()
        .map_err(|_| Silence::Unreachable("this browser can't send requests".to_owned()))?;
    fetch_unless(call, patience, abort).await
}

/// The same, unless it is broken off before.
pub(super) async fn fetch_unless(
    call: &Call,
    patience: Duration,
    abort: AbortController,
) -> Result<Answer, Silence> {
    let signal = abort.signal();
    let timer = browser::after(patience, move || abort.abort());
    let outcome = receive(call, &signal).await;
    drop(timer);
    outcome.map_err(|error| {
        if signal.aborted() { Silence::TooSlow } else { Silence::Unreachable(error.to_string()) }
    })
}

async fn receive(call: &Call, signal: &web_sys::AbortSignal) -> Result<Answer, gloo_net::Error> {
    let response = request(call, signal)?.send().await?;
    let body = response.binary().await?;
    Ok(Answer {
        status: response.status(),
        location: header(&response, "location"),
        redirects: header(&response, REDIRECT_HEADER).is_some(),
        body: body.into(),
    })
}

fn request(call: &Call, signal: &web_sys::AbortSignal) -> Result<Request, gloo_net::Error> {
    let mut builder = RequestBuilder::new(&call.url)
        .method(call.method.clone())
        .header("content-type", &call.content_type)
        .header("accept", &call.accepts)
        .credentials(RequestCredentials::SameOrigin)
        .abort_signal(Some(signal));
    for (name, value) in &call.headers {
        builder = builder.header(name, value);
    }
    match &call.body {
        None => builder.build(),
        Some(Body::Text(text)) => builder.body(text.as_str()),
        Some(Body::Bytes(bytes)) => builder.body(Uint8Array::from(bytes.as_ref())),
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)
}
