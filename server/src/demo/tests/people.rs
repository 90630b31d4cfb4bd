//! Areas, staff and farmers, and who may answer whom.

use super::{NOON, noon, worlds};
use crate::demo::{areas, world};
use domain::areas::AreaLevel;
use domain::demo::{DemoAuthor, DemoWorld};
use domain::staff::Role;
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

fn count(world: &DemoWorld, level: AreaLevel) -> usize {
    world.areas.iter().filter(|area| area.level == level).count()
}

fn covers(world: &DemoWorld, person: usize, ward: Option<usize>) -> bool {
    let person = &world.staff[person];
    person.role == Role::Admin
        || ward.is_some_and(|ward| {
            areas::upwards(&world.areas, ward).any(|area| person.areas.contains(&area))
        })
}

#[test]
fn the_counts_are_those_of_the_two_counties() {
    let world = noon();
    assert_eq!(count(&world, AreaLevel::Country), 1);
    assert_eq!(count(&world, AreaLevel::Region), 2);
    assert_eq!(count(&world, AreaLevel::District), 23);
    assert_eq!(count(&world, AreaLevel::Ward), 115);
    let wards_of = |county: &str| {
        (0..world.areas.len())
            .filter(|&area| world.areas[area].level == AreaLevel::Ward)
            .filter(|&ward| areas::name_at(&world.areas, ward, AreaLevel::Region) == county)
            .count()
    };
    assert_eq!((wards_of("Nakuru"), wards_of("Kakamega")), (55, 60));
}

#[test]
fn parents_come_first_and_siblings_differ_in_name() {
    let world = noon();
    let mut seen = BTreeSet::new();
    for (index, area) in world.areas.iter().enumerate() {
        assert!(area.parent.is_none_or(|parent| parent < index), "{}", area.name);
        assert!(seen.insert((area.parent, &area.name)), "{} twice", area.name);
    }
}

#[test]
fn people_and_conversations_are_as_many_as_promised() {
    for (_, world) in worlds() {
        assert_eq!((world.staff.len(), world.customers.len(), world.tickets.len()), (24, 300, 500));
        assert_eq!(world.tickets.iter().filter(|ticket| ticket.resolved.is_none()).count(), 90);
        let messages: usize = world.tickets.iter().map(|ticket| ticket.messages.len()).sum();
        assert!((3_000..3_300).contains(&messages), "{messages} messages");
        let numbers: BTreeSet<_> = world.customers.iter().map(|c| &c.phone_number).collect();
        let names: BTreeSet<_> = world.customers.iter().map(|c| &c.full_name).collect();
        assert_eq!((numbers.len(), names.len()), (300, 300));
        let unplaced = world.customers.iter().filter(|customer| customer.ward.is_none()).count();
        assert!((4..=6).contains(&unplaced), "{unplaced} without a ward");
    }
}

#[test]
fn the_demo_sign_ins_stand_at_their_levels() {
    let world = noon();
    let person = |email: &str| world.staff.iter().find(|person| person.email == email).unwrap();
    assert_eq!(person("admin@wardline.test").role, Role::Admin);
    let area_of = |email: &str| {
        assert_eq!(person(email).role, Role::Officer);
        let [area] = person(email).areas[..] else { panic!("{email} has not one area") };
        (area, &world.areas[area])
    };
    assert_eq!(area_of("region@wardline.test").1.name, "Nakuru");
    let (district, area) = area_of("district@wardline.test");
    assert_eq!(area.level, AreaLevel::District);
    let (ward, area) = area_of("ward@wardline.test");
    assert_eq!((area.level, area.parent), (AreaLevel::Ward, Some(district)));

    let living = |inside: usize| {
        let wards = world.customers.iter().filter_map(|customer| customer.ward);
        wards.filter(|&ward| areas::upwards(&world.areas, ward).any(|a| a == inside)).count()
    };
    assert!((15..=20).contains(&living(ward)));
    assert!((55..=65).contains(&living(district)));
}

#[test]
fn staff_are_spread_over_all_levels() {
    let world = noon();
    let mut levels: BTreeMap<Option<AreaLevel>, usize> = BTreeMap::new();
    for person in &world.staff {
        assert!(person.email.ends_with("@wardline.test"), "{}", person.email);
        assert_eq!(person.areas.is_empty(), person.role == Role::Admin, "{}", person.email);
        *levels.entry(person.areas.first().map(|&a| world.areas[a].level)).or_default() += 1;
    }
    assert_eq!(levels.values().copied().collect::<Vec<_>>(), [3, 3, 7, 11]);
    let emails: BTreeSet<_> = world.staff.iter().map(|person| &person.email).collect();
    assert_eq!(emails.len(), 24);
}

#[test]
fn whoever_answers_or_resolves_covers_the_ward() {
    for (_, world) in worlds() {
        for ticket in &world.tickets {
            assert_eq!(ticket.ward, world.customers[ticket.customer].ward);
            for message in &ticket.messages {
                if let DemoAuthor::Staff(person) = message.from {
                    assert!(covers(&world, person, ticket.ward));
                }
            }
            assert!(ticket.resolved.is_none_or(|end| covers(&world, end.by, ticket.ward)));
        }
    }
}

#[test]
fn the_same_arguments_give_the_same_world() {
    assert_eq!(noon(), noon());
    let other = world(Timestamp::from_millis(NOON), 2);
    assert_ne!(noon().customers, other.customers);
}
