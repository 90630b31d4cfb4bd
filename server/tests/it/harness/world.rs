//! The small world of the tests.
//!
//! ```text
//! Kenya ─┬─ North ─┬─ Coast ───┬─ Harbour  Amina  (open, she waits)
//!        │         │           └─ Hill     Baraka (open, answered)
//!        │         └─ Inland ──── River    Chebet (resolved)
//!        └─ South ─── Lowland ─── Plain    Dalila (open)
//!                     no ward              Esther (open)
//! ```

use domain::areas::AreaLevel;
use domain::demo::{
    DemoArea, DemoAuthor, DemoCustomer, DemoMessage, DemoResolution, DemoStaff, DemoTicket,
    DemoWorld,
};
use domain::session::Passwords;
use domain::session::service::SignIn;
use domain::staff::{Locale, Role};
use domain::store::Store;
use domain::time::{Clock, Timestamp};
use server::clock::SystemClock;
use server::secrets::Argon2Pool;
use std::time::Duration;
use tokio::sync::OnceCell;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Sees everything.
pub(crate) const ADMIN: &str = "admin@wardline.test";
/// Officer of the region North.
pub(crate) const NORTH: &str = "north@wardline.test";
/// Officer of the district Coast.
pub(crate) const COAST: &str = "coast@wardline.test";
/// Officer of the ward Harbour.
pub(crate) const HARBOUR: &str = "harbour@wardline.test";
/// Officer of the ward Hill.
pub(crate) const HILL: &str = "hill@wardline.test";
/// Officer of the region South.
pub(crate) const SOUTH: &str = "south@wardline.test";
/// All of them.
pub(crate) const EVERYBODY: [&str; 6] = [ADMIN, NORTH, COAST, HARBOUR, HILL, SOUTH];

/// Amina of Harbour.
pub(crate) const AMINA: &str = "+254700000001";
/// Dalila of Plain.
pub(crate) const DALILA: &str = "+254700000004";

/// What somebody of this world signs in with.
pub(crate) fn attempt(email: &str) -> SignIn {
    SignIn {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        device_name: Some(format!("device of {email}")),
    }
}

/// Puts the world into an empty database; leaves one alone that has it already.
pub(crate) async fn plant(store: &dyn Store) {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let hash =
        HASH.get_or_init(|| async { Argon2Pool::new(1, 1).hash(PASSWORD).await.unwrap() }).await;
    store.plant(&world(SystemClock.now()), hash).await.unwrap();
}

fn world(now: Timestamp) -> DemoWorld {
    let ago = |minutes: u64| now.minus(Duration::from_secs(minutes * 60));
    DemoWorld {
        areas: areas(),
        staff: vec![
            staff(ADMIN, "Ada Admin", Role::Admin, vec![]),
            staff(NORTH, "Nora North", Role::Officer, vec![1]),
            staff(COAST, "Cosmas Coast", Role::Officer, vec![3]),
            staff(HARBOUR, "Halima Harbour", Role::Officer, vec![6]),
            staff(HILL, "Hamisi Hill", Role::Officer, vec![7]),
            staff(SOUTH, "Sofia South", Role::Officer, vec![2]),
        ],
        customers: vec![
            customer("Amina Otieno", 1, Some(6), ago(900)),
            customer("Baraka Mwangi", 2, Some(7), ago(800)),
            customer("Chebet Kiprop", 3, Some(8), ago(700)),
            customer("Dalila Njeri", 4, Some(9), ago(600)),
            customer("Esther Wafula", 5, None, ago(500)),
        ],
        tickets: vec![
            ticket(
                2,
                Some(8),
                Some((1, ago(600))),
                vec![
                    said(ago(690), "My goats cough."),
                    answered(ago(610), 1, "Keep them dry and apart."),
                ],
            ),
            ticket(
                0,
                Some(6),
                None,
                vec![
                    said(ago(120), "When do I plant maize?"),
                    said(ago(90), "The rains have come."),
                ],
            ),
            ticket(
                1,
                Some(7),
                None,
                vec![
                    said(ago(80), "What does DAP cost?"),
                    answered(ago(70), 4, "Ask at the cooperative."),
                ],
            ),
            ticket(3, Some(9), None, vec![said(ago(60), "My beans have spots.")]),
            ticket(4, None, None, vec![said(ago(50), "Hello?")]),
        ],
    }
}

fn areas() -> Vec<DemoArea> {
    let area = |parent: Option<usize>, level: AreaLevel, name: &str| DemoArea {
        parent,
        level,
        name: name.to_owned(),
    };
    vec![
        area(None, AreaLevel::Country, "Kenya"),
        area(Some(0), AreaLevel::Region, "North"),
        area(Some(0), AreaLevel::Region, "South"),
        area(Some(1), AreaLevel::District, "Coast"),
        area(Some(1), AreaLevel::District, "Inland"),
        area(Some(2), AreaLevel::District, "Lowland"),
        area(Some(3), AreaLevel::Ward, "Harbour"),
        area(Some(3), AreaLevel::Ward, "Hill"),
        area(Some(4), AreaLevel::Ward, "River"),
        area(Some(5), AreaLevel::Ward, "Plain"),
    ]
}

fn staff(email: &str, full_name: &str, role: Role, areas: Vec<usize>) -> DemoStaff {
    DemoStaff {
        email: email.to_owned(),
        full_name: full_name.to_owned(),
        phone_number: None,
        role,
        locale: Locale::En,
        areas,
    }
}

fn customer(name: &str, number: u32, ward: Option<usize>, created_at: Timestamp) -> DemoCustomer {
    DemoCustomer {
        full_name: name.to_owned(),
        phone_number: format!("+25470000000{number}"),
        ward,
        locale: Locale::En,
        created_at,
    }
}

fn ticket(
    customer: usize,
    ward: Option<usize>,
    resolved: Option<(usize, Timestamp)>,
    messages: Vec<DemoMessage>,
) -> DemoTicket {
    DemoTicket {
        customer,
        ward,
        created_at: messages[0].at,
        resolved: resolved.map(|(by, at)| DemoResolution { by, at }),
        messages,
    }
}

fn said(at: Timestamp, body: &str) -> DemoMessage {
    DemoMessage { at, from: DemoAuthor::Customer, body: body.to_owned() }
}

fn answered(at: Timestamp, by: usize, body: &str) -> DemoMessage {
    DemoMessage { at, from: DemoAuthor::Staff(by), body: body.to_owned() }
}
