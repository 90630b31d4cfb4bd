//! The page of the simulator: who writes, and their phone.

use super::phone::Phone;
use super::who::Who;
use super::{api, words};
use crate::browser;
use crate::error::Problem;
use crate::ui::words::explain;
use crate::ui::{Empty, Icon};
use domain::customers::Customer;
use domain::id::CustomerId;
use domain::tickets::Message;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use std::time::Duration;

/// How often the phone looks for answers while its page is in front: it has no socket.
const LOOK: Duration = Duration::from_secs(2);

/// The state of the simulator.
#[derive(Clone, Copy)]
pub(super) struct Sim {
    /// Who writes; `None` for a new number.
    pub(super) picked: RwSignal<Option<Customer>>,
    /// The new number.
    pub(super) number: RwSignal<String>,
    /// What its owner is called.
    pub(super) name: RwSignal<String>,
    /// What their phone shows, oldest first; `None` until that is known.
    pub(super) messages: RwSignal<Option<Vec<Message>>>,
    /// Why the last message was not taken.
    pub(super) refused: RwSignal<Option<String>>,
}

/// The page of the simulator.
#[component]
pub fn SimulatorPage() -> impl IntoView {
    let customers = Resource::new_blocking(|| (), |()| api::customers(None));
    view! {
        <Title text=words::TITLE />
        <Suspense>
            {move || Suspend::new(async move {
                match customers.await {
                    Ok(customers) => Either::Left(view! { <Simulator customers /> }),
                    Err(problem) => Either::Right(view! { <Absent problem /> }),
                }
            })}
        </Suspense>
    }
}

/// Who writes, and their phone.
#[component]
fn Simulator(customers: Vec<Customer>) -> impl IntoView {
    let sim = Sim {
        picked: RwSignal::new(customers.first().cloned()),
        number: RwSignal::new(String::new()),
        name: RwSignal::new(String::new()),
        messages: RwSignal::new(None),
        refused: RwSignal::new(None),
    };
    Effect::new(move |_| {
        sim.picked.track();
        sim.messages.set(None);
        sim.look();
        if let Ok(timer) = set_interval_with_handle(move || sim.look(), LOOK) {
            on_cleanup(move || timer.clear());
        }
    });
    view! {
        <main class="sim">
            <Who sim customers />
            <Phone sim />
        </main>
    }
}

/// This server has no simulator, or did not answer.
#[component]
fn Absent(problem: Problem) -> impl IntoView {
    let known = problem.refusal().is_some();
    let text = if known { words::ABSENT_TEXT.to_owned() } else { explain(&problem) };
    view! {
        <main class="sim">
            <Empty icon=Icon::Phone title=words::ABSENT_TITLE>
                <p>{text}</p>
                <a class="button" href="/inbox">
                    {words::TO_INBOX}
                </a>
            </Empty>
        </main>
    }
}

impl Sim {
    fn picked_id(self) -> Option<CustomerId> {
        self.picked.with_untracked(|picked| picked.as_ref().map(|customer| customer.id))
    }

    /// Asks what the phone shows now.
    fn look(self) {
        let picked = self.picked_id();
        let Some(customer) = picked.filter(|_| browser::visible()) else { return };
        spawn_local(async move {
            // What can't be had now is asked for again soon.
            let Ok(messages) = api::conversation(customer).await else { return };
            // The page may be gone, or somebody else be picked by now.
            let gone = self.picked.is_disposed() || self.picked_id() != Some(customer);
            let known = || self.messages.with_untracked(|known| known.as_ref() == Some(&messages));
            if !gone && !known() {
                self.messages.set(Some(messages));
            }
        });
    }

    /// Writes as whoever is picked; calls `sent` when it was taken.
    pub(super) fn write(self, body: String, sent: impl FnOnce() + 'static) {
        let picked = self.picked_id();
        let (number, name) = (self.number.get_untracked(), self.name.get_untracked());
        if picked.is_none() && (number.trim().is_empty() || name.trim().is_empty()) {
            self.refused.set(Some(words::NUMBER_FIRST.to_owned()));
            return;
        }
        self.refused.set(None);
        spawn_local(async move {
            let outcome = match picked {
                Some(customer) => api::write(customer, body).await,
                None => api::write_as(number, name, body).await,
            };
            match outcome {
                Ok(message) => {
                    sent();
                    self.known(&message);
                    self.look();
                }
                Err(problem) => self.refused.set(Some(explain(&problem))),
            }
        });
    }

    /// A new number is a customer from its first message on.
    fn known(self, message: &Message) {
        let (Some(id), None) = (message.customer_id, self.picked_id()) else { return };
        let customer = Customer {
            id,
            full_name: message.sender_name.clone(),
            phone_number: self.number.get_untracked(),
            ward_id: None,
            ward_name: None,
            locale: domain::staff::Locale::default(),
            created_at: message.ts,
            version: 0,
        };
        self.picked.set(Some(customer));
        self.number.set(String::new());
        self.name.set(String::new());
    }
}
