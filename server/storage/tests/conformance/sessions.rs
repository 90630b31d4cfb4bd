//! Sessions: opening, rotating, ending.

use crate::desk::POLICY;
use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{ADMIN, WARD};
use domain::event::{EventBody, SessionEnded};
use domain::id::{SessionId, UserId};
use domain::session::{
    ClientKind, EndReason, Generation, Leniency, NewSession, Policy, Presentation, RefreshClaim,
    Rotation, SentAt, SessionRow, SessionStore, Verdict,
};
use domain::time::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// A refresh token of a generation, presented by a phone that says nothing else.
pub(crate) fn presented(session: SessionId, generation: u32) -> Presentation {
    let claim = RefreshClaim { session, generation: Generation(generation) };
    Presentation { claim, client: ClientKind::Mobile, seen: None, sent_at: SentAt::Unsaid }
}

impl TestDb {
    /// Somebody signs in on their phone.
    pub(crate) async fn sign_in(&self, user: UserId) -> SessionRow {
        let new = NewSession { user, client: ClientKind::Mobile, device: "Phone".into() };
        self.store.open_session(&new, &POLICY).await.unwrap()
    }

    /// Presents a refresh token of a generation.
    pub(crate) async fn present(&self, session: SessionId, generation: u32) -> Rotation {
        self.rotate(presented(session, generation)).await.unwrap()
    }

    async fn rotate(&self, presentation: Presentation) -> Option<Rotation> {
        self.store.rotate(presentation, &POLICY).await.unwrap()
    }

    /// A session whose phone went on from its first token and used what it got, `ago` before now; and
    /// the copy of its first refresh, sent just before then, that is still on its way.
    async fn went_on(&self, ago: Duration) -> (SessionRow, Presentation) {
        let row = self.sign_in(WARD).await;
        self.present(row.id, 1).await;
        let after = self.present(row.id, 2).await;
        let then = after.now.minus(ago).millis();
        self.execute(&format!(
            "UPDATE sessions SET superseded_at = '[{then},{then}]', confirmed_at = {then}"
        ))
        .await;
        let sent_at = SentAt::At(after.now.minus(ago + Duration::from_secs(2)));
        (self.state(row.id).await, Presentation { sent_at, ..presented(row.id, 1) })
    }

    /// Makes it long ago that the only session's generations were superseded.
    async fn let_the_reuse_interval_pass(&self) {
        let current = self.number("SELECT generation FROM sessions").await;
        let times: Vec<&str> = (1..current).map(|_| "1000").collect();
        self.execute(&format!("UPDATE sessions SET superseded_at = '[{}]'", times.join(","))).await;
    }

    async fn state(&self, id: SessionId) -> SessionRow {
        self.store.session(id).await.unwrap().unwrap().0
    }
}

on_both_engines! {
    async fn a_session_begins_at_the_databases_clock_with_its_first_generation(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        assert_eq!((row.user, row.client), (WARD, ClientKind::Mobile));
        assert_eq!(row.state.generation, Generation::FIRST);
        assert_eq!(row.state.confirmed, Generation::NONE);
        assert_eq!(row.state.absolute_expires_at, row.authenticated_at.plus(POLICY.window));
        let (stored, staff) = db.store.session(row.id).await.unwrap().unwrap();
        assert_eq!((stored, staff.id), (row, WARD));
        assert_eq!(db.store.session(SessionId(Uuid::nil())).await.unwrap(), None);
        let noted = "SELECT COUNT(*) FROM security_events WHERE kind = 'session_opened'";
        assert_eq!(db.number(noted).await, 1);
    }

    async fn the_current_token_rotates_and_its_ends_stay(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        for generation in 1..12 {
            let done = db.present(row.id, generation).await;
            assert_eq!(done.verdict, Verdict::Rotate);
            assert_eq!(done.session.state.generation, Generation(generation + 1));
            assert_eq!(done.session.state.confirmed, Generation(generation));
            assert_eq!(done.session.state.superseded_at[0], done.now);
            assert_eq!(done.session, db.state(row.id).await);
            assert_eq!(done.session.state.absolute_expires_at, row.state.absolute_expires_at);
            assert_eq!(done.session.state.idle_expires_at, row.state.idle_expires_at);
            assert_eq!(done.staff.id, WARD);
        }
    }

    async fn a_token_superseded_a_moment_ago_gets_the_current_one_and_changes_nothing(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        db.present(row.id, 2).await;
        let before = db.state(row.id).await;
        for generation in [1, 2] {
            let done = db.present(row.id, generation).await;
            assert_eq!(done.verdict, Verdict::Again(Leniency::ReuseInterval));
            assert_eq!(done.session, before);
        }
        assert_eq!(db.state(row.id).await, before);
    }

    async fn a_lost_answer_is_given_again_however_late(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        db.let_the_reuse_interval_pass().await;
        let done = db.present(row.id, 1).await;
        assert_eq!(done.verdict, Verdict::Again(Leniency::LostAnswer));
        assert_eq!(done.session.state.generation, Generation(2));
    }

    async fn a_token_that_comes_back_after_its_successor_was_used_ends_the_session(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        db.present(row.id, 2).await;
        db.let_the_reuse_interval_pass().await;
        let before = db.head().await;

        let done = db.present(row.id, 1).await;
        assert_eq!(done.verdict, Verdict::Reuse);
        let code = EndReason::RefreshTokenAlreadyUsed;
        assert_eq!(db.state(row.id).await.state.ended, Some(code));
        let ended = SessionEnded { user_id: WARD, session_id: row.id, code };
        assert_eq!(db.said_after(before).await, [EventBody::SessionEnded(ended)]);
        let noted = "SELECT COUNT(*) FROM security_events WHERE kind = 'token_reuse'";
        assert_eq!(db.number(noted).await, 1);

        // From now on every generation is refused, and nothing more is told.
        for generation in [1, 2, 3] {
            assert_eq!(db.present(row.id, generation).await.verdict, Verdict::Refuse(code));
        }
        assert_eq!(db.names_after(before).await.len(), 1);
    }

    async fn a_late_copy_of_a_refresh_gets_no_tokens_and_changes_nothing(db) {
        db.settle().await;
        let (before, copy) = db.went_on(Duration::from_secs(60)).await;
        let audit = "SELECT COUNT(*) FROM security_events";
        let told = (db.head().await, db.number(audit).await);
        let done = db.rotate(copy).await.unwrap();
        assert_eq!((done.verdict, &done.session), (Verdict::LateCopy, &before));
        assert_eq!(db.state(before.id).await, before);
        assert_eq!((db.head().await, db.number(audit).await), told);
        assert_eq!(db.present(before.id, 3).await.verdict, Verdict::Rotate);
    }

    async fn a_copy_that_says_it_was_under_way_for_minutes_is_not_believed(db) {
        db.settle().await;
        let (session, copy) = db.went_on(Duration::from_secs(121)).await;
        let before = db.head().await;
        assert_eq!(db.rotate(copy).await.unwrap().verdict, Verdict::Reuse);
        let code = EndReason::RefreshTokenAlreadyUsed;
        assert_eq!(db.state(session.id).await.state.ended, Some(code));
        let ended = SessionEnded { user_id: WARD, session_id: session.id, code };
        assert_eq!(db.said_after(before).await, [EventBody::SessionEnded(ended)]);
    }

    async fn a_receipt_seen_by_this_node_counts_before_it_is_written(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        db.let_the_reuse_interval_pass().await;
        let seen = Some(Generation(2));
        let done = db.rotate(Presentation { seen, ..presented(row.id, 1) }).await;
        assert_eq!(done.unwrap().verdict, Verdict::Reuse);
    }

    async fn a_token_at_the_other_entrance_or_of_no_session_changes_nothing(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        let client = ClientKind::Web;
        assert_eq!(db.rotate(Presentation { client, ..presented(row.id, 1) }).await, None);
        assert_eq!(db.state(row.id).await, row);
        assert_eq!(db.rotate(presented(SessionId(Uuid::nil()), 1)).await, None);
    }

    async fn a_generation_that_was_never_issued_hurts_nobody(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        assert_eq!(db.present(row.id, 9).await.verdict, Verdict::NotIssuedYet);
        assert_eq!(db.state(row.id).await, row);
    }

    async fn a_session_whose_time_is_over_is_refused_and_not_written(db) {
        db.settle().await;
        let new = NewSession { user: WARD, client: ClientKind::Mobile, device: "P".into() };
        for (policy, reason) in [
            (Policy { window: Duration::ZERO, ..POLICY }, EndReason::SessionExpired),
            (Policy { idle: Duration::ZERO, ..POLICY }, EndReason::SessionIdle),
        ] {
            let row = db.store.open_session(&new, &policy).await.unwrap();
            let before = db.head().await;
            assert_eq!(db.present(row.id, 1).await.verdict, Verdict::Refuse(reason));
            assert_eq!(db.state(row.id).await, row);
            let owner = Some(WARD);
            let reason = EndReason::SessionRevoked;
            assert!(!db.store.end_session(row.id, owner, reason).await.unwrap());
            assert_eq!(db.head().await, before);
        }
        assert_eq!(db.store.devices(WARD).await.unwrap(), []);
        assert_eq!(db.store.end_sessions_of(WARD, WARD, EndReason::SessionRevoked).await.unwrap(), 0);
    }

    async fn only_its_owner_ends_a_session_and_only_once(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        let before = db.head().await;
        let end = async |owner| {
            db.store.end_session(row.id, owner, EndReason::SessionRevoked).await.unwrap()
        };
        assert!(!end(Some(ADMIN)).await);
        assert!(end(Some(WARD)).await);
        assert!(!end(Some(WARD)).await);
        assert!(!end(None).await);
        let ended = SessionEnded {
            user_id: WARD,
            session_id: row.id,
            code: EndReason::SessionRevoked,
        };
        assert_eq!(db.said_after(before).await, [EventBody::SessionEnded(ended)]);
        assert_eq!(
            db.present(row.id, 1).await.verdict,
            Verdict::Refuse(EndReason::SessionRevoked)
        );
    }

    async fn a_person_can_end_all_their_sessions(db) {
        db.settle().await;
        let mine = [db.sign_in(WARD).await, db.sign_in(WARD).await, db.sign_in(WARD).await];
        let other = db.sign_in(ADMIN).await;
        assert!(db.store.end_session(mine[0].id, None, EndReason::SessionRevoked).await.unwrap());
        assert_eq!(db.store.end_sessions_of(WARD, WARD, EndReason::SessionRevoked).await.unwrap(), 2);
        assert_eq!(db.store.devices(WARD).await.unwrap(), []);
        assert_eq!(db.store.devices(ADMIN).await.unwrap()[0].id, other.id);
    }

    async fn devices_are_listed_newest_first(db) {
        db.settle().await;
        let first = db.sign_in(WARD).await;
        db.execute("UPDATE sessions SET created_at = created_at - 5000").await;
        let second = db.sign_in(WARD).await;
        let devices = db.store.devices(WARD).await.unwrap();
        assert_eq!(devices.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id, first.id]);
        assert_eq!((devices[0].device.as_str(), devices[0].current), ("Phone", false));
        assert_eq!(devices[0].last_active_at, second.authenticated_at);
    }

    async fn a_session_knows_what_its_device_calls_itself(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        assert_eq!(db.store.device_name(row.id).await.unwrap().as_deref(), Some("Phone"));
        assert_eq!(db.store.device_name(SessionId(Uuid::nil())).await.unwrap(), None);
    }

    async fn sessions_that_ended_lately_are_told_with_their_reason(db) {
        db.settle().await;
        let long_ago = db.sign_in(WARD).await;
        assert_eq!(db.store.end_sessions_of(WARD, WARD, EndReason::SessionRevoked).await.unwrap(), 1);
        db.execute("UPDATE sessions SET ended_at = ended_at - 100000").await;
        let lately = db.sign_in(WARD).await;
        assert_eq!(db.store.end_sessions_of(WARD, ADMIN, EndReason::AccountDisabled).await.unwrap(), 1);
        let alive = db.sign_in(WARD).await;
        let told = db.store.ended_lately(50_000).await.unwrap();
        assert_eq!(told, [(lately.id, EndReason::AccountDisabled)]);
        let told = db.store.ended_lately(200_000).await.unwrap();
        assert_eq!(told[0], (long_ago.id, EndReason::SessionRevoked));
        assert!(told.iter().all(|(id, _)| *id != alive.id));
    }

    async fn a_step_up_takes_all_leniency_from_older_generations(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        assert!(db.store.raise_floor(row.id).await.unwrap());
        assert_eq!(db.state(row.id).await.state.floor, Generation(2));
        assert_eq!(db.present(row.id, 1).await.verdict, Verdict::Rotate);
        assert_eq!(db.present(row.id, 1).await.verdict, Verdict::Reuse);
        assert!(!db.store.raise_floor(row.id).await.unwrap());
    }

    async fn sessions_that_ended_before_a_moment_are_removed(db) {
        db.settle().await;
        let ended = db.sign_in(WARD).await;
        assert_eq!(db.store.end_sessions_of(WARD, WARD, EndReason::SessionRevoked).await.unwrap(), 1);
        let idle = db.sign_in(WARD).await;
        let end = idle.state.idle_expires_at;
        let kept = db.sign_in(ADMIN).await;
        db.execute("UPDATE sessions SET idle_expires_at = idle_expires_at + 5000 WHERE user_id = 1")
            .await;
        assert_eq!(db.store.forget_sessions(Timestamp::from_millis(0)).await.unwrap(), 0);
        let after = end.plus(Duration::from_secs(1));
        assert_eq!(db.store.forget_sessions(after).await.unwrap(), 2);
        assert_eq!(db.store.session(ended.id).await.unwrap(), None);
        assert_eq!(db.store.session(idle.id).await.unwrap(), None);
        assert!(db.store.session(kept.id).await.unwrap().is_some());
    }
}
