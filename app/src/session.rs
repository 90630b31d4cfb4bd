//! Who is signed in on this page, and whether the session still holds.
//!
//! [`state`] holds the decisions, as plain functions; [`keeper`] carries them out in the browser and
//! is the only place that refreshes. [`guard`] keeps pages for those who are signed in.

pub mod api;
pub mod guard;
pub mod keeper;
pub mod next;
pub mod state;

pub use api::Me;
pub use guard::Protected;
pub use state::State;

use api::SignOut;
use domain::refusal::Refusal;
use leptos::prelude::*;

/// The session as views see it. Get it with [`use_session`].
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in; `None` on pages for everybody and until the browser has restored it.
    pub me: Signal<Option<Me>>,
    /// Whether the session holds.
    pub state: Signal<State>,
    /// Whether anything may be changed now: false once the session is over.
    pub can_mutate: Signal<bool>,
    /// Why the session is over, once it is. What is on the screen stays readable.
    pub session_ended: Signal<Option<Refusal>>,
    /// The sign-out, for an `ActionForm` (which also works without JavaScript).
    pub sign_out: ServerAction<SignOut>,
    write: RwSignal<Option<Me>>,
    set_state: RwSignal<State>,
    attempts: RwSignal<u32>,
}

/// Makes the session known to everything below.
pub fn provide_session() {
    let session = Session::nobody();
    provide_context(session);
    Effect::new(move |_| keeper::begin(session));
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Nobody is known to be signed in yet.
    pub(crate) fn nobody() -> Self {
        let write = RwSignal::new(None::<Me>);
        let set_state = RwSignal::new(State::SignedOut);
        Self {
            me: write.into(),
            state: set_state.into(),
            can_mutate: Signal::derive(move || set_state.with(State::holds)),
            session_ended: Signal::derive(move || set_state.with(|state| state.end().cloned())),
            sign_out: ServerAction::new(),
            write,
            set_state,
            attempts: RwSignal::new(0),
        }
    }

    /// Refreshes now, as the banner's button does.
    pub fn refresh_session(&self) {
        leptos::task::spawn_local(async {
            keeper::refresh().await;
        });
    }

    /// Takes what the server said about who is signed in.
    pub(crate) fn adopt(&self, me: Me) {
        self.set_state.set(State::Active(me.facts.clone()));
        self.write.set(Some(me));
    }

    /// Takes the facts of a refresh.
    pub(crate) fn renew(&self, facts: &domain::session::SessionFacts) {
        self.set_state.set(State::Active(facts.clone()));
        self.write.update(|me| {
            if let Some(me) = me {
                me.facts = facts.clone();
            }
        });
    }

    /// Notes that the session is over.
    pub(crate) fn end(&self, why: Refusal) {
        self.set_state.set(State::Ended(why));
    }

    /// How often the guard has been asked to look again.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.get()
    }

    /// Lets the guard look again who is there.
    pub(crate) fn look_again(&self) {
        self.attempts.update(|n| *n += 1);
    }
}
