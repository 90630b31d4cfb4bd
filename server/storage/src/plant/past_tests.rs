//! Tests of what follows from a demo world.

use super::*;
use domain::areas::AreaLevel;
use domain::demo::{DemoArea, DemoCustomer, DemoMessage, DemoResolution, DemoStaff};
use domain::staff::Locale;

const ADMIN: usize = 0;
const OFFICER: usize = 1;
const ELSEWHERE: usize = 2;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn staff(role: Role, areas: Vec<usize>) -> DemoStaff {
    DemoStaff {
        email: "x@wardline.test".into(),
        full_name: "X".into(),
        phone_number: None,
        role,
        locale: Locale::En,
        areas,
    }
}

/// A country with two wards, an admin, an officer of each ward, and one ticket in the first ward.
fn world(messages: &[(i64, DemoAuthor)], resolved: Option<DemoResolution>) -> DemoWorld {
    let area = |parent, level| DemoArea { parent, level, name: "A".into() };
    DemoWorld {
        areas: vec![
            area(None, AreaLevel::Country),
            area(Some(0), AreaLevel::Ward),
            area(Some(0), AreaLevel::Ward),
        ],
        staff: vec![
            staff(Role::Admin, vec![]),
            staff(Role::Officer, vec![1]),
            staff(Role::Officer, vec![2]),
        ],
        customers: vec![DemoCustomer {
            full_name: "F".into(),
            phone_number: "+254700000001".into(),
            ward: Some(1),
            locale: Locale::Sw,
            created_at: at(1),
        }],
        tickets: vec![DemoTicket {
            customer: 0,
            ward: Some(1),
            created_at: at(1),
            resolved,
            messages: messages
                .iter()
                .map(|&(millis, from)| DemoMessage { at: at(millis), from, body: "b".into() })
                .collect(),
        }],
    }
}

#[test]
fn a_customer_waits_since_the_oldest_message_that_no_answer_followed() {
    let open = world(
        &[
            (1, DemoAuthor::Customer),
            (2, DemoAuthor::Staff(OFFICER)),
            (3, DemoAuthor::Customer),
            (4, DemoAuthor::Customer),
        ],
        None,
    );
    let past = Past::of(&open).unwrap();
    assert_eq!(past.tickets[0].waiting_since, Some(at(3)));
    assert_eq!(past.tickets[0].answered_by, Some(OFFICER));
    assert_eq!(past.tickets[0].version, 4);
}

#[test]
fn nobody_waits_in_a_resolved_ticket() {
    let end = DemoResolution { by: OFFICER, at: at(9) };
    let past_world = world(&[(1, DemoAuthor::Customer)], Some(end));
    let past = Past::of(&past_world).unwrap();
    assert_eq!(past.tickets[0].waiting_since, None);
    assert_eq!(past.tickets[0].version, 2);
}

#[test]
fn an_open_ticket_is_read_up_to_the_newest_answer_by_those_who_see_it() {
    let open = world(
        &[(1, DemoAuthor::Customer), (2, DemoAuthor::Staff(ADMIN)), (3, DemoAuthor::Customer)],
        None,
    );
    let past = Past::of(&open).unwrap();
    let read = |staff| Read { staff, ticket: 0, up_to: 1 };
    assert_eq!(past.reads, [read(ADMIN), read(OFFICER)]);
    assert!(past.reads.iter().all(|read| read.staff != ELSEWHERE));
}

#[test]
fn a_ticket_without_an_answer_is_read_by_nobody() {
    let open = world(&[(1, DemoAuthor::Customer)], None);
    assert_eq!(Past::of(&open).unwrap().reads, []);
}

#[test]
fn a_ticket_without_messages_is_refused() {
    assert!(Past::of(&world(&[], None)).is_err());
}
