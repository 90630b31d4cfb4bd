//! The one client that all calls to the server go through.
//!
//! | rule | where |
//! |---|---|
//! | a call waits while there are no tokens for it, and goes out in its order | [`driver::admit`] |
//! | it is not kept waiting where the server can't be reached | [`Gate::Away`] |
//! | it says for which session it is, so it can't be carried out for another | `stamped` |
//! | an answer that was asked for in an older epoch is dropped | [`Keeper::follow`] |
//! | a 401 that asks for it leads to one repeat with newer tokens; a second one is final | [`Keeper::follow`] |
//! | it waits no longer than [`PATIENCE`] for tokens, and no longer for its answer | `admitted`, `fetch` |
//!
//! A call is plain data, so a repeat is the same bytes. Nothing is repeated that the server may have carried
//! out: a reply has its author's own id, and whatever else is asked for twice has the same outcome as once.
//!
//! [`Gate::Away`]: domain::session::keeper::Gate::Away
//! [`Keeper::follow`]: domain::session::keeper::Keeper::follow

mod fetch;
mod wire;

pub use wire::{Answer, Body, Call};

use crate::browser;
use crate::error::Problem;
use crate::session::driver::{self, Closed};
use domain::refusal::Refusal;
use domain::session::keeper::{Follow, Input, Stamp, Wake};
use fetch::{fetch, fetch_unless};
use futures::future::{Either, select};
use futures::{Sink, Stream};
use send_wrapper::SendWrapper;
use server_fn::Bytes;
use server_fn::client::Client;
use server_fn::client::browser::BrowserClient;
use server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use web_sys::AbortController;

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

/// The calls that begin or end a session: they wait for none and are for none.
const FREE: [&str; 5] = [
    "/fn/session/sign-in",
    "/fn/session/sign-in-here",
    "/fn/session/sign-out",
    "/fn/session/leave",
    "/fn/session/demo",
];

/// Sends a call by the rules of this module.
pub async fn exchange(call: &Call) -> Result<Answer, Silence> {
    if FREE.contains(&call.url.as_str()) {
        return fetch(call, PATIENCE).await;
    }
    let asked = driver::stamp();
    let mut repeated = false;
    loop {
        admitted().await?;
        let Some(sent) = driver::set_out(&asked, repeated) else {
            return Err(Silence::SessionChanged);
        };
        let answer = fetch(&stamped(call, sent), PATIENCE).await;
        if answer.is_ok() {
            driver::reached();
        }
        let why = answer.as_ref().ok().and_then(Answer::refusal);
        let follow = driver::follow(&sent, why.as_ref());
        if follow != Follow::Drop {
            tell(why, sent);
        }
        match follow {
            Follow::Deliver => return answer,
            Follow::Repeat => repeated = true,
            Follow::Drop => return Err(Silence::SessionChanged),
        }
    }
}

/// Waits at the gate, no longer than a call may take.
async fn admitted() -> Result<(), Silence> {
    let limit = pin!(browser::pause(PATIENCE));
    match select(pin!(driver::admit()), limit).await {
        Either::Left((Ok(()), _)) => Ok(()),
        Either::Left((Err(Closed::Over(why)), _)) => Err(Silence::Over(why)),
        Either::Left((Err(Closed::Away), _)) => {
            Err(Silence::Unreachable("the server can't be reached".to_owned()))
        }
        Either::Right(_) => Err(Silence::TooSlow),
    }
}

/// The call with the session that it is for.
fn stamped(call: &Call, sent: Stamp) -> Call {
    match sent.session {
        Some(session) => call.clone().with_header(SESSION, session.to_string()),
        None => call.clone(),
    }
}

/// Tells the keeper why a call was refused.
fn tell(why: Option<Refusal>, sent: Stamp) {
    match why {
        // The cookies are another session's by now: whose, the server says.
        Some(Refusal::SessionChanged) => driver::hear(Input::Woke(Wake::Restored)),
        Some(why) => driver::hear(Input::Refused { why, generation: sent.generation }),
        None => {}
    }
}

/// A REST call of our own with a JSON body, by the same rules.
pub async fn rest(path: &str, json: String) -> Result<Answer, Silence> {
    exchange(&Call::post_json(path, json)).await
}

/// The keeper's own requests: no waiting at the gate, no refresh after a 401.
pub(crate) async fn send(
    call: &Call,
    patience: Duration,
    abort: AbortController,
) -> Result<Answer, Silence> {
    fetch_unless(call, patience, abort).await
}
