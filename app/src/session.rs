//! Who is signed in on this page, and whether the session still holds.
//!
//! [`domain::session::keeper`] decides, [`driver`] carries out; views see the outcome through one
//! context, [`Session`]. [`guard`] keeps pages for those who are signed in.

pub mod api;
pub mod driver;
pub mod guard;
pub mod next;
mod place;

pub use api::Me;
pub use guard::Protected;

use crate::error::Problem;
use api::SignOut;
use domain::refusal::Refusal;
use domain::session::keeper::{Input, Phase, Status};
use domain::staff::Profile;
use domain::time::Timestamp;
use leptos::prelude::*;

/// The session as views see it. Get it with [`use_session`].
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in; `None` on pages for everybody and until the browser has restored it.
    pub me: Signal<Option<Me>>,
    /// Where the session stands.
    pub phase: Signal<Phase>,
    /// Whether the server has confirmed it since the page was shown.
    pub session_verified: Signal<bool>,
    /// Whether anything may be changed now.
    pub can_mutate: Signal<bool>,
    /// Whether what is written may be kept and sent later.
    pub can_queue: Signal<bool>,
    /// The end that is near, until it is dismissed or the session was renewed.
    pub session_warning: Signal<Option<Warning>>,
    /// Why the session is over, once it is. What is on the screen stays readable.
    pub session_expired: Signal<Option<Refusal>>,
    /// Which life of the signed-in part of the page this is. It is made anew when this changes.
    pub epoch: Signal<u64>,
    /// How often it came back: from a time without a network, from an end, from a page that was kept. Whoever
    /// failed to load something meanwhile subscribes to it and tries again.
    pub recovered: Signal<u32>,
    /// The sign-out, for an `ActionForm` (which also works without JavaScript).
    pub sign_out: ServerAction<SignOut>,
    /// What the fields above are derived from, behind one handle: this is copied a lot.
    own: StoredValue<Own>,
}

/// What only this module changes.
#[derive(Clone, Copy)]
struct Own {
    write: RwSignal<Option<Me>>,
    set_phase: RwSignal<Phase>,
    set_verified: RwSignal<bool>,
    set_epoch: RwSignal<u64>,
    remounts: RwSignal<u32>,
    recoveries: RwSignal<u32>,
}

/// An end that is near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// When, by this device's clock.
    pub ends_at: Timestamp,
    /// Whether only a new sign-in helps: the absolute end does not move.
    pub final_end: bool,
}

/// Makes the session known to everything below.
pub fn provide_session() {
    let session = Session::nobody();
    provide_context(session);
    Effect::new(move |_| driver::begin(session));
    // Wherever the person signs out. What the server refused is told by the rail.
    Effect::new(move |_| match &*session.sign_out.value().read() {
        Some(Ok(())) => driver::hear(Input::SignedOut),
        Some(Err(Problem::Transport(_))) => driver::leave_without_network(),
        Some(Err(Problem::Refused(_))) | None => {}
    });
    // What was asked for before the claims changed must not be shown after it.
    Effect::new(move |before: Option<u32>| {
        let remounts = session.own().remounts.get();
        if before.is_some_and(|before| before != remounts) {
            guard::look_again(session);
        }
        remounts
    });
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// Nobody is known to be signed in yet.
    pub(crate) fn nobody() -> Self {
        let write = RwSignal::new(None::<Me>);
        let set_phase = RwSignal::new(Phase::SignedOut);
        let (set_verified, set_epoch) = (RwSignal::new(false), RwSignal::new(0));
        let recoveries = RwSignal::new(0);
        let own = Own {
            write,
            set_phase,
            set_verified,
            set_epoch,
            remounts: RwSignal::new(0),
            recoveries,
        };
        Self {
            me: write.into(),
            phase: set_phase.into(),
            session_verified: set_verified.into(),
            can_mutate: Signal::derive(move || set_phase.with(Phase::can_mutate)),
            can_queue: Signal::derive(move || set_phase.with(Phase::can_queue)),
            session_warning: Signal::derive(move || set_phase.with(warning)),
            session_expired: Signal::derive(move || set_phase.with(expired)),
            epoch: set_epoch.into(),
            recovered: recoveries.into(),
            sign_out: ServerAction::new(),
            own: StoredValue::new(own),
        }
    }

    fn own(&self) -> Own {
        self.own.get_value()
    }

    /// Renews the session and its claims, as the banner's button does. Answers whether it holds.
    pub async fn refresh_session(&self) -> bool {
        driver::refresh_session().await
    }

    /// The figures of the session: what the diagnostics panel shows.
    pub fn status(&self) -> Status {
        driver::status()
    }

    /// Takes what the server said about who is signed in, while it rendered the page.
    pub(crate) fn adopt(&self, me: Me) {
        self.own().set_phase.set(Phase::Active);
        self.own().set_verified.set(true);
        self.own().write.set(Some(me));
    }

    /// Shows whom this device knows, before the server has confirmed it.
    pub(crate) fn adopt_known(&self, me: Me) {
        self.own().write.set(Some(me));
    }

    /// Takes the person's own change of their profile.
    pub(crate) fn set_profile(&self, profile: Profile) {
        self.own().write.update(|me| {
            if let Some(me) = me {
                me.profile = profile;
            }
        });
    }

    /// Takes what the server said about who is signed in under new claims, and makes the signed-in part
    /// of the page anew.
    pub(crate) fn adopt_anew(&self, me: Me) {
        self.own().write.set(Some(me));
        self.own().set_epoch.update(|epoch| *epoch += 1);
    }

    /// Shows where the session stands.
    pub(crate) fn show(&self, phase: Phase, verified: bool) {
        let before = self.own().set_phase.get_untracked();
        if before != phase {
            let recovered = !before.can_mutate() && phase.can_mutate();
            self.own().set_phase.set(phase);
            if recovered {
                self.own().recoveries.update(|count| *count += 1);
            }
        }
        if self.own().set_verified.get_untracked() != verified {
            self.own().set_verified.set(verified);
        }
    }

    /// The signed-in part of the page is to be made anew.
    pub(crate) fn remount(&self) {
        self.own().remounts.update(|count| *count += 1);
    }
}

fn warning(phase: &Phase) -> Option<Warning> {
    match phase {
        Phase::Warning { ends_at, why, dismissed: false } => {
            Some(Warning { ends_at: *ends_at, final_end: *why == Refusal::SessionExpired })
        }
        _ => None,
    }
}

fn expired(phase: &Phase) -> Option<Refusal> {
    match phase {
        Phase::Expired { why } => Some(why.clone()),
        _ => None,
    }
}
