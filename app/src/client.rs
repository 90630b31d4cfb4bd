//! The one client that all calls to the server go through.
//!
//! | rule | where |
//! |---|---|
//! | a call waits while there are no tokens for it, and goes out in its order | [`driver::admit`] |
//! | a call says for which session it is, so it can't be carried out for another | `once` |
//! | an answer that was asked for in an older epoch is dropped | `once` |
//! | a 401 that asks for it leads to one repeat with newer tokens; a second one is final | [`exchange`] |
//! | no call waits longer than [`PATIENCE`] | `fetch` |
//!
//! A call is plain data, so a repeat is the same bytes.

mod fetch;
mod wire;

pub use wire::{Answer, Body, Call};

use crate::error::Problem;
use crate::session::driver;
use domain::refusal::Refusal;
use domain::session::keeper::{Input, Wake};
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

/// The header in which a call names the session that it is for. The cookies may belong to another by the
/// time it arrives.
const SESSION: &str = "wardline-session";

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
    /// The session is over: it was not sent.
    #[error("{0}")]
    Over(Refusal),
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
            exchange(&call).await.map_err(|silence| match silence {
                // Told as the server would have told it.
                Silence::Over(why) => refused(&why),
                other => ServerFnErrorErr::Request(other.to_string()).into_app_error(),
            })
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

/// What a server function answers when its call was not sent because the session is over.
fn refused<E: FromServerFnError>(why: &Refusal) -> E {
    let told = serde_json::to_vec(&Problem::Refused(why.clone())).unwrap_or_default();
    E::de(Bytes::from(told))
}

/// Sends a call by the rules of this module.
pub async fn exchange(call: &Call) -> Result<Answer, Silence> {
    let first = once(call).await?;
    let (epoch, Some(refusal)) = (driver::epoch(), first.refusal()) else { return Ok(first) };
    if !matches!(refusal, Refusal::TokenExpired | Refusal::ClaimsStale) {
        return Ok(first);
    }
    // The repeat waits for the new tokens; a second refusal is final.
    let second = once(call).await?;
    if driver::epoch() == epoch { Ok(second) } else { Err(Silence::SessionChanged) }
}

/// The calls that begin or end a session: they wait for none and are for none.
const FREE: [&str; 4] =
    ["/fn/session/sign-in", "/fn/session/sign-in-here", "/fn/session/sign-out", "/fn/session/demo"];

/// Sends a call when it may go out, and tells the keeper of a refusal.
async fn once(call: &Call) -> Result<Answer, Silence> {
    if FREE.contains(&call.url.as_str()) {
        return fetch(call, PATIENCE).await;
    }
    driver::admit().await.map_err(Silence::Over)?;
    let (epoch, generation) = (driver::epoch(), driver::generation());
    let stamped = match driver::session_id() {
        Some(session) => call.clone().with_header(SESSION, session.to_string()),
        None => call.clone(),
    };
    let answer = fetch(&stamped, PATIENCE).await;
    if driver::epoch() != epoch {
        return Err(Silence::SessionChanged);
    }
    let answer = answer?;
    match answer.refusal() {
        // The cookies are another session's by now: whose, the server says.
        Some(Refusal::SessionChanged) => driver::hear(Input::Woke(Wake::Restored)),
        Some(why) => driver::hear(Input::Refused { why, generation }),
        None => {}
    }
    Ok(answer)
}

/// A REST call of our own with a JSON body, by the same rules.
pub async fn rest(path: &str, json: String) -> Result<Answer, Silence> {
    exchange(&Call::post_json(path, json)).await
}

/// The keeper's own requests: no waiting at the gate, no refresh after a 401.
pub(crate) async fn send(call: &Call, patience: Duration) -> Result<Answer, Silence> {
    fetch(call, patience).await
}
