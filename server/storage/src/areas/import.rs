//! Adding to the tree what it does not hold yet, in one transaction.
//!
//! The whole tree is read once: it is small beside what hangs on it, and one look per area of a file
//! would be thousands.

use super::{AreaRow, BY_LEVEL, areas, close, insert};
use crate::db::{Storage, Tx};
use crate::log::append;
use crate::sql::Sql;
use domain::areas::import::AreaPath;
use domain::areas::{AreaLevel, AreasAdded};
use domain::event::{AccessChanged, EventBody};
use domain::id::{AreaId, UserId};
use domain::store::Stored;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What an area is known by: the one above it, its level and its name.
type Key = (Option<AreaId>, AreaLevel, String);
/// An area and all above it, nearest first.
type Upwards = Vec<AreaId>;

impl Storage {
    /// What [`AreaStore::add_areas`] promises.
    ///
    /// [`AreaStore::add_areas`]: domain::areas::AreaStore::add_areas
    pub(super) async fn import_areas(&self, paths: &[AreaPath]) -> Stored<AreasAdded> {
        let mut tx = self.begin().await?;
        if tx.is_postgres() {
            // Of two imports at once, the second finds what the first has added.
            tx.run(Sql::new("LOCK TABLE areas IN SHARE ROW EXCLUSIVE MODE")).await?;
        }
        let mut tree = tree(&mut tx).await?;
        let mut named: HashSet<AreaId> = HashSet::new();
        let mut added: Vec<Upwards> = Vec::new();
        for path in paths {
            let mut above: Upwards = Vec::new();
            for (level, name) in path.steps() {
                let key = (above.first().copied(), level, name.to_owned());
                above = if let Some(found) = tree.get(&key) {
                    found.clone()
                } else {
                    let new = insert(&mut tx, &above, level, name).await?;
                    tree.insert(key, new.clone());
                    added.push(new.clone());
                    new
                };
                named.extend(above.first());
            }
        }
        close(&mut tx, &added).await?;
        let first = added.iter().filter_map(|path| path.first()).min();
        if let Some(&first) = first {
            let gained = gained(&mut tx, first).await?;
            append(&mut tx, &gained, None).await?;
        }
        tx.commit().await?;
        Ok(AreasAdded { added: added.len(), known: named.len().saturating_sub(added.len()) })
    }
}

async fn tree(tx: &mut Tx) -> Stored<HashMap<Key, Upwards>> {
    let mut sql = Sql::new("SELECT a.id, a.parent_id, a.level, a.name FROM areas a ORDER BY ");
    sql.push(BY_LEVEL);
    let rows: Vec<AreaRow> = tx.all(sql).await?;
    let mut paths: HashMap<AreaId, Upwards> = HashMap::with_capacity(rows.len());
    let mut tree = HashMap::with_capacity(rows.len());
    for area in areas(rows)? {
        let above = area.parent_id.and_then(|parent| paths.get(&parent));
        let mut path = vec![area.id];
        path.extend(above.into_iter().flatten());
        paths.insert(area.id, path.clone());
        // Of two with one name the first counts.
        tree.entry((area.parent_id, area.level, area.name)).or_insert(path);
    }
    Ok(tree)
}

/// What officers are to be told whose areas hold wards from `first` on: running nodes learn from it who
/// covers those. Each ward once per person.
async fn gained(tx: &mut Tx, first: AreaId) -> Stored<Vec<EventBody>> {
    let sql = Sql::new(
        "SELECT s.user_id, s.area_id, w.id
         FROM areas w
         JOIN area_closure c ON c.descendant_id = w.id
         JOIN assignments s ON s.area_id = c.ancestor_id
         WHERE w.level = 'ward' AND w.id >= $1
         ORDER BY s.user_id, s.area_id, w.id",
    );
    let rows: Vec<(i64, i64, i64)> = tx.all(sql.bind(first)).await?;
    let mut told: HashSet<(i64, i64)> = HashSet::new();
    let mut wards: BTreeMap<(i64, i64), Vec<AreaId>> = BTreeMap::new();
    for (user, area, ward) in rows {
        if told.insert((user, ward)) {
            wards.entry((user, area)).or_default().push(AreaId(ward));
        }
    }
    let event = |((user, area), ward_ids)| {
        let (user_id, area_id) = (UserId(user), AreaId(area));
        EventBody::AccessGranted(AccessChanged { user_id, area_id, ward_ids })
    };
    Ok(wards.into_iter().map(event).collect())
}
