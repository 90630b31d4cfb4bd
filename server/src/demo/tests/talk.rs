//! Conversations: their order in time, their waiting times, their texts.

use super::{NOON, noon, worlds};
use crate::demo::{clock, rng, script, speech};
use domain::areas::AreaLevel;
use domain::demo::{DemoArea, DemoAuthor, DemoTicket};
use domain::staff::Locale;
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

fn last_is_farmer(ticket: &DemoTicket) -> bool {
    ticket.messages.last().unwrap().from == DemoAuthor::Customer
}

#[test]
fn a_farmer_has_one_conversation_at_a_time() {
    for (now, world) in worlds() {
        let mut free_from = BTreeMap::new();
        for ticket in &world.tickets {
            let free = free_from.get(&ticket.customer).copied();
            let free = free.unwrap_or(world.customers[ticket.customer].created_at);
            assert!(ticket.created_at >= free, "opened while another was open");
            let end = ticket.resolved.map_or(Timestamp::from_millis(i64::MAX), |end| end.at);
            assert!(ticket.resolved.is_none() || end <= now);
            free_from.insert(ticket.customer, end);
        }
        assert!(world.tickets.is_sorted_by_key(|ticket| ticket.created_at));
        assert_eq!(free_from.len(), 300, "every farmer has written");
    }
}

#[test]
fn messages_follow_one_another_and_none_is_in_the_future() {
    for (now, world) in worlds() {
        for ticket in &world.tickets {
            assert_eq!(ticket.created_at, ticket.messages[0].at);
            assert_eq!(ticket.messages[0].from, DemoAuthor::Customer);
            assert!(ticket.messages.is_sorted_by(|a, b| a.at < b.at));
            let end = ticket.resolved.map_or(now, |end| end.at);
            assert!(ticket.messages.last().unwrap().at <= end);
            let age = now.since(ticket.created_at).as_secs() / 86_400;
            assert!(age < 50, "{age} days old");
        }
    }
}

#[test]
fn waiting_times_are_spread_from_minutes_to_days() {
    for (now, world) in worlds() {
        let mut waits = [0, 0, 0, 0];
        let mut answered = 0;
        for ticket in world.tickets.iter().filter(|ticket| ticket.resolved.is_none()) {
            let hours = now.since(ticket.messages.last().unwrap().at).as_secs() / 3_600;
            match hours {
                _ if !last_is_farmer(ticket) => answered += 1,
                0 => waits[0] += 1,
                1..24 => waits[1] += 1,
                24..48 => waits[2] += 1,
                _ => waits[3] += 1,
            }
        }
        assert!(waits.iter().all(|&count| count >= 8), "{waits:?}");
        assert!((15..30).contains(&answered), "{answered} answered");
    }
}

#[test]
fn nearly_everybody_writes_by_day() {
    let world = noon();
    let times: Vec<i64> = world
        .tickets
        .iter()
        .flat_map(|ticket| &ticket.messages)
        .map(|message| clock::hour(message.at))
        .collect();
    let by_day = times.iter().filter(|hour| (6..21).contains(*hour)).count();
    assert!(by_day * 100 >= times.len() * 93, "{by_day} of {}", times.len());
    let morning = times.iter().filter(|hour| **hour == 8).count();
    let afternoon = times.iter().filter(|hour| **hour == 13).count();
    assert!(morning > afternoon);
}

#[test]
fn no_slot_and_no_choice_is_left_in_any_text() {
    for (_, world) in worlds() {
        for message in world.tickets.iter().flat_map(|ticket| &ticket.messages) {
            assert!(!message.body.contains(['{', '}', '[', ']', '|']), "{}", message.body);
            assert!(!message.body.trim().is_empty());
            assert!(message.body.len() < 700, "{}", message.body);
        }
    }
}

#[test]
fn both_languages_have_their_share() {
    for (_, world) in worlds() {
        let spoken = |locale: Locale| -> usize {
            let by = |ticket: &&DemoTicket| world.customers[ticket.customer].locale == locale;
            world.tickets.iter().filter(by).map(|ticket| ticket.messages.len()).sum()
        };
        let (english, swahili) = (spoken(Locale::En), spoken(Locale::Sw));
        let all = english + swahili;
        assert!(english * 100 >= all * 35 && swahili * 100 >= all * 35, "{english} {swahili}");
    }
}

#[test]
fn texts_do_not_look_copied() {
    let world = noon();
    let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
    let farmers = world
        .tickets
        .iter()
        .flat_map(|ticket| &ticket.messages)
        .filter(|message| message.from == DemoAuthor::Customer && message.body.len() > 60);
    for message in farmers {
        *heard.entry(&message.body).or_default() += 1;
    }
    let (text, most) = heard.iter().max_by_key(|(_, count)| **count).unwrap();
    assert!(*most <= 5, "{most} times: {text}");
}

#[test]
fn every_script_can_be_said_in_all_its_ways() {
    let phrases = speech::Phrases::parse(include_str!("../../../demo/slots.txt")).unwrap();
    let scripts = script::library().unwrap();
    let world = noon();
    assert!(scripts.len() >= 40);
    let mut ids = BTreeSet::new();
    for script in &scripts {
        assert!(ids.insert(&script.id), "{} twice", script.id);
        assert!((3..=14).contains(&script.lines.len()), "{}", script.id);
        assert_eq!(script.lines[0].voice, script::Voice::Farmer, "{}", script.id);
        let unplaced = script.places == [script::UNKNOWN];
        for place in script.places.iter().filter(|_| !unplaced) {
            let level = |area: &&DemoArea| area.level != AreaLevel::Ward;
            assert!(world.areas.iter().filter(level).any(|area| area.name == *place), "{place}");
        }
        for seed in 0..60 {
            let mut talk = speech::Talk::new(&phrases, script.locale);
            let mut known = vec!["name", "officer", "office"];
            known.extend(["place", "subcounty", "county"].iter().filter(|_| !unplaced));
            for slot in known {
                talk.settle(slot, "x");
            }

            for line in &script.lines {
                let said =
                    talk.say(&line.text, Timestamp::from_millis(NOON), &mut rng::Rng::new(seed));
                assert!(said.is_ok(), "{}: {said:?}", script.id);
            }
        }
    }
}
