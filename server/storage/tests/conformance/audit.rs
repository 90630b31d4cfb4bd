//! The audit log: who did what to whom, for as long as it is kept.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{ADMIN, ELSEWHERE, WARD};
use domain::id::UserId;
use domain::session::{EndReason, SecurityEvent, SecurityKind, SessionStore};
use domain::staff::{Rights, RightsSet, Role};
use domain::time::Timestamp;

impl TestDb {
    /// How many security events of a kind are noted, by whom, about whom.
    async fn noted(&self, kind: &str, by: Option<UserId>, about: UserId) -> i64 {
        let by = by.map_or("actor_id IS NULL".to_owned(), |by| format!("actor_id = {by}"));
        let sql = "SELECT COUNT(*) FROM security_events";
        self.number(&format!("{sql} WHERE kind = '{kind}' AND {by} AND user_id = {about}")).await
    }

    /// How many events of a kind the log says somebody caused.
    async fn caused(&self, kind: &str, by: UserId) -> i64 {
        let sql = "SELECT COUNT(*) FROM event_log";
        self.number(&format!("{sql} WHERE kind = '{kind}' AND actor_id = {by}")).await
    }

    async fn security_events(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM security_events").await
    }
}

/// What happened, in the order it is told.
fn kinds(events: &[SecurityEvent]) -> Vec<SecurityKind> {
    events.iter().map(|event| event.kind).collect()
}

on_both_engines! {
    async fn a_person_reads_what_happened_to_them_newest_first_and_with_who_did_it(db) {
        use SecurityKind::{RightsChanged, SessionEnded, SessionOpened};
        db.settle().await;
        let session = db.sign_in(WARD).await;
        db.sign_in(ELSEWHERE).await;
        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);
        let events = db.store.security_events(WARD, None, 50).await.unwrap().items;
        assert_eq!(kinds(&events), [RightsChanged, SessionEnded, SessionOpened]);
        let (rights, ended, opened) = (&events[0], &events[1], &events[2]);
        let name = |event: &SecurityEvent| {
            event.actor.as_ref().map(|actor| (actor.id, actor.full_name.clone()))
        };
        assert_eq!(name(rights), Some((ADMIN, "Admin Person".to_owned())));
        assert_eq!((rights.session_id, rights.device.as_deref()), (None, None));
        assert_eq!((ended.session_id, ended.detail.as_str()), (Some(session.id), "account_disabled"));
        assert_eq!(name(opened), Some((WARD, "Ward Person".to_owned())));
        assert!(opened.device.is_some() && opened.at <= ended.at && opened.id < ended.id);
    }

    async fn security_events_outlive_their_session_and_a_word_that_nobody_knows_hides_none(db) {
        db.settle().await;
        db.sign_in(WARD).await;
        db.execute("DELETE FROM sessions").await;
        db.execute(&format!(
            "INSERT INTO security_events (user_id, kind, detail, at) VALUES ({WARD}, 'of_tomorrow', '', 5)"
        ))
        .await;
        let events = db.store.security_events(WARD, None, 50).await.unwrap().items;
        assert_eq!(kinds(&events), [SecurityKind::Other, SecurityKind::SessionOpened]);
        assert_eq!((events[1].session_id.is_some(), events[1].device.as_deref()), (true, None));
    }

    async fn pages_of_security_events_hold_each_one_once(db) {
        db.settle().await;
        for _ in 0..5 {
            db.sign_in(WARD).await;
        }
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = db.store.security_events(WARD, before, 2).await.unwrap();
            assert!(page.items.len() <= 2);
            seen.extend(page.items.iter().map(|event| event.id));
            let Some(next) = page.next else { break };
            before = Some(next.parse().unwrap());
        }
        assert_eq!(seen.len(), 5);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    }

    async fn all_other_sessions_of_a_person_end_and_the_kept_one_and_other_people_s_do_not(db) {
        db.settle().await;
        let (kept, other) = (db.sign_in(WARD).await, db.sign_in(WARD).await);
        let stranger = db.sign_in(ELSEWHERE).await;
        let reason = EndReason::SessionRevoked;
        assert_eq!(db.store.end_other_sessions(WARD, kept.id, reason).await.unwrap(), 1);
        assert_eq!(db.store.end_other_sessions(WARD, kept.id, reason).await.unwrap(), 0);
        let ended = async |id| db.store.session(id).await.unwrap().unwrap().0.state.ended;
        assert_eq!(
            (ended(kept.id).await, ended(other.id).await, ended(stranger.id).await),
            (None, Some(reason), None)
        );
        assert_eq!(db.noted("session_ended", Some(WARD), WARD).await, 1);
        assert_eq!(db.caused("session_ended", WARD).await, 1);
    }

    async fn who_decides_about_somebodys_rights_is_noted(db) {
        db.settle().await;
        db.sign_in(WARD).await;
        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![] };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);
        assert_eq!(db.noted("rights_changed", Some(ADMIN), WARD).await, 1);
        assert_eq!(db.noted("session_ended", Some(ADMIN), WARD).await, 1);
        for kind in ["claims_changed", "access_revoked", "session_ended"] {
            assert_eq!(db.caused(kind, ADMIN).await, 1, "{kind}");
        }
    }

    async fn who_ends_somebodys_sessions_is_noted(db) {
        db.settle().await;
        for user in [WARD, WARD, ELSEWHERE] {
            db.sign_in(user).await;
        }
        let reason = EndReason::SessionRevoked;
        assert_eq!(db.store.end_sessions_of(WARD, ADMIN, reason).await.unwrap(), 2);
        assert_eq!(db.store.end_sessions_of(ELSEWHERE, ELSEWHERE, reason).await.unwrap(), 1);
        assert_eq!(db.noted("session_ended", Some(ADMIN), WARD).await, 2);
        assert_eq!(db.noted("session_ended", Some(ELSEWHERE), ELSEWHERE).await, 1);
        assert_eq!((db.caused("session_ended", ADMIN).await), 2);
        assert_eq!((db.caused("session_ended", ELSEWHERE).await), 1);
    }

    async fn a_person_is_noted_for_their_own_sign_in_and_sign_out_and_nobody_for_a_bare_token(db) {
        db.settle().await;
        let (mine, other) = (db.sign_in(WARD).await, db.sign_in(WARD).await);
        assert_eq!(db.noted("session_opened", Some(WARD), WARD).await, 2);
        let reason = EndReason::SessionRevoked;
        assert!(db.store.end_session(mine.id, Some(WARD), reason).await.unwrap());
        assert_eq!(db.noted("session_ended", Some(WARD), WARD).await, 1);
        assert!(db.store.end_session(other.id, None, reason).await.unwrap());
        assert_eq!(db.noted("session_ended", None, WARD).await, 1);
    }

    async fn security_events_are_forgotten_from_a_moment_back_and_none_since(db) {
        db.settle().await;
        for _ in 0..3 {
            db.sign_in(WARD).await;
        }
        db.execute("UPDATE security_events SET at = id * 1000").await;
        let oldest = db.number("SELECT MIN(at) FROM security_events").await;
        let forget = async |at| {
            db.store.forget_security_events(Timestamp::from_millis(at)).await.unwrap()
        };
        assert_eq!(forget(oldest).await, 0);
        assert_eq!(forget(oldest + 1001).await, 2);
        assert_eq!(db.number("SELECT MIN(at) FROM security_events").await, oldest + 2000);
        assert_eq!(db.security_events().await, 1);
    }

    async fn more_security_events_than_one_transaction_removes_are_all_forgotten(db) {
        db.settle().await;
        db.execute(
            "INSERT INTO security_events (user_id, kind, detail, at)
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
             SELECT i, 'session_opened', 'web', 5 FROM n",
        )
        .await;
        assert_eq!(db.security_events().await, 2500);
        let before = Timestamp::from_millis(6);
        assert_eq!(db.store.forget_security_events(before).await.unwrap(), 2500);
    }
}
