//! The people who sign in.

use crate::on_both_engines;
use crate::world::{ADMIN, ELBURGON, MAUCHE, NAKURU, SETTLED, TURI, WARD};
use domain::areas::AreaStore;
use domain::event::{AccessChanged, ClaimsChanged, EventBody};
use domain::id::UserId;
use domain::staff::{Locale, NewStaff, ProfileChange, Role, StaffStore};
use domain::time::Timestamp;

fn newcomer(email: &str) -> NewStaff {
    NewStaff {
        email: email.into(),
        full_name: "Achieng Odhiambo".into(),
        role: Role::Officer,
        locale: Locale::En,
        password_hash: "secret hash".into(),
        onboarded: false,
        areas: vec![NAKURU],
    }
}

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

on_both_engines! {
    async fn a_newcomer_is_found_by_their_address_in_any_case(db) {
        db.settle().await;
        let added = db.store.add_staff(&newcomer("Achieng@Wardline.test"), NOW).await.unwrap();
        let id = added.unwrap();
        let found = db.store.credentials("ACHIENG@wardline.TEST").await.unwrap();
        let (staff, hash) = found.unwrap();
        assert_eq!((staff.id, hash.as_str()), (id, "secret hash"));
        assert_eq!(staff.email, "achieng@wardline.test");
        assert_eq!((staff.role, staff.locale), (Role::Officer, Locale::En));
        assert_eq!((staff.disabled, staff.claims_version, staff.onboarded), (false, 1, false));
        assert_eq!(db.store.areas_of(id).await.unwrap()[0].id, NAKURU);
        assert_eq!(db.store.staff(id).await.unwrap(), Some(staff));
    }

    async fn running_nodes_learn_of_a_newcomer_from_the_log(db) {
        db.settle().await;
        let id = db.store.add_staff(&newcomer("new@wardline.test"), NOW).await.unwrap().unwrap();
        assert_eq!(db.said_after(SETTLED).await, [
            EventBody::ClaimsChanged(ClaimsChanged {
                user_id: id,
                claims_version: 1,
                role: Role::Officer,
                disabled: false,
            }),
            EventBody::AccessGranted(AccessChanged {
                user_id: id,
                area_id: NAKURU,
                ward_ids: vec![TURI, ELBURGON, MAUCHE],
            }),
        ]);
        assert_eq!(db.store.add_staff(&newcomer("new@wardline.test"), NOW).await.unwrap(), None);
        assert_eq!(db.said_after(SETTLED).await.len(), 2);
    }

    async fn an_address_is_given_once(db) {
        db.settle().await;
        assert_eq!(db.store.add_staff(&newcomer("ward@wardline.test"), NOW).await.unwrap(), None);
        assert_eq!(db.store.add_staff(&newcomer("WARD@wardline.test"), NOW).await.unwrap(), None);
        assert!(db.store.credentials("nobody@wardline.test").await.unwrap().is_none());
        assert_eq!(db.store.staff(UserId(999)).await.unwrap(), None);
    }

    async fn a_change_of_profile_leaves_alone_what_it_does_not_name(db) {
        db.settle().await;
        let before = db.store.staff(WARD).await.unwrap().unwrap();
        let change = ProfileChange { locale: Some(Locale::Sw), ..ProfileChange::default() };
        let after = db.store.change_profile(WARD, &change).await.unwrap().unwrap();
        assert_eq!(after.locale, Locale::Sw);
        assert_eq!((&after.full_name, &after.phone_number), (&before.full_name, &None));

        let change = ProfileChange {
            full_name: Some("Njeri".into()),
            phone_number: Some("+254711111111".into()),
            locale: None,
        };
        let after = db.store.change_profile(WARD, &change).await.unwrap().unwrap();
        assert_eq!((after.full_name.as_str(), after.locale), ("Njeri", Locale::Sw));
        assert_eq!(after.phone_number.as_deref(), Some("+254711111111"));
        assert_eq!(after.claims_version, before.claims_version);

        assert_eq!(db.store.change_profile(UserId(999), &change).await.unwrap(), None);
    }

    async fn an_empty_database_has_no_staff_and_nothing_to_compare_claims_with(db) {
        assert!(!db.store.any_staff().await.unwrap());
        db.settle().await;
        assert!(db.store.any_staff().await.unwrap());
        assert_eq!(db.store.claims_versions().await.unwrap(), []);
        assert!(db.store.staff(ADMIN).await.unwrap().unwrap().onboarded);
    }
}
