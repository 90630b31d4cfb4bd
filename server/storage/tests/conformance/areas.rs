//! The area tree.

use crate::on_both_engines;
use crate::world::{
    ADMIN, BOBASI, DISTRICT, ELBURGON, ELSEWHERE, KENYA, KISII, MAUCHE, MOLO, NAKURU, NJORO,
    NYACHEKI, REGION, SETTLED, TURI, WARD,
};
use domain::areas::import::parse;
use domain::areas::{Area, AreaStore, AreasAdded};
use domain::id::AreaId;
use domain::staff::{Rights, RightsSet, Role};

fn ids(areas: &[Area]) -> Vec<AreaId> {
    areas.iter().map(|area| area.id).collect()
}

on_both_engines! {
    async fn children_are_listed_by_name(db) {
        db.settle().await;
        assert_eq!(ids(&db.store.areas_below(None).await.unwrap()), [KENYA]);
        assert_eq!(ids(&db.store.areas_below(Some(KENYA)).await.unwrap()), [KISII, NAKURU]);
        assert_eq!(ids(&db.store.areas_below(Some(MOLO)).await.unwrap()), [ELBURGON, TURI]);
        assert_eq!(db.store.areas_below(Some(TURI)).await.unwrap(), []);
    }

    async fn an_area_comes_with_its_path_its_children_and_the_number_of_its_wards(db) {
        db.settle().await;
        let molo = db.store.area(MOLO).await.unwrap().unwrap();
        assert_eq!(molo.area.name, "Molo");
        assert_eq!(ids(&molo.path), [KENYA, NAKURU]);
        assert_eq!(ids(&molo.children), [ELBURGON, TURI]);
        assert_eq!(molo.ward_count, 2);

        let turi = db.store.area(TURI).await.unwrap().unwrap();
        assert_eq!((turi.children.len(), turi.ward_count), (0, 1));
        assert_eq!(db.store.area(AreaId(999)).await.unwrap(), None);
    }

    async fn the_wards_below_an_area_are_those_of_all_levels_below(db) {
        db.settle().await;
        let below = async |id| db.store.wards_below(id).await.unwrap();
        assert_eq!(below(KENYA).await, [TURI, ELBURGON, MAUCHE, NYACHEKI]);
        assert_eq!(below(NAKURU).await, [TURI, ELBURGON, MAUCHE]);
        assert_eq!(below(TURI).await, [TURI]);
        assert_eq!(below(AreaId(999)).await, []);
    }

    async fn an_officer_covers_what_lies_below_their_areas_and_nothing_else(db) {
        db.settle().await;
        for (user, covered) in [
            (ADMIN, &[][..]),
            (REGION, &[TURI, ELBURGON, MAUCHE]),
            (DISTRICT, &[TURI, ELBURGON]),
            (WARD, &[TURI]),
            (ELSEWHERE, &[NYACHEKI]),
        ] {
            for ward in [TURI, ELBURGON, MAUCHE, NYACHEKI] {
                let covers = db.store.covers(user, ward).await.unwrap();
                assert_eq!(covers, covered.contains(&ward), "{user} {ward}");
            }
        }
    }

    async fn somebody_deactivated_covers_nothing(db) {
        db.settle().await;
        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![TURI] };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);
        assert!(!db.store.covers(WARD, TURI).await.unwrap());
        assert_eq!(db.store.areas_within_reach(WARD).await.unwrap(), []);
        let coverage = db.store.coverage().await.unwrap();
        // Their wards are remembered for the day they return.
        assert_eq!(coverage.disabled, [WARD]);
        assert!(coverage.wards.contains(&(WARD, TURI)));
    }

    async fn assigned_areas_are_listed_from_high_to_low(db) {
        db.settle().await;
        let areas = vec![TURI, KISII, NJORO, BOBASI];
        let rights = Rights { role: Role::Officer, disabled: false, areas };
        assert_eq!(db.set_rights(WARD, &rights).await, RightsSet::Done);
        let listed = ids(&db.store.areas_of(WARD).await.unwrap());
        assert_eq!(listed, [KISII, BOBASI, NJORO, TURI]);
    }

    async fn the_areas_within_reach_are_the_assigned_ones_and_all_below_parents_first(db) {
        db.settle().await;
        let reach = async |user| ids(&db.store.areas_within_reach(user).await.unwrap());
        assert_eq!(reach(ADMIN).await.len(), 10);
        assert_eq!(reach(ADMIN).await[..3], [KENYA, KISII, NAKURU]);
        assert_eq!(reach(REGION).await, [NAKURU, MOLO, NJORO, ELBURGON, MAUCHE, TURI]);
        assert_eq!(reach(WARD).await, [TURI]);
    }

    async fn coverage_names_the_admins_and_each_officers_wards(db) {
        db.settle().await;
        let coverage = db.store.coverage().await.unwrap();
        assert_eq!((coverage.admins, coverage.disabled), (vec![ADMIN], vec![]));
        assert_eq!(coverage.wards, [
            (REGION, TURI), (REGION, ELBURGON), (REGION, MAUCHE),
            (DISTRICT, TURI), (DISTRICT, ELBURGON),
            (WARD, TURI),
            (ELSEWHERE, NYACHEKI),
        ]);
    }

    async fn areas_are_added_once_and_who_covers_what_is_above_them_is_told(db) {
        db.settle().await;
        let paths = parse("Kenya,Nakuru,Molo,Marioshoni\nKenya,Nakuru,Molo,Turi\nUganda").unwrap();
        let added = db.store.add_areas(&paths).await.unwrap();
        assert_eq!(added, AreasAdded { added: 2, known: 4 });
        let below = db.store.areas_below(Some(MOLO)).await.unwrap();
        assert_eq!(below[1].name, "Marioshoni");
        let new = below[1].id;
        for (user, covers) in [(REGION, true), (DISTRICT, true), (WARD, false)] {
            assert_eq!(db.store.covers(user, new).await.unwrap(), covers, "{user}");
        }
        assert_eq!(db.names_after(SETTLED).await, ["access_granted", "access_granted"]);
        assert_eq!(db.store.areas_below(None).await.unwrap().len(), 2);

        let again = db.store.add_areas(&paths).await.unwrap();
        assert_eq!(again, AreasAdded { added: 0, known: 6 });
        assert_eq!(db.names_after(SETTLED).await.len(), 2);
    }
}
