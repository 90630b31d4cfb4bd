//! The ticket list: pages by cursor along an index, newest activity first.

use super::row::{TicketRow, push_select};
use crate::areas::{push_below, push_covered};
use crate::db::Storage;
use crate::sql::{Sql, contains};
use domain::caller::Reach;
use domain::id::UserId;
use domain::page::{Page, page_size};
use domain::store::{StoreError, Stored};
use domain::tickets::{Ticket, TicketFilter};
use domain::time::Timestamp;

/// How many tickets a page holds unless asked otherwise.
const USUAL: u32 = 30;

const ORDER: &str = " ORDER BY t.last_message_at DESC, t.id DESC";

impl Storage {
    pub(super) async fn page_of_tickets(
        &self,
        reach: Reach,
        for_user: UserId,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> Stored<Page<Ticket>> {
        let after = filter.after.as_deref().map(Position::parse);
        let after = after.map(|read| read.ok_or(StoreError::UnreadableCursor)).transpose()?;
        let limit = page_size(filter.limit, USUAL);

        // First which rows, along an index; then what the page shows of just those.
        let mut sql = Sql::new("WITH page AS (SELECT t.id FROM tickets t");
        push_where(&mut sql, reach, for_user, filter, now);
        if let Some(Position { at, id }) = after {
            sql.push(" AND (t.last_message_at, t.id) < (").push_list([at.into(), id.into()]);
            sql.push(")");
        }
        // One more than asked for tells whether there is a next page.
        sql.push(ORDER).push(" LIMIT ").push_bind(limit + 1).push(") ");
        push_select(&mut sql, Some(for_user), "page JOIN tickets t ON t.id = page.id");
        sql.push(ORDER);

        let rows: Vec<TicketRow> = self.all(sql).await?;
        let items: Vec<Ticket> = rows.into_iter().map(Ticket::try_from).collect::<Stored<_>>()?;
        Ok(cut(items, limit, |ticket| {
            let position = Position { at: ticket.last_message_at.millis(), id: ticket.id.get() };
            position.text()
        }))
    }
}

/// A page of the first `limit` of `items`, with the cursor of its last one when there are more.
pub(crate) fn cut<T>(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(cursor) } else { None };
    Page { items, next }
}

fn push_where(
    sql: &mut Sql,
    reach: Reach,
    for_user: UserId,
    filter: &TicketFilter,
    now: Timestamp,
) {
    let q = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    if q.is_some() {
        sql.push(" JOIN customers c ON c.id = t.customer_id");
    }
    sql.push(" WHERE TRUE");
    if let Some(status) = filter.status {
        sql.push(" AND t.status = ").push_bind(status.as_str());
    }
    if let Reach::Of(officer) = reach {
        sql.push(" AND t.ward_id IN (");
        push_covered(sql, officer);
        sql.push(")");
    }
    if let Some(area) = filter.ward {
        sql.push(" AND t.ward_id IN (");
        push_below(sql, area);
        sql.push(")");
    }
    if let Some(q) = q {
        push_search(sql, q);
    }
    push_states(sql, for_user, filter, now);
}

fn push_search(sql: &mut Sql, q: &str) {
    let pattern = contains(q);
    for (nth, column) in
        ["c.name_key", "c.phone_number", "lower(t.ticket_number)"].into_iter().enumerate()
    {
        sql.push(if nth == 0 { " AND (" } else { " OR " });
        sql.push(column).push(" LIKE ").push_bind(pattern.as_str()).push(r" ESCAPE '\'");
    }
    sql.push(")");
}

fn push_states(sql: &mut Sql, for_user: UserId, filter: &TicketFilter, now: Timestamp) {
    if filter.unread {
        sql.push(
            " AND t.last_customer_message_id > COALESCE(
                (SELECT r.last_read_message_id FROM ticket_reads r
                 WHERE r.ticket_id = t.id AND r.user_id = ",
        );
        sql.push_bind(for_user).push("), 0)");
    }
    if filter.unanswered {
        sql.push(" AND t.waiting_since IS NOT NULL");
    }
    if let Some(bucket) = filter.waiting {
        let (after, up_to) = bucket.bounds(now);
        if let Some(after) = after {
            sql.push(" AND t.waiting_since > ").push_bind(after);
        }
        if let Some(up_to) = up_to {
            sql.push(" AND t.waiting_since <= ").push_bind(up_to);
        }
    }
    if filter.mine {
        sql.push(" AND (t.assigned_to = ").push_bind(for_user);
        sql.push(" OR t.answered_by = ").push_bind(for_user).push(")");
    }
}

/// Where a page ends: the time and id of its last ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    at: i64,
    id: i64,
}

impl Position {
    fn text(self) -> String {
        format!("{}.{}", self.at, self.id)
    }

    fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_anything_else_is_none() {
        let position = Position { at: -5, id: 7 };
        assert_eq!(Position::parse(&position.text()), Some(position));
        for wrong in ["", ".", "5", "5.", ".7", "5.7.9", "a.b", "99999999999999999999.1"] {
            assert_eq!(Position::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_page_has_a_next_one_only_when_there_is_more() {
        assert_eq!(cut(vec![1, 2], 2, i32::to_string), Page { items: vec![1, 2], next: None });
        let first = cut(vec![1, 2, 3], 2, i32::to_string);
        assert_eq!(first, Page { items: vec![1, 2], next: Some("2".into()) });
    }
}
