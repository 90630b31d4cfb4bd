//! Tickets and their messages.
//!
//! A ticket's row repeats what lists show of its newest message. It is locked before a message is
//! inserted, so within a ticket ids ascend in the order of arrival, and nobody sees a message without
//! the row that goes with it.

mod ingest;
mod list;
mod messages;
mod moves;
mod reads;
mod reply;
mod row;

pub(crate) use ingest::number_text;
pub(crate) use list::cut;
pub(crate) use row::ticket_for_events;

use crate::db::Storage;
use crate::sql::Sql;
use async_trait::async_trait;
use domain::caller::{Caller, OfficerOf, Reach};
use domain::id::{CustomerId, MessageId, TicketId, UserId};
use domain::page::Page;
use domain::store::Stored;
use domain::tickets::{
    Channel, Inbound, Ingested, Message, MessageQuery, MoveOutcome, NewReply, ReadOutcome,
    ReplyOutcome, Ticket, TicketFilter, TicketStore,
};
use domain::time::Timestamp;
use row::TicketRow;

#[async_trait]
impl TicketStore for Storage {
    async fn tickets(
        &self,
        reach: Reach,
        for_user: UserId,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> Stored<Page<Ticket>> {
        self.page_of_tickets(reach, for_user, filter, now).await
    }

    async fn ticket(&self, id: TicketId, for_user: UserId) -> Stored<Option<Ticket>> {
        let row: Option<TicketRow> = self.maybe(row::select_one(id, Some(for_user))).await?;
        row.map(Ticket::try_from).transpose()
    }

    async fn messages(&self, query: MessageQuery) -> Stored<Page<Message>> {
        self.page_of_messages(query).await
    }

    async fn ingest(&self, channel: Channel, inbound: &Inbound) -> Stored<Ingested> {
        self.take_in(channel, inbound).await
    }

    async fn reply(&self, officer: &OfficerOf, reply: &NewReply) -> Stored<ReplyOutcome> {
        self.store_reply(officer, reply).await
    }

    async fn resolve(&self, officer: &OfficerOf, ticket: TicketId) -> Stored<MoveOutcome> {
        self.close_ticket(officer, ticket).await
    }

    async fn reopen(&self, officer: &OfficerOf, ticket: TicketId) -> Stored<MoveOutcome> {
        self.open_ticket_again(officer, ticket).await
    }

    async fn mark_read(
        &self,
        caller: &Caller,
        ticket: TicketId,
        up_to: MessageId,
    ) -> Stored<ReadOutcome> {
        self.note_read(caller.user, ticket, up_to).await
    }

    async fn conversation_of(&self, customer: CustomerId, limit: u32) -> Stored<Vec<Message>> {
        let newest =
            Sql::new("SELECT id FROM tickets WHERE customer_id = $1 ORDER BY id DESC LIMIT 1");
        let found: Option<(i64,)> = self.maybe(newest.bind(customer)).await?;
        let Some((ticket,)) = found else { return Ok(Vec::new()) };
        let query = MessageQuery { ticket: TicketId(ticket), before: None, limit };
        let mut page = self.page_of_messages(query).await?;
        page.items.reverse();
        Ok(page.items)
    }
}
