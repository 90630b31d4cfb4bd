//! Who may hear an event: SQL must say the same as the rule of `domain`, whatever happened.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{
    ADMIN, DISTRICT, ELBURGON, ELSEWHERE, EVERYBODY, KISII, MAUCHE, MOLO, NAKURU, NJORO, NYACHEKI,
    REGION, SETTLED, TURI, WARD,
};
use domain::areas::{AreaStore, Coverage};
use domain::event::{Audience, Event, EventBody, EventStore, TicketMovedAway};
use domain::id::{AreaId, TicketId, UserId};
use domain::session::SessionStore;
use domain::staff::{Rights, Role};
use domain::tickets::TicketStore;

const WARDS: [AreaId; 4] = [TURI, ELBURGON, MAUCHE, NYACHEKI];
const AREAS: [AreaId; 6] = [NAKURU, KISII, MOLO, NJORO, TURI, NYACHEKI];

/// The rule, straight from the documentation of [`Audience`].
fn may_hear(coverage: &Coverage, user: UserId, body: &EventBody) -> bool {
    let in_service = !coverage.disabled.contains(&user);
    let admin = coverage.admins.contains(&user);
    let covers = |ward: Option<AreaId>| {
        in_service && ward.is_some_and(|ward| coverage.wards.contains(&(user, ward)))
    };
    match body.audience() {
        Audience::Ward(ward) => (admin && in_service) || covers(ward),
        Audience::OnlyWard { left, entered } => !admin && covers(left) && !covers(entered),
        Audience::Person(person) => person == user,
        Audience::Nobody => false,
    }
}

impl TestDb {
    async fn heard_by(&self, user: UserId) -> Vec<Event> {
        let up_to = self.head().await;
        self.store.events_for(user, SETTLED, up_to, 100_000).await.unwrap()
    }

    async fn everybody_hears_what_the_rule_says(&self) {
        let coverage = self.store.coverage().await.unwrap();
        let log = self.log_after(SETTLED).await;
        for user in EVERYBODY {
            let expected: Vec<Event> = log
                .iter()
                .filter(|event| may_hear(&coverage, user, &event.body))
                .cloned()
                .collect();
            assert_eq!(self.heard_by(user).await, expected, "{user}");
        }
    }

    /// One random act.
    async fn act(&self, dice: &mut Dice) {
        let phone = format!("+25470000000{}", dice.below(6));
        match dice.below(10) {
            0..4 => {
                let id = format!("x{}", dice.below(1_000_000));
                self.write_in(&id, &phone, "Habari").await;
            }
            4..7 => self.place_at_random(&phone, dice).await,
            7 => self.rights_at_random(dice).await,
            8 => {
                self.sign_in(dice.one_of(&EVERYBODY)).await;
                let reason = domain::session::EndReason::SessionRevoked;
                self.store.end_sessions_of(dice.one_of(&EVERYBODY), ADMIN, reason).await.unwrap();
            }
            _ => self.read_at_random(dice).await,
        }
    }

    async fn place_at_random(&self, phone: &str, dice: &mut Dice) {
        let sql =
            format!("SELECT COALESCE(MAX(id), 0) FROM customers WHERE phone_number = '{phone}'");
        let id = domain::id::CustomerId(self.number(&sql).await);
        let edit = self.move_to(dice.one_of(&WARDS)).await;
        self.edit(id, &edit).await;
    }

    async fn rights_at_random(&self, dice: &mut Dice) {
        let rights = Rights {
            role: if dice.below(5) == 0 { Role::Admin } else { Role::Officer },
            disabled: dice.below(5) == 0,
            areas: (0..dice.below(3)).map(|_| dice.one_of(&AREAS)).collect(),
        };
        self.set_rights(dice.one_of(&EVERYBODY), &rights).await;
    }

    async fn read_at_random(&self, dice: &mut Dice) {
        let newest = self.number("SELECT COALESCE(MAX(id), 0) FROM messages").await;
        if newest == 0 {
            return;
        }
        let sql = format!("SELECT ticket_id FROM messages WHERE id = {newest}");
        let ticket = TicketId(self.number(&sql).await);
        let caller = self.caller(dice.one_of(&EVERYBODY)).await;
        let message = domain::id::MessageId(newest);
        self.store.mark_read(&caller, ticket, message).await.unwrap();
    }
}

/// A small generator: the same seed is the same story.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        // xorshift64*, by Marsaglia and Vigna.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        let index = self.below(u64::try_from(list.len()).unwrap());
        list[usize::try_from(index).unwrap()]
    }
}

on_both_engines! {
    async fn sql_and_the_rule_agree_over_random_stories(db) {
        db.settle().await;
        for seed in [3, 5, 8] {
            let mut dice = Dice(seed);
            for _ in 0..40 {
                db.act(&mut dice).await;
            }
            db.everybody_hears_what_the_rule_says().await;
        }
        // The stories were worth telling.
        for name in ["ticket_moved_away", "ticket_created", "claims_changed", "ticket_read"] {
            let sql = format!("SELECT COUNT(*) FROM event_log WHERE kind = '{name}'");
            assert!(db.number(&sql).await > 0, "{name}");
        }
    }

    async fn a_ticket_that_moves_is_dropped_only_by_who_no_longer_covers_it(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let before = db.head().await;
        db.place("+254700000001", ELBURGON).await;
        let heard = async |user| -> Vec<&'static str> {
            let head = db.head().await;
            let events = db.store.events_for(user, before, head, 100).await.unwrap();
            events.iter().map(|event| event.body.name()).collect()
        };
        assert_eq!(db.ticket(ticket).await.ward_id, Some(ELBURGON));
        assert_eq!(heard(WARD).await, ["ticket_moved_away"]);
        assert_eq!(heard(DISTRICT).await, ["ticket_updated"]);
        assert_eq!(heard(REGION).await, ["ticket_updated"]);
        assert_eq!(heard(ADMIN).await, ["ticket_updated"]);
        assert_eq!(heard(ELSEWHERE).await, [""; 0]);
    }

    async fn a_ticket_may_move_between_any_two_wards_or_none(db) {
        db.settle().await;
        let column = |ward: Option<AreaId>| ward.map_or("NULL".to_owned(), |id| id.to_string());
        let wards = [None, Some(TURI), Some(ELBURGON), Some(NYACHEKI)];
        for left in wards {
            for entered in wards {
                let away = TicketMovedAway {
                    ticket_id: TicketId(1),
                    ward_id: left,
                    to_ward_id: entered,
                    version: 1,
                };
                let body = EventBody::TicketMovedAway(away);
                db.execute(&format!(
                    "INSERT INTO event_log (kind, audience, left_ward_id, ward_id, payload, at)
                     VALUES ('{}', 'only_ward', {}, {}, '{}', 5)",
                    body.name(), column(left), column(entered), body.payload().unwrap(),
                ))
                .await;
            }
        }
        db.everybody_hears_what_the_rule_says().await;
        assert_eq!(db.heard_by(ADMIN).await, []);
        // Of sixteen moves: away from Turi to anywhere else.
        assert_eq!(db.heard_by(WARD).await.len(), 3);
    }

    async fn what_has_no_ward_is_heard_by_admins_alone(db) {
        db.settle().await;
        db.write_in("SM1", "+254712345678", "Habari").await;
        assert_eq!(db.heard_by(ADMIN).await.len(), 2);
        for user in [REGION, DISTRICT, WARD, ELSEWHERE] {
            assert_eq!(db.heard_by(user).await, []);
        }
        assert_eq!(db.heard_by(UserId(999)).await, []);
    }

    async fn who_is_deactivated_hears_only_what_is_told_to_them(db) {
        db.settle_with_ticket(TURI).await;
        assert!(!db.heard_by(WARD).await.is_empty());
        let rights = Rights { role: Role::Officer, disabled: true, areas: vec![TURI] };
        db.set_rights(WARD, &rights).await;
        let heard: Vec<&str> =
            db.heard_by(WARD).await.iter().map(|event| event.body.name()).collect();
        assert_eq!(heard, ["claims_changed"]);
    }

    async fn rights_are_those_of_now_and_not_of_when_it_happened(db) {
        db.settle_with_ticket(TURI).await;
        let heard_before = db.heard_by(WARD).await;
        assert_eq!(db.heard_by(ELSEWHERE).await, []);
        let turi = Rights { role: Role::Officer, disabled: false, areas: vec![TURI] };
        let none = Rights { areas: vec![], ..turi.clone() };
        db.set_rights(ELSEWHERE, &turi).await;
        db.set_rights(WARD, &none).await;
        assert_eq!(db.heard_by(ELSEWHERE).await[..heard_before.len()], heard_before);
        let heard: Vec<&str> =
            db.heard_by(WARD).await.iter().map(|event| event.body.name()).collect();
        assert_eq!(heard, ["claims_changed", "access_revoked"]);
    }

    async fn a_page_lies_between_two_positions_and_is_bounded(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        for nth in 0..5 {
            db.answer(WARD, ticket, &format!("c{nth}")).await;
        }
        let all = db.heard_by(ADMIN).await;
        let page = db.store.events_for(ADMIN, all[1].id, all[4].id, 100).await.unwrap();
        assert_eq!(page, all[2..5]);
        let page = db.store.events_for(ADMIN, all[1].id, all[4].id, 2).await.unwrap();
        assert_eq!(page, all[2..4]);
    }
}
