//! From the node's memory to the log, without a gap.

use super::*;
use crate::live::{Live, LiveSettings};
use domain::session::cookie::CookieStyle;
use domain::session::{ClientKind, EndReason, NewSession, Receipts};
use domain::staff::{Rights, service as staff};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

fn settings() -> LiveSettings {
    LiveSettings {
        ping_interval: Duration::from_secs(25),
        ping_timeout: Duration::from_secs(20),
        cookies: CookieStyle { secure: false },
        allowed_origin: "http://127.0.0.1".to_owned(),
        sockets_per_person: 32,
    }
}

#[tokio::test]
async fn what_happens_between_loading_the_memory_and_following_the_log_is_not_missed() {
    let world = World::new().await;
    let store = &world.desk.store;
    let new = NewSession { user: STAFF[2], client: ClientKind::Web, device: "Laptop".to_owned() };
    let session = store.open_session(&new, &POLICY).await.unwrap().id;
    let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
    staff::set_rights(&world.desk, &admin(), STAFF[2], &rights).await.unwrap();
    // The database says so; this node was not told.
    assert_eq!(world.standing.ended(session), None);
    assert_eq!(world.standing.claims_version(STAFF[2]), 0);

    let stop = CancellationToken::new();
    let live = Live::start(world.desk.clone(), world.standing.clone(), settings(), stop.clone());
    live.await.unwrap();
    let began = Instant::now();
    while world.standing.ended(session) != Some(EndReason::AccountDisabled) {
        assert!(began.elapsed() < Duration::from_secs(10), "the log was not followed from there");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.standing.claims_version(STAFF[2]), 2);
    stop.cancel();
    world.storage.close().await;
}

#[tokio::test]
async fn what_had_happened_when_the_memory_was_loaded_is_in_it() {
    let world = World::new().await;
    let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
    let new = NewSession { user: STAFF[2], client: ClientKind::Web, device: "Laptop".to_owned() };
    let session = world.desk.store.open_session(&new, &POLICY).await.unwrap().id;
    staff::set_rights(&world.desk, &admin(), STAFF[2], &rights).await.unwrap();
    let (store, clock) = (world.desk.store.clone(), world.desk.clock.clone());
    let again = Standing::load(store, clock, POLICY).await.unwrap();
    assert_eq!(again.ended(session), Some(EndReason::AccountDisabled));
    assert_eq!(again.claims_version(STAFF[2]), 2);
    assert_eq!(again.loaded_at(), world.desk.store.head().await.unwrap());
    world.storage.close().await;
}
