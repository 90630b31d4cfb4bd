//! Links that are good once, and the first steps behind them.

use crate::desk::POLICY;
use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{ADMIN, NAKURU, SETTLED, TURI, WARD};
use domain::areas::AreaStore;
use domain::event::{ClaimsChanged, EventBody, SessionEnded};
use domain::id::{AreaId, UserId};
use domain::refusal::Refusal;
use domain::session::{ClientKind, EndReason, NewSession, SessionRow, SessionStore};
use domain::staff::invitation::{LIVES, NO_PASSWORD};
use domain::staff::{
    Duties, InvitationStore, Invited, Locale, NewStaff, Newcomer, Rights, RightsSet, Role, Staff,
    StaffStore,
};
use futures::future::join_all;

fn grace() -> NewStaff {
    NewStaff {
        email: "grace@wardline.test".into(),
        full_name: "Grace Achieng".into(),
        role: Role::Officer,
        locale: Locale::Sw,
        password_hash: NO_PASSWORD.into(),
        onboarded: false,
        areas: vec![NAKURU],
    }
}

fn newcomer(hash: &str) -> Newcomer {
    Newcomer { password_hash: hash.into(), client: ClientKind::Web, device: "Phone".into() }
}

impl TestDb {
    async fn invite(&self, digest: &str) -> UserId {
        let admin = self.admin().await;
        match self.store.invite(Some(&admin), &grace(), digest).await.unwrap() {
            Invited::Done { user, .. } => user,
            other => panic!("{other:?}"),
        }
    }

    async fn reinvite(&self, user: UserId, digest: &str) -> Invited {
        let admin = self.admin().await;
        self.store.reinvite(&admin, user, digest).await.unwrap()
    }

    async fn accept(&self, digest: &str, hash: &str) -> Result<(SessionRow, Staff), Refusal> {
        self.store.accept_invitation(digest, &newcomer(hash), &POLICY).await.unwrap()
    }

    async fn hash(&self) -> String {
        self.store.credentials("grace@wardline.test").await.unwrap().unwrap().1
    }

    async fn noted_about(&self, kind: &str, user: UserId) -> i64 {
        let sql = "SELECT COUNT(*) FROM security_events";
        self.number(&format!("{sql} WHERE kind = '{kind}' AND user_id = {user}")).await
    }
}

on_both_engines! {
    async fn who_is_invited_has_an_account_without_a_password_and_nodes_learn_of_it(db) {
        db.settle().await;
        let user = db.invite("one").await;
        let (staff, hash) =
            db.store.credentials("grace@wardline.test").await.unwrap().unwrap();
        assert_eq!((staff.id, hash.as_str()), (user, NO_PASSWORD));
        assert_eq!((staff.locale, staff.onboarded), (Locale::Sw, false));
        assert_eq!(db.names_after(SETTLED).await, ["claims_changed", "access_granted"]);
        let (found, now) = db.store.invitation("one").await.unwrap().unwrap();
        assert_eq!(found.staff, staff);
        assert_eq!(found.judge(now), Ok(()));
        let left = found.expires_at.since(now);
        assert!(left <= LIVES && LIVES.checked_sub(left).unwrap().as_secs() < 60, "{left:?}");
        assert_eq!(db.store.inviter_of(user).await.unwrap().map(|one| one.id), Some(ADMIN));
        assert_eq!(db.noted_about("invited", user).await, 1);
    }

    async fn an_invitation_that_can_not_be_given_changes_nothing(db) {
        db.settle().await;
        let admin = db.admin().await;
        let taken = NewStaff { email: "WARD@wardline.test".into(), ..grace() };
        let outcome = db.store.invite(Some(&admin), &taken, "one").await.unwrap();
        assert_eq!(outcome, Invited::EmailTaken);
        let nowhere = NewStaff { areas: vec![TURI, AreaId(999)], ..grace() };
        let outcome = db.store.invite(Some(&admin), &nowhere, "one").await.unwrap();
        assert_eq!(outcome, Invited::UnknownArea(AreaId(999)));
        assert!(db.store.credentials("grace@wardline.test").await.unwrap().is_none());
        assert!(db.store.invitation("one").await.unwrap().is_none());
        assert_eq!(db.head().await, SETTLED);
        assert_eq!(db.number("SELECT COUNT(*) FROM security_events").await, 0);
        assert_eq!(db.reinvite(UserId(999), "one").await, Invited::Unknown);
        assert_eq!(db.reinvite(WARD, "one").await, Invited::Onboarded);
    }

    async fn accepting_sets_the_password_and_opens_a_session_once(db) {
        db.settle().await;
        let user = db.invite("one").await;
        let (session, staff) = db.accept("one", "chosen").await.unwrap();
        assert_eq!((session.user, staff.id, session.client), (user, user, ClientKind::Web));
        assert_eq!(db.hash().await, "chosen");
        let (kept, _) = db.store.session(session.id).await.unwrap().unwrap();
        assert_eq!(kept, session);
        for kind in ["invitation_accepted", "session_opened"] {
            assert_eq!(db.noted_about(kind, user).await, 1, "{kind}");
        }
        assert_eq!(db.accept("one", "other").await, Err(Refusal::InvitationUsed));
        assert_eq!(db.hash().await, "chosen");
        assert_eq!(db.store.devices(user).await.unwrap().len(), 1);
    }

    async fn an_unknown_link_is_told_so_and_changes_nothing(db) {
        db.settle().await;
        db.invite("one").await;
        assert!(db.store.invitation("two").await.unwrap().is_none());
        assert_eq!(db.accept("two", "chosen").await, Err(Refusal::InvitationUnknown));
        assert_eq!(db.hash().await, NO_PASSWORD);
    }

    async fn an_invitation_is_over_at_its_end_by_the_databases_clock(db) {
        db.settle().await;
        db.invite("one").await;
        db.execute("UPDATE invitations SET expires_at = created_at - 1").await;
        let (found, now) = db.store.invitation("one").await.unwrap().unwrap();
        assert_eq!(found.judge(now), Err(Refusal::InvitationExpired));
        assert_eq!(db.accept("one", "chosen").await, Err(Refusal::InvitationExpired));
        assert_eq!(db.hash().await, NO_PASSWORD);
    }

    async fn a_newer_invitation_takes_the_place_of_the_one_before(db) {
        db.settle().await;
        let user = db.invite("one").await;
        assert!(matches!(db.reinvite(user, "two").await, Invited::Done { .. }));
        assert_eq!(db.accept("one", "first").await, Err(Refusal::InvitationSuperseded));
        assert_eq!(db.hash().await, NO_PASSWORD);
        db.accept("two", "second").await.unwrap();
        assert_eq!(db.hash().await, "second");
    }

    async fn a_second_invitation_ends_what_was_begun_with_the_first(db) {
        db.settle().await;
        let user = db.invite("one").await;
        let (first, _) = db.accept("one", "first").await.unwrap();
        db.reinvite(user, "two").await;
        let before = db.head().await;
        let (second, _) = db.accept("two", "second").await.unwrap();
        assert_eq!(db.said_after(before).await, [EventBody::SessionEnded(SessionEnded {
            user_id: user,
            session_id: first.id,
            code: EndReason::SessionRevoked,
        })]);
        let left = db.store.devices(user).await.unwrap();
        assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [second.id]);
        assert_eq!(db.accept("one", "third").await, Err(Refusal::InvitationUsed));
    }

    async fn the_link_of_a_deactivated_account_is_good_for_nothing(db) {
        db.settle().await;
        let user = db.invite("one").await;
        let off = Rights { role: Role::Officer, disabled: true, areas: vec![NAKURU] };
        assert_eq!(db.set_rights(user, &off).await, RightsSet::Done);
        assert_eq!(db.accept("one", "chosen").await, Err(Refusal::InvitationExpired));
        assert_eq!(db.reinvite(user, "two").await, Invited::Disabled);
        assert!(db.store.invitation("two").await.unwrap().is_none());
        let on = Rights { disabled: false, ..off };
        db.set_rights(user, &on).await;
        db.accept("one", "chosen").await.unwrap();
    }

    async fn of_many_who_accept_one_link_at_once_one_succeeds(db) {
        db.settle().await;
        let user = db.invite("one").await;
        let hashes: Vec<String> = (0..8).map(|n| format!("hash {n}")).collect();
        let outcomes = join_all(hashes.iter().map(|hash| db.accept("one", hash))).await;
        let winners: Vec<usize> = (0..8).filter(|&n| outcomes[n].is_ok()).collect();
        let [winner] = winners[..] else { panic!("{winners:?} succeeded") };
        for (n, outcome) in outcomes.iter().enumerate().filter(|(n, _)| *n != winner) {
            assert_eq!(outcome, &Err(Refusal::InvitationUsed), "{n}");
        }
        assert_eq!(db.hash().await, hashes[winner]);
        assert_eq!(db.store.devices(user).await.unwrap().len(), 1);
        assert_eq!(db.noted_about("invitation_accepted", user).await, 1);
    }

    async fn the_end_of_the_first_steps_makes_tokens_stale_once_and_leaves_no_link_open(db) {
        db.settle().await;
        let user = db.invite("one").await;
        db.accept("one", "chosen").await.unwrap();
        db.reinvite(user, "two").await;
        let before = db.head().await;
        let staff = db.store.finish_onboarding(user).await.unwrap().unwrap();
        assert_eq!((staff.onboarded, staff.claims_version), (true, 2));
        assert_eq!(db.store.staff(user).await.unwrap(), Some(staff.clone()));
        let told = ClaimsChanged {
            user_id: user,
            claims_version: 2,
            role: Role::Officer,
            disabled: false,
        };
        assert_eq!(db.said_after(before).await, [EventBody::ClaimsChanged(told)]);
        assert_eq!(db.accept("two", "other").await, Err(Refusal::InvitationUsed));
        assert_eq!(db.reinvite(user, "three").await, Invited::Onboarded);

        let again = db.store.finish_onboarding(user).await.unwrap();
        assert_eq!(again, Some(staff));
        assert_eq!(db.names_after(before).await.len(), 1);
        assert_eq!(db.noted_about("onboarded", user).await, 1);
        assert_eq!(db.store.finish_onboarding(UserId(999)).await.unwrap(), None);
    }

    async fn access_is_reset_for_whoever_was_on_board_and_nobody_deactivated(db) {
        db.settle().await;
        let reset = async |user, digest| db.store.reset_access(user, digest).await.unwrap();
        assert_eq!(reset(UserId(999), "one").await, Invited::Unknown);
        for digest in ["one", "two"] {
            let done = reset(WARD, digest).await;
            assert!(matches!(done, Invited::Done { user: WARD, .. }), "{done:?}");
        }
        assert_eq!(db.noted_about("invited", WARD).await, 2);
        assert_eq!(db.accept("one", "chosen").await, Err(Refusal::InvitationSuperseded));
        let (session, staff) = db.accept("two", "chosen").await.unwrap();
        assert_eq!((session.user, staff.onboarded), (WARD, true));
        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![TURI] };
        db.set_rights(WARD, &rights).await;
        assert_eq!(reset(WARD, "three").await, Invited::Disabled);
    }

    async fn who_was_invited_on_the_server_has_nobody_to_ask(db) {
        db.settle().await;
        let outcome = db.store.invite(None, &grace(), "one").await.unwrap();
        let Invited::Done { user, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(db.store.inviter_of(user).await.unwrap(), None);
        assert_eq!(db.store.inviter_of(WARD).await.unwrap(), None);
    }

    async fn links_that_are_over_go_when_a_new_one_is_given(db) {
        db.settle().await;
        let user = db.invite("one").await;
        db.execute("UPDATE invitations SET expires_at = created_at - 1").await;
        db.reinvite(user, "two").await;
        assert!(db.store.invitation("one").await.unwrap().is_none());
        assert_eq!(db.number("SELECT COUNT(*) FROM invitations").await, 1);
    }

    async fn duties_are_set_without_activating_anybody(db) {
        db.settle().await;
        let off = Rights { role: Role::Officer, disabled: true, areas: vec![TURI] };
        db.set_rights(WARD, &off).await;
        let admin = db.admin().await;
        let duties = Duties { role: Role::Officer, areas: vec![NAKURU] };
        let outcome = db.store.set_duties(&admin, WARD, &duties).await.unwrap();
        assert_eq!(outcome, RightsSet::Done);
        let staff = db.store.staff(WARD).await.unwrap().unwrap();
        assert_eq!((staff.disabled, staff.claims_version), (true, 3));
        assert_eq!(db.store.areas_of(WARD).await.unwrap()[0].id, NAKURU);
        let nowhere = Duties { areas: vec![AreaId(999)], ..duties };
        let outcome = db.store.set_duties(&admin, WARD, &nowhere).await.unwrap();
        assert_eq!(outcome, RightsSet::UnknownArea(AreaId(999)));
    }

    async fn a_session_of_somebody_else_outlives_an_accepted_invitation(db) {
        db.settle().await;
        let new = NewSession { user: WARD, client: ClientKind::Web, device: "Phone".into() };
        let other = db.store.open_session(&new, &POLICY).await.unwrap();
        db.invite("one").await;
        db.accept("one", "chosen").await.unwrap();
        let (row, _) = db.store.session(other.id).await.unwrap().unwrap();
        assert_eq!(row.state.ended, None);
    }
}
