//! The index that is changed by the log alone, against the database asked anew at each position.

use super::*;
use crate::live::audience::AudienceIndex;
use domain::customers::{self, CustomerChange};
use domain::event::{Audience, Event};
use domain::id::EventId;
use domain::staff::{Rights, service as staff};
use domain::tickets::{Inbound, service as tickets};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Something that is done in the small world.
#[derive(Debug, Clone)]
enum Act {
    /// An admin decides about somebody, perhaps about themselves.
    Decide(UserId, Rights),
    /// A customer is placed in a ward; their open ticket goes along.
    Place(CustomerId, AreaId),
    /// A customer writes.
    Write(CustomerId),
}

fn acts() -> impl Strategy<Value = Act> {
    let areas = prop::sample::subsequence(AREAS.to_vec(), 0..=3);
    let rights = (prop::bool::weighted(0.2), prop::bool::weighted(0.2), areas).prop_map(
        |(admin, disabled, areas)| {
            let role = if admin { Role::Admin } else { Role::Officer };
            Rights { role, disabled, areas }
        },
    );
    let customer = || prop::sample::select(CUSTOMERS.to_vec());
    prop_oneof![
        3 => (prop::sample::select(STAFF.to_vec()), rights).prop_map(|(who, r)| Act::Decide(who, r)),
        2 => (customer(), prop::sample::select(WARDS.to_vec())).prop_map(|(c, w)| Act::Place(c, w)),
        1 => customer().prop_map(Act::Write),
    ]
}

/// Every audience there can be in this world, persons aside.
fn audiences() -> Vec<Audience> {
    let wards: Vec<Option<AreaId>> = WARDS.into_iter().map(Some).chain([None]).collect();
    let moves = wards.iter().flat_map(|&left| wards.iter().map(move |&entered| (left, entered)));
    let moves = moves.map(|(left, entered)| Audience::OnlyWard { left, entered });
    wards.iter().map(|&ward| Audience::Ward(ward)).chain(moves).collect()
}

impl World {
    async fn carry_out(&self, act: &Act, nth: usize) {
        match act {
            Act::Decide(who, rights) => {
                staff::set_rights(&self.desk, &admin(), *who, rights).await.unwrap();
            }
            Act::Place(customer, ward) => {
                let change = CustomerChange { ward_id: Some(*ward), ..CustomerChange::default() };
                customers::change(&self.desk, &admin(), *customer, change).await.unwrap();
            }
            Act::Write(customer) => {
                let inbound = Inbound {
                    external_id: format!("SM{nth}"),
                    phone_number: phone(*customer),
                    profile_name: None,
                    body: "Habari".to_owned(),
                    media_url: None,
                    media_type: None,
                };
                tickets::ingest(&self.desk, inbound).await.unwrap();
            }
        }
    }

    /// Whether the database says, here and now, that somebody may hear an event of this audience.
    async fn may_hear(&self, user: UserId, audience: Audience) -> bool {
        let store = &self.desk.store;
        let person = store.staff(user).await.unwrap().unwrap();
        let admin = person.role == Role::Admin && !person.disabled;
        let covers = async |ward: Option<AreaId>| match ward {
            Some(ward) => store.covers(user, ward).await.unwrap(),
            None => false,
        };
        match audience {
            Audience::Ward(ward) => admin || covers(ward).await,
            Audience::OnlyWard { left, entered } => covers(left).await && !covers(entered).await,
            Audience::Person(person) => person == user,
            Audience::Nobody => false,
        }
    }

    /// The index and the database name the same people, for every audience.
    async fn agrees_with(&self, index: &AudienceIndex) -> Result<(), TestCaseError> {
        for audience in audiences() {
            let hearers = index.hearers(audience);
            let each: BTreeSet<UserId> = hearers.iter().copied().collect();
            prop_assert_eq!(each.len(), hearers.len(), "{:?} is told twice", audience);
            let mut expected = BTreeSet::new();
            for user in STAFF {
                if self.may_hear(user, audience).await {
                    expected.insert(user);
                }
            }
            prop_assert_eq!(each, expected, "{:?}", audience);
        }
        Ok(())
    }

    /// What is handed out live is what catching up would bring.
    async fn brings_the_same(
        &self,
        index: &AudienceIndex,
        before: EventId,
        events: &[Event],
    ) -> Result<(), TestCaseError> {
        let head = events.last().map_or(before, |event| event.id);
        for user in STAFF {
            let caught_up = self.desk.store.events_for(user, before, head, 1_000).await.unwrap();
            let live = events.iter().filter(|event| index.may_hear(user, event.body.audience()));
            prop_assert_eq!(caught_up, live.cloned().collect::<Vec<_>>(), "{}", user);
        }
        Ok(())
    }
}

async fn play(acts: &[Act]) -> Result<(), TestCaseError> {
    let world = World::new().await;
    let store = &world.desk.store;
    let mut index = AudienceIndex::load(store.coverage().await.unwrap());
    let mut position = store.head().await.unwrap().head;
    for (nth, act) in acts.iter().enumerate() {
        world.carry_out(act, nth).await;
        let events = store.events_after(position, 1_000).await.unwrap();
        for event in &events {
            index.apply(&event.body);
        }
        world.agrees_with(&index).await?;
        world.brings_the_same(&index, position, &events).await?;
        position = events.last().map_or(position, |event| event.id);
    }
    world.storage.close().await;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_log_alone_keeps_the_index_as_the_database_would_say(
        story in prop::collection::vec(acts(), 1..16),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(&story))?;
    }
}
