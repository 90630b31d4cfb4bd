//! The live side over a real database: a SQLite file with a small world in it.
//!
//! ```text
//! Country ─┬─ East ─┬─ Alder
//!          │        └─ Birch
//!          └─ West ─── Cedar
//! ```

mod replay;
mod start;

use crate::clock::SystemClock;
use crate::limits::Limits;
use crate::secrets::{Argon2Pool, KeyRing};
use crate::standing::Standing;
use crate::telemetry::metrics::Prometheus;
use domain::areas::AreaLevel;
use domain::caller::Caller;
use domain::demo::{DemoArea, DemoCustomer, DemoStaff, DemoWorld};
use domain::desk::Desk;
use domain::id::{AreaId, CustomerId, SessionId, UserId};
use domain::session::{Generation, Policy};
use domain::staff::{Locale, Role};
use domain::store::Store;
use domain::time::{Clock, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use storage::{OpenOptions, Storage};
use tempfile::TempDir;
use uuid::Uuid;

/// Country, East, West, Alder, Birch, Cedar.
const AREAS: [AreaId; 6] = [AreaId(1), AreaId(2), AreaId(3), AreaId(4), AreaId(5), AreaId(6)];
const WARDS: [AreaId; 3] = [AREAS[3], AREAS[4], AREAS[5]];
/// An admin, an officer of East, one of Alder, and one of nothing.
const STAFF: [UserId; 4] = [UserId(1), UserId(2), UserId(3), UserId(4)];
/// One of Alder, and one whom nobody has placed.
const CUSTOMERS: [CustomerId; 2] = [CustomerId(1), CustomerId(2)];

const POLICY: Policy = Policy {
    access_ttl: Duration::from_secs(900),
    window: Duration::from_secs(43_200),
    idle: Duration::from_secs(43_200),
    reuse_interval: Duration::from_secs(10),
};

/// The database, what use cases are handed, and what the node remembers.
struct World {
    _folder: TempDir,
    storage: Arc<Storage>,
    desk: Desk,
    standing: Arc<Standing>,
}

impl World {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("wardline.db").display());
        let few = OpenOptions { connections: 1, readers: 2 };
        let storage = storage::open(&url, few).await.unwrap();
        assert!(storage.plant(&world(), "hash").await.unwrap());
        let store: Arc<dyn Store> = storage.clone();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let standing = Standing::load(store.clone(), clock.clone(), POLICY).await.unwrap();
        let desk = Desk {
            store,
            clock: clock.clone(),
            tokens: Arc::new(KeyRing::from_text(&KeyRing::generate().unwrap()).unwrap()),
            passwords: Arc::new(Argon2Pool::new(1, 1)),
            limits: Arc::new(Limits::new(None, clock)),
            measures: Arc::new(Prometheus),
            receipts: standing.clone(),
            policy: POLICY,
            demo: false,
        };
        Self { _folder: folder, storage, desk, standing }
    }
}

/// Somebody whose token says that they are an admin.
fn admin() -> Caller {
    Caller {
        user: STAFF[0],
        session: SessionId(Uuid::nil()),
        generation: Generation::FIRST,
        role: Role::Admin,
        claims_version: 1,
        access_expires_at: Timestamp::from_millis(i64::MAX),
    }
}

fn phone(customer: CustomerId) -> String {
    format!("+25470000000{customer}")
}

fn world() -> DemoWorld {
    let area = |parent, level, name: &str| DemoArea { parent, level, name: name.to_owned() };
    let person = |name: &str, role, areas| DemoStaff {
        email: format!("{name}@wardline.test"),
        full_name: name.to_owned(),
        phone_number: None,
        role,
        locale: Locale::En,
        areas,
    };
    let farmer = |id, ward| DemoCustomer {
        full_name: "Farmer".to_owned(),
        phone_number: phone(id),
        ward,
        locale: Locale::En,
        created_at: Timestamp::from_millis(0),
    };
    DemoWorld {
        areas: vec![
            area(None, AreaLevel::Country, "Country"),
            area(Some(0), AreaLevel::District, "East"),
            area(Some(0), AreaLevel::District, "West"),
            area(Some(1), AreaLevel::Ward, "Alder"),
            area(Some(1), AreaLevel::Ward, "Birch"),
            area(Some(2), AreaLevel::Ward, "Cedar"),
        ],
        staff: vec![
            person("admin", Role::Admin, vec![]),
            person("east", Role::Officer, vec![1]),
            person("alder", Role::Officer, vec![3]),
            person("nowhere", Role::Officer, vec![]),
        ],
        customers: vec![farmer(CUSTOMERS[0], Some(3)), farmer(CUSTOMERS[1], None)],
        tickets: Vec::new(),
    }
}
