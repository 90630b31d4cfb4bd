//! The small world that most stories play in.
//!
//! ```text
//! Kenya ── Nakuru ── Molo ─── Turi, Elburgon
//!       │         └─ Njoro ── Mauche
//!       └─ Kisii ─── Bobasi ─ Nyacheki
//! ```

use crate::harness::TestDb;
use domain::areas::AreaLevel;
use domain::customers::{CustomerChanged, CustomerEdit, CustomerStore};
use domain::demo::{DemoArea, DemoStaff, DemoWorld};
use domain::event::{Event, EventBody, EventStore};
use domain::id::{AreaId, CustomerId, EventId, TicketId, UserId};
use domain::staff::{Locale, Role};
use domain::store::Store;
use domain::tickets::{
    Channel, Inbound, Ingested, Message, NewReply, ReplyOutcome, Ticket, TicketStore,
};

pub(crate) const KENYA: AreaId = AreaId(1);
pub(crate) const NAKURU: AreaId = AreaId(2);
pub(crate) const KISII: AreaId = AreaId(3);
pub(crate) const MOLO: AreaId = AreaId(4);
pub(crate) const NJORO: AreaId = AreaId(5);
pub(crate) const BOBASI: AreaId = AreaId(6);
pub(crate) const TURI: AreaId = AreaId(7);
pub(crate) const ELBURGON: AreaId = AreaId(8);
pub(crate) const MAUCHE: AreaId = AreaId(9);
pub(crate) const NYACHEKI: AreaId = AreaId(10);

pub(crate) const ADMIN: UserId = UserId(1);
/// Officer of Nakuru, a region.
pub(crate) const REGION: UserId = UserId(2);
/// Officer of Molo, a district.
pub(crate) const DISTRICT: UserId = UserId(3);
/// Officer of Turi, a ward.
pub(crate) const WARD: UserId = UserId(4);
/// Officer of Bobasi, far away.
pub(crate) const ELSEWHERE: UserId = UserId(5);
pub(crate) const EVERYBODY: [UserId; 5] = [ADMIN, REGION, DISTRICT, WARD, ELSEWHERE];

/// Where the log stands once areas and staff are planted: everybody was introduced.
pub(crate) const SETTLED: EventId = EventId(9);

const FARMER: &str = "+254700000001";

fn areas() -> Vec<DemoArea> {
    let area = |parent, level, name: &str| DemoArea { parent, level, name: name.into() };
    vec![
        area(None, AreaLevel::Country, "Kenya"),
        area(Some(0), AreaLevel::Region, "Nakuru"),
        area(Some(0), AreaLevel::Region, "Kisii"),
        area(Some(1), AreaLevel::District, "Molo"),
        area(Some(1), AreaLevel::District, "Njoro"),
        area(Some(2), AreaLevel::District, "Bobasi"),
        area(Some(3), AreaLevel::Ward, "Turi"),
        area(Some(3), AreaLevel::Ward, "Elburgon"),
        area(Some(4), AreaLevel::Ward, "Mauche"),
        area(Some(5), AreaLevel::Ward, "Nyacheki"),
    ]
}

fn staff() -> Vec<DemoStaff> {
    let one = |name: &str, role, areas| DemoStaff {
        email: format!("{}@wardline.test", name.to_lowercase()),
        full_name: format!("{name} Person"),
        phone_number: None,
        role,
        locale: Locale::En,
        areas,
    };
    vec![
        one("Admin", Role::Admin, vec![]),
        one("Region", Role::Officer, vec![1]),
        one("District", Role::Officer, vec![3]),
        one("Ward", Role::Officer, vec![6]),
        one("Elsewhere", Role::Officer, vec![5]),
    ]
}

/// Areas and staff, and nothing that happened.
pub(crate) fn quiet() -> DemoWorld {
    DemoWorld { areas: areas(), staff: staff(), customers: Vec::new(), tickets: Vec::new() }
}

/// A message as a channel hands it in.
pub(crate) fn inbound(external_id: &str, phone_number: &str, body: &str) -> Inbound {
    Inbound {
        external_id: external_id.into(),
        phone_number: phone_number.into(),
        profile_name: Some("Wanjiru Kamau".into()),
        body: body.into(),
        media_url: None,
        media_type: None,
    }
}

/// A reply as an author writes it.
pub(crate) fn reply(ticket: TicketId, client_id: &str, body: &str) -> NewReply {
    NewReply { ticket, body: body.into(), client_id: client_id.into(), base: None, force: false }
}

impl TestDb {
    /// Plants areas and staff.
    pub(crate) async fn settle(&self) {
        assert!(self.store.plant(&quiet(), "hash").await.unwrap());
        assert_eq!(self.head().await, SETTLED);
    }

    /// Plants areas and staff; a farmer of `ward` has written in. Answers the ticket.
    pub(crate) async fn settle_with_ticket(&self, ward: AreaId) -> TicketId {
        self.settle().await;
        let ticket = self.write_in("first", FARMER, "Habari").await.message.ticket_id;
        self.place(FARMER, ward).await;
        ticket
    }

    /// A farmer writes in.
    pub(crate) async fn write_in(&self, external_id: &str, phone: &str, body: &str) -> Ingested {
        self.write_in_over(Channel::Simulator, external_id, phone, body).await
    }

    /// A farmer writes in over a channel.
    pub(crate) async fn write_in_over(
        &self,
        channel: Channel,
        external_id: &str,
        phone: &str,
        body: &str,
    ) -> Ingested {
        self.store.ingest(channel, &inbound(external_id, phone, body)).await.unwrap()
    }

    /// The farmer of [`TestDb::settle_with_ticket`] writes again.
    pub(crate) async fn write_again(&self, external_id: &str, body: &str) -> Message {
        self.write_in(external_id, FARMER, body).await.message
    }

    /// An admin places a farmer.
    pub(crate) async fn place(&self, phone: &str, ward: AreaId) {
        let sql = format!("SELECT id FROM customers WHERE phone_number = '{phone}'");
        let customer = CustomerId(self.number(&sql).await);
        let edit = self.move_to(ward).await;
        let changed = self.edit(customer, &edit).await;
        assert!(matches!(changed, CustomerChanged::Done(_)), "{changed:?}");
    }

    /// A move to an area, as an admin may order it.
    pub(crate) async fn move_to(&self, area: AreaId) -> CustomerEdit {
        let into = Some(self.admin_of(Some(area)).await);
        CustomerEdit { into, ..CustomerEdit::default() }
    }

    /// An admin changes a farmer, wherever they are.
    pub(crate) async fn edit(&self, id: CustomerId, edit: &CustomerEdit) -> CustomerChanged {
        let ward = self.store.customer(id).await.unwrap().and_then(|known| known.ward_id);
        let officer = self.admin_of(ward).await;
        self.store.change_customer(&officer, id, edit).await.unwrap()
    }

    /// Somebody answers, and nothing is in the way.
    pub(crate) async fn answer(&self, user: UserId, ticket: TicketId, client_id: &str) -> Message {
        let ward = self.ticket(ticket).await.ward_id;
        let officer = self.officer(user, ward).await;
        let outcome =
            self.store.reply(&officer, &reply(ticket, client_id, "Karibu")).await.unwrap();
        let ReplyOutcome::Sent(message) = outcome else { panic!("not sent: {outcome:?}") };
        message
    }

    /// A ticket as an admin sees it.
    pub(crate) async fn ticket(&self, id: TicketId) -> Ticket {
        self.ticket_for(id, ADMIN).await
    }

    /// A ticket as somebody sees it.
    pub(crate) async fn ticket_for(&self, id: TicketId, user: UserId) -> Ticket {
        self.store.ticket(id, user).await.unwrap().unwrap()
    }

    /// Where the log stands.
    pub(crate) async fn head(&self) -> EventId {
        self.store.head().await.unwrap().head
    }

    /// What the log says after a position.
    pub(crate) async fn said_after(&self, after: EventId) -> Vec<EventBody> {
        self.log_after(after).await.into_iter().map(|event| event.body).collect()
    }

    /// The names of what the log says after a position.
    pub(crate) async fn names_after(&self, after: EventId) -> Vec<&'static str> {
        self.said_after(after).await.iter().map(EventBody::name).collect()
    }

    /// The log after a position.
    pub(crate) async fn log_after(&self, after: EventId) -> Vec<Event> {
        self.store.events_after(after, 100_000).await.unwrap()
    }
}
