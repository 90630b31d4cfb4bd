//! The area tree. Who covers what is one look into the closure: every pair of an area and one at or
//! below it.

mod import;

use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::sql::{Sql, Value};
use async_trait::async_trait;
use domain::areas::import::AreaPath;
use domain::areas::{Area, AreaDetail, AreaLevel, AreaStore, AreasAdded, Coverage};
use domain::id::{AreaId, UserId};
use domain::store::{StoreError, Stored};
use sqlx::FromRow;

/// From the highest level to the lowest, for ORDER BY.
const BY_LEVEL: &str = "CASE a.level WHEN 'country' THEN 0 WHEN 'region' THEN 1 \
                        WHEN 'district' THEN 2 ELSE 3 END, a.name, a.id";

#[derive(FromRow)]
struct AreaRow {
    id: i64,
    parent_id: Option<i64>,
    level: String,
    name: String,
}

impl TryFrom<AreaRow> for Area {
    type Error = StoreError;

    fn try_from(row: AreaRow) -> Stored<Self> {
        let level = AreaLevel::parse(&row.level)
            .ok_or_else(|| impossible("the level of an area", &row.level))?;
        Ok(Self { id: AreaId(row.id), parent_id: row.parent_id.map(AreaId), level, name: row.name })
    }
}

fn areas(rows: Vec<AreaRow>) -> Stored<Vec<Area>> {
    rows.into_iter().map(Area::try_from).collect()
}

/// `SELECT` of all areas that the officer in service `user` covers, to stand inside `IN (…)`.
pub(crate) fn push_covered(sql: &mut Sql, user: UserId) {
    sql.push(
        "SELECT ac.descendant_id
         FROM users au
         JOIN assignments aa ON aa.user_id = au.id
         JOIN area_closure ac ON ac.ancestor_id = aa.area_id
         WHERE NOT au.disabled AND au.role = 'eo' AND au.id = ",
    )
    .push_bind(user);
}

/// `SELECT` of everything at or below `area`, to stand inside `IN (…)`.
pub(crate) fn push_below(sql: &mut Sql, area: AreaId) {
    sql.push("SELECT descendant_id FROM area_closure WHERE ancestor_id = ").push_bind(area);
}

/// The wards at or below any of `areas`, each with the area it lies below.
pub(crate) async fn wards_of(tx: &mut Tx, areas: &[AreaId]) -> Stored<Vec<(AreaId, AreaId)>> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT c.ancestor_id, c.descendant_id
         FROM area_closure c JOIN areas w ON w.id = c.descendant_id
         WHERE w.level = 'ward' AND c.ancestor_id IN (",
    );
    sql.push_list(areas.iter().map(|&id| id.into())).push(") ORDER BY c.descendant_id");
    let rows: Vec<(i64, i64)> = tx.all(sql).await?;
    Ok(rows.into_iter().map(|(area, ward)| (AreaId(area), AreaId(ward))).collect())
}

/// Adds areas, each with the index of its parent, which must come before it. Answers their ids.
pub(crate) async fn add(
    tx: &mut Tx,
    new: &[(Option<usize>, AreaLevel, &str)],
) -> Stored<Vec<AreaId>> {
    let mut ids: Vec<AreaId> = Vec::with_capacity(new.len());
    // Each with itself and all above it, nearest first.
    let mut paths: Vec<Vec<AreaId>> = Vec::with_capacity(new.len());
    for &(parent, level, name) in new {
        let above = match parent {
            Some(index) => paths
                .get(index)
                .ok_or_else(|| impossible("an area comes before its parent", name))?
                .as_slice(),
            None => &[],
        };
        let path = insert(tx, above, level, name).await?;
        ids.extend(path.first());
        paths.push(path);
    }
    close(tx, &paths).await?;
    Ok(ids)
}

/// Adds one area; answers it with all above it, nearest first, as `above` is.
async fn insert(
    tx: &mut Tx,
    above: &[AreaId],
    level: AreaLevel,
    name: &str,
) -> Stored<Vec<AreaId>> {
    let sql =
        Sql::new("INSERT INTO areas (parent_id, level, name) VALUES ($1, $2, $3) RETURNING id")
            .bind(above.first().copied())
            .bind(level.as_str())
            .bind(name);
    let (id,): (i64,) = tx.one(sql).await?;
    let mut path = Vec::with_capacity(above.len() + 1);
    path.push(AreaId(id));
    path.extend_from_slice(above);
    Ok(path)
}

async fn close(tx: &mut Tx, paths: &[Vec<AreaId>]) -> Stored<()> {
    let mut rows: Vec<[Value; 3]> = Vec::new();
    for path in paths {
        let Some(&below) = path.first() else { continue };
        for (depth, &above) in (0_i64..).zip(path) {
            rows.push([above.into(), below.into(), depth.into()]);
        }
    }
    let head = "INSERT INTO area_closure (ancestor_id, descendant_id, depth) VALUES ";
    tx.run_all(Sql::inserts(head, &rows)).await
}

#[async_trait]
impl AreaStore for Storage {
    async fn areas_below(&self, parent: Option<AreaId>) -> Stored<Vec<Area>> {
        let mut sql = Sql::new("SELECT id, parent_id, level, name FROM areas WHERE parent_id ");
        match parent {
            Some(id) => sql.push("= ").push_bind(id),
            None => sql.push("IS NULL"),
        };
        sql.push(" ORDER BY name, id");
        areas(self.all(sql).await?)
    }

    async fn area(&self, id: AreaId) -> Stored<Option<AreaDetail>> {
        let upwards = Sql::new(
            "SELECT a.id, a.parent_id, a.level, a.name
             FROM area_closure c JOIN areas a ON a.id = c.ancestor_id
             WHERE c.descendant_id = $1 ORDER BY c.depth DESC",
        );
        let mut path = areas(self.all(upwards.bind(id)).await?)?;
        let Some(area) = path.pop() else { return Ok(None) };
        let children = self.areas_below(Some(id)).await?;
        let counted = Sql::new(
            "SELECT COUNT(*) FROM area_closure c JOIN areas a ON a.id = c.descendant_id
             WHERE c.ancestor_id = $1 AND a.level = 'ward'",
        );
        let (ward_count,): (i64,) = self.one(counted.bind(id)).await?;
        Ok(Some(AreaDetail { area, path, children, ward_count }))
    }

    async fn wards_below(&self, id: AreaId) -> Stored<Vec<AreaId>> {
        let sql = Sql::new(
            "SELECT a.id FROM area_closure c JOIN areas a ON a.id = c.descendant_id
             WHERE c.ancestor_id = $1 AND a.level = 'ward' ORDER BY a.id",
        );
        let rows: Vec<(i64,)> = self.all(sql.bind(id)).await?;
        Ok(rows.into_iter().map(|(id,)| AreaId(id)).collect())
    }

    async fn areas_of(&self, user: UserId) -> Stored<Vec<Area>> {
        let mut sql = Sql::new(
            "SELECT a.id, a.parent_id, a.level, a.name
             FROM assignments s JOIN areas a ON a.id = s.area_id
             WHERE s.user_id = $1 ORDER BY ",
        )
        .bind(user);
        sql.push(BY_LEVEL);
        areas(self.all(sql).await?)
    }

    async fn areas_within_reach(&self, user: UserId) -> Stored<Vec<Area>> {
        let mut sql = Sql::new(
            "SELECT a.id, a.parent_id, a.level, a.name FROM areas a
             WHERE EXISTS (SELECT 1 FROM users u
                           WHERE u.id = $1 AND u.role = 'admin' AND NOT u.disabled)
                OR a.id IN (",
        )
        .bind(user);
        push_covered(&mut sql, user);
        sql.push(") ORDER BY ").push(BY_LEVEL);
        areas(self.all(sql).await?)
    }

    async fn covers(&self, user: UserId, ward: AreaId) -> Stored<bool> {
        let mut sql = Sql::new("SELECT CAST(1 AS BIGINT) WHERE $1 IN (").bind(ward);
        push_covered(&mut sql, user);
        sql.push(")");
        let found: Option<(i64,)> = self.maybe(sql).await?;
        Ok(found.is_some())
    }

    async fn add_areas(&self, paths: &[AreaPath]) -> Stored<AreasAdded> {
        self.import_areas(paths).await
    }

    async fn coverage(&self) -> Stored<Coverage> {
        let admins: Vec<(i64,)> =
            self.all(Sql::new("SELECT id FROM users WHERE role = 'admin' ORDER BY id")).await?;
        let wards: Vec<(i64, i64)> = self
            .all(Sql::new(
                "SELECT DISTINCT u.id, a.id
                 FROM users u
                 JOIN assignments s ON s.user_id = u.id
                 JOIN area_closure c ON c.ancestor_id = s.area_id
                 JOIN areas a ON a.id = c.descendant_id
                 WHERE a.level = 'ward'
                 ORDER BY u.id, a.id",
            ))
            .await?;
        let disabled: Vec<(i64,)> =
            self.all(Sql::new("SELECT id FROM users WHERE disabled ORDER BY id")).await?;
        Ok(Coverage {
            admins: admins.into_iter().map(|(id,)| UserId(id)).collect(),
            wards: wards.into_iter().map(|(user, ward)| (UserId(user), AreaId(ward))).collect(),
            disabled: disabled.into_iter().map(|(id,)| UserId(id)).collect(),
        })
    }
}
