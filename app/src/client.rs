//! The one client that all calls to the server go through.
//!
//! | rule | where |
//! |---|---|
//! | a call waits while a refresh runs | [`exchange`] |
//! | an answer that was asked for in an older session is dropped | [`exchange`] |
//! | a 401 that asks for it leads to one refresh and one repeat; a second one is final | [`exchange`] |
//! | no call waits longer than [`PATIENCE`] | `fetch` |
//!
//! A call is plain data, so a repeat is the same bytes.

mod fetch;
mod wire;

pub use wire::{Answer, Body, Call};

use crate::session::{keeper, state};
use fetch::fetch;
use futures::{Sink, Stream};
use send_wrapper::SendWrapper;
use server_fn::Bytes;
use server_fn::client::Client;
use server_fn::client::browser::BrowserClient;
use server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use std::future::Future;
use std::time::Duration;

/// How long a call may take, the body included.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// The client of every server function.
pub struct KeptClient;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Nothing arrived: no network, or the server is away.
    #[error("No answer: {0}")]
    Unreachable(String),
    /// It took longer than [`PATIENCE`].
    #[error("No answer in time.")]
    TooSlow,
    /// Somebody else signed in, or signed out, while the answer was on its way.
    #[error("The session changed meanwhile.")]
    SessionChanged,
}

impl<E, I, O> Client<E, I, O> for KeptClient
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = Call;
    type Response = Answer;

    fn send(call: Call) -> impl Future<Output = Result<Answer, E>> + Send {
        SendWrapper::new(async move {
            exchange(&call)
                .await
                .map_err(|silence| ServerFnErrorErr::Request(silence.to_string()).into_app_error())
        })
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl Sink<Bytes> + Send + 'static,
            ),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

/// Sends a call by the rules of this module.
pub async fn exchange(call: &Call) -> Result<Answer, Silence> {
    keeper::settled().await;
    let epoch = keeper::epoch();
    let first = fetch(call, PATIENCE).await;
    let first = of_this_session(epoch, first)?;
    let Some(refusal) = first.refusal() else { return Ok(first) };
    if !state::asks_for_refresh(&refusal) {
        keeper::told(&refusal);
        return Ok(first);
    }
    if !matches!(keeper::refresh().await, state::Outcome::Renewed(_)) {
        return of_this_session(epoch, Ok(first));
    }
    let second = of_this_session(epoch, fetch(call, PATIENCE).await)?;
    if let Some(refusal) = second.refusal() {
        keeper::told(&refusal);
    }
    Ok(second)
}

/// A REST call of our own with a JSON body, by the same rules.
pub async fn rest(path: &str, json: String) -> Result<Answer, Silence> {
    exchange(&Call::post_json(path, json)).await
}

/// The refresh itself: no waiting for a refresh, no refresh after a 401.
pub(crate) async fn refresh_once(patience: Duration) -> Result<Answer, Silence> {
    fetch(&Call::post_json("/api/auth/refresh", "{}".to_owned()), patience).await
}

fn of_this_session(epoch: u64, answer: Result<Answer, Silence>) -> Result<Answer, Silence> {
    if keeper::epoch() == epoch { answer } else { Err(Silence::SessionChanged) }
}
