//! What an admin decides about a member of staff, and who is told.

use crate::desk::POLICY;
use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{
    ADMIN, DISTRICT, ELBURGON, ELSEWHERE, MAUCHE, MOLO, NAKURU, NJORO, NYACHEKI, TURI, WARD,
};
use domain::areas::AreaStore;
use domain::event::{AccessChanged, ClaimsChanged, EventBody, SessionEnded};
use domain::failure::Failure;
use domain::id::{AreaId, UserId};
use domain::refusal::Refusal;
use domain::session::{ClientKind, EndReason, NewSession, SessionStore};
use domain::staff::{Rights, RightsSet, Role, StaffStore, service};

impl TestDb {
    /// An admin decides about somebody.
    pub(crate) async fn set_rights(&self, user: UserId, rights: &Rights) -> RightsSet {
        let admin = self.admin().await;
        self.store.set_rights(&admin, user, rights).await.unwrap()
    }
}

fn officer_of(areas: &[AreaId]) -> Rights {
    Rights { role: Role::Officer, disabled: false, areas: areas.to_vec() }
}

fn claims(user_id: UserId, claims_version: i64, role: Role, disabled: bool) -> EventBody {
    EventBody::ClaimsChanged(ClaimsChanged { user_id, claims_version, role, disabled })
}

fn access(user_id: UserId, area_id: AreaId, wards: &[AreaId]) -> AccessChanged {
    AccessChanged { user_id, area_id, ward_ids: wards.to_vec() }
}

on_both_engines! {
    async fn a_new_area_is_told_with_the_wards_it_adds(db) {
        db.settle().await;
        let before = db.head().await;
        assert_eq!(db.set_rights(WARD, &officer_of(&[TURI, MOLO, NJORO])).await, RightsSet::Done);
        assert_eq!(db.said_after(before).await, [
            claims(WARD, 2, Role::Officer, false),
            // Turi was covered already.
            EventBody::AccessGranted(access(WARD, MOLO, &[ELBURGON])),
            EventBody::AccessGranted(access(WARD, NJORO, &[MAUCHE])),
        ]);
        assert!(db.store.covers(WARD, MAUCHE).await.unwrap());
        assert_eq!(db.store.claims_versions().await.unwrap(), [(WARD, 2)]);
    }

    async fn an_area_taken_away_is_told_with_the_wards_that_nothing_else_covers(db) {
        db.settle().await;
        assert_eq!(db.set_rights(DISTRICT, &officer_of(&[NAKURU, TURI])).await, RightsSet::Done);
        let before = db.head().await;
        assert_eq!(db.set_rights(DISTRICT, &officer_of(&[TURI])).await, RightsSet::Done);
        assert_eq!(db.said_after(before).await, [
            claims(DISTRICT, 3, Role::Officer, false),
            EventBody::AccessRevoked(access(DISTRICT, NAKURU, &[ELBURGON, MAUCHE])),
        ]);
        assert!(db.store.covers(DISTRICT, TURI).await.unwrap());
        assert!(!db.store.covers(DISTRICT, ELBURGON).await.unwrap());
    }

    async fn an_exchange_of_areas_that_overlap_tells_only_the_difference(db) {
        db.settle().await;
        let before = db.head().await;
        assert_eq!(db.set_rights(DISTRICT, &officer_of(&[TURI, NYACHEKI])).await, RightsSet::Done);
        assert_eq!(db.said_after(before).await, [
            claims(DISTRICT, 2, Role::Officer, false),
            EventBody::AccessGranted(access(DISTRICT, TURI, &[])),
            EventBody::AccessGranted(access(DISTRICT, NYACHEKI, &[NYACHEKI])),
            EventBody::AccessRevoked(access(DISTRICT, MOLO, &[ELBURGON])),
        ]);
    }

    async fn rights_that_are_as_wished_already_change_nothing(db) {
        db.settle().await;
        let before = db.head().await;
        assert_eq!(db.set_rights(WARD, &officer_of(&[TURI])).await, RightsSet::Done);
        assert_eq!(db.head().await, before);
        assert_eq!(db.store.staff(WARD).await.unwrap().unwrap().claims_version, 1);
    }

    async fn the_rights_of_nobody_cannot_be_set(db) {
        db.settle().await;
        assert_eq!(db.set_rights(UserId(999), &officer_of(&[])).await, RightsSet::Unknown);
    }

    async fn an_unknown_area_is_named_and_nothing_is_changed(db) {
        db.settle().await;
        let before = db.head().await;
        let rights = officer_of(&[TURI, AreaId(999), AreaId(998)]);
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::UnknownArea(AreaId(998)));
        assert_eq!(db.head().await, before);
        assert_eq!(db.store.staff(WARD).await.unwrap().unwrap().claims_version, 1);
        let admin = db.caller(ADMIN).await;
        let outcome = service::set_rights(&db.desk(), &admin, WARD, &rights).await;
        let Err(Failure::Refused(Refusal::Invalid { field, detail })) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!((&*field, &*detail), ("areas", "There is no area 998."));
    }

    async fn only_an_admin_decides_about_rights(db) {
        db.settle().await;
        let rights = officer_of(&[TURI, MOLO]);
        let officer = db.caller(DISTRICT).await;
        let outcome = service::set_rights(&db.desk(), &officer, WARD, &rights).await;
        assert!(matches!(outcome, Err(Failure::Refused(Refusal::Forbidden { .. }))), "{outcome:?}");
        assert!(!db.store.covers(WARD, ELBURGON).await.unwrap());
        let admin = db.caller(ADMIN).await;
        service::set_rights(&db.desk(), &admin, WARD, &rights).await.unwrap();
        assert!(db.store.covers(WARD, ELBURGON).await.unwrap());
        let nobody = service::set_rights(&db.desk(), &admin, UserId(999), &rights).await;
        assert!(matches!(nobody, Err(Failure::Refused(Refusal::NotFound { .. }))), "{nobody:?}");
    }

    async fn an_officer_who_becomes_admin_is_told_so(db) {
        db.settle().await;
        let before = db.head().await;
        let rights = Rights { role: Role::Admin, disabled: false, areas: vec![TURI] };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);
        assert_eq!(db.said_after(before).await, [claims(WARD, 2, Role::Admin, false)]);
        assert_eq!(db.store.coverage().await.unwrap().admins, [ADMIN, WARD]);
    }

    async fn who_is_deactivated_loses_all_sessions_in_the_same_act(db) {
        db.settle().await;
        let new = NewSession { user: WARD, client: ClientKind::Web, device: "Phone".into() };
        let one = db.store.open_session(&new, &POLICY).await.unwrap();
        let two = db.store.open_session(&new, &POLICY).await.unwrap();
        let other = NewSession { user: ELSEWHERE, ..new };
        let other = db.store.open_session(&other, &POLICY).await.unwrap();
        let before = db.head().await;

        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![TURI] };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);

        let said = db.said_after(before).await;
        assert_eq!(said[0], claims(WARD, 2, Role::Officer, true));
        assert_eq!(said.len(), 3);
        let code = EndReason::AccountDisabled;
        for session_id in [one.id, two.id] {
            let ended = SessionEnded { user_id: WARD, session_id, code };
            assert!(said.contains(&EventBody::SessionEnded(ended)));
            let (row, staff) = db.store.session(session_id).await.unwrap().unwrap();
            assert_eq!((row.state.ended, staff.disabled), (Some(code), true));
        }
        let (row, _) = db.store.session(other.id).await.unwrap().unwrap();
        assert_eq!(row.state.ended, None);
    }
}
