//! The audit log: noting in it, and reading what it says of one person.

use crate::db::{Storage, Tx};
use crate::sql::Sql;
use crate::tickets::cut;
use domain::id::{SecurityEventId, SessionId, UserId};
use domain::page::{PAGE_ITEMS_MAX, Page};
use domain::session::{SecurityActor, SecurityEvent, SecurityKind};
use domain::store::Stored;
use domain::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

/// A line of the audit log: what happened to whom, and who did it where somebody did.
pub(crate) struct SecurityNote<'a> {
    pub(crate) kind: &'static str,
    pub(crate) user: UserId,
    pub(crate) session: Option<SessionId>,
    pub(crate) actor: Option<UserId>,
    pub(crate) detail: &'a str,
}

/// Notes it in the audit log.
pub(crate) async fn note_security(tx: &mut Tx, note: SecurityNote<'_>) -> Stored<()> {
    let insert = Sql::new(
        "INSERT INTO security_events (user_id, session_id, actor_id, kind, detail, at)
         VALUES ($1, $2, $3, $4, $5, {now})",
    );
    let whom = insert.bind(note.user).bind(note.session).bind(note.actor);
    tx.run(whom.bind(note.kind).bind(note.detail)).await.map(|_| ())
}

#[derive(FromRow)]
struct Line {
    id: i64,
    kind: String,
    detail: String,
    at: i64,
    session_id: Option<Uuid>,
    device: Option<String>,
    actor_id: Option<i64>,
    actor_name: Option<String>,
}

impl From<Line> for SecurityEvent {
    fn from(line: Line) -> Self {
        let actor = line.actor_id.zip(line.actor_name);
        Self {
            id: SecurityEventId(line.id),
            kind: SecurityKind::parse(&line.kind),
            detail: line.detail,
            at: Timestamp::from_millis(line.at),
            session_id: line.session_id.map(SessionId),
            device: line.device,
            actor: actor.map(|(id, full_name)| SecurityActor { id: UserId(id), full_name }),
        }
    }
}

impl Storage {
    pub(super) async fn page_of_security_events(
        &self,
        user: UserId,
        before: Option<SecurityEventId>,
        limit: u32,
    ) -> Stored<Page<SecurityEvent>> {
        let limit = limit.clamp(1, PAGE_ITEMS_MAX);
        // The log outlives sessions, whose devices then have no name any more.
        let mut sql = Sql::new(
            "SELECT e.id, e.kind, e.detail, e.at, e.session_id, s.device, e.actor_id,
                a.full_name AS actor_name
             FROM security_events e
             LEFT JOIN sessions s ON s.id = e.session_id
             LEFT JOIN users a ON a.id = e.actor_id
             WHERE e.user_id = $1",
        )
        .bind(user);
        if let Some(before) = before {
            sql.push(" AND e.id < ").push_bind(before);
        }
        sql.push(" ORDER BY e.id DESC LIMIT ").push_bind(limit + 1);
        let lines: Vec<Line> = self.all(sql).await?;
        let items = lines.into_iter().map(SecurityEvent::from).collect();
        Ok(cut(items, limit, |event: &SecurityEvent| event.id.to_string()))
    }
}
