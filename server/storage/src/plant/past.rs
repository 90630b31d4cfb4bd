//! What follows from a demo world: messages in the order of time, what each ticket's row repeats of
//! them, and how far everybody has read. Pure; indexes point into the world or into [`Past`].

use crate::error::impossible;
use domain::demo::{DemoAuthor, DemoTicket, DemoWorld};
use domain::staff::Role;
use domain::store::Stored;
use domain::tickets::{Source, text};
use domain::time::Timestamp;

/// The past of a world.
pub(super) struct Past<'a> {
    /// Of all tickets, ascending in time.
    pub(super) messages: Vec<PastMessage<'a>>,
    /// As many as the world's, in the same order.
    pub(super) tickets: Vec<Shown>,
    pub(super) reads: Vec<Read>,
}

pub(super) struct PastMessage<'a> {
    pub(super) ticket: usize,
    pub(super) author: Author,
    pub(super) body: &'a str,
    pub(super) at: Timestamp,
}

/// Who wrote a message: the index of a farmer or of a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    Customer(usize),
    Staff(usize),
}

impl Author {
    pub(super) fn source(self) -> Source {
        match self {
            Self::Customer(_) => Source::Customer,
            Self::Staff(_) => Source::Staff,
        }
    }
}

/// What a ticket's row repeats of its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) last_message: usize,
    pub(super) last_message_at: Timestamp,
    pub(super) last_from: Source,
    pub(super) last_of_customer: Option<usize>,
    pub(super) last_of_staff: Option<usize>,
    pub(super) answered_by: Option<usize>,
    pub(super) excerpt: String,
    pub(super) waiting_since: Option<Timestamp>,
    pub(super) version: i64,
}

/// How far a member of staff has read a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) staff: usize,
    pub(super) ticket: usize,
    pub(super) up_to: usize,
}

impl<'a> Past<'a> {
    /// Works out the past of a world.
    pub(super) fn of(world: &'a DemoWorld) -> Stored<Self> {
        let mut messages: Vec<PastMessage<'a>> = Vec::new();
        for (index, ticket) in world.tickets.iter().enumerate() {
            messages.extend(ticket.messages.iter().map(|message| PastMessage {
                ticket: index,
                author: match message.from {
                    DemoAuthor::Customer => Author::Customer(ticket.customer),
                    DemoAuthor::Staff(staff) => Author::Staff(staff),
                },
                body: &message.body,
                at: message.at,
            }));
        }
        // Stable: messages of a ticket stay in their order.
        messages.sort_by_key(|message| message.at);

        let mut of_ticket: Vec<Vec<usize>> = vec![Vec::new(); world.tickets.len()];
        for (index, message) in messages.iter().enumerate() {
            if let Some(list) = of_ticket.get_mut(message.ticket) {
                list.push(index);
            }
        }
        let tickets = world
            .tickets
            .iter()
            .zip(&of_ticket)
            .map(|(ticket, own)| shown(ticket, own, &messages))
            .collect::<Stored<Vec<_>>>()?;
        let reads = reads(world, &tickets)?;
        Ok(Self { messages, tickets, reads })
    }
}

fn shown(ticket: &DemoTicket, own: &[usize], messages: &[PastMessage<'_>]) -> Stored<Shown> {
    let listed = || own.iter().filter_map(|&index| Some((index, messages.get(index)?)));
    let Some((last_message, last)) = listed().next_back() else {
        return Err(impossible("a ticket without messages began", ticket.created_at));
    };
    let newest_of = |source| listed().rfind(|(_, message)| message.author.source() == source);
    let of_staff = newest_of(Source::Staff);
    let last_of_staff = of_staff.map(|(index, _)| index);
    let waits_with = listed().find(|(index, message)| {
        message.author.source() == Source::Customer && Some(*index) > last_of_staff
    });
    let steps = own.len() + usize::from(ticket.resolved.is_some());
    Ok(Shown {
        last_message,
        last_message_at: last.at,
        last_from: last.author.source(),
        last_of_customer: newest_of(Source::Customer).map(|(index, _)| index),
        last_of_staff,
        answered_by: of_staff.and_then(|(_, message)| match message.author {
            Author::Staff(staff) => Some(staff),
            Author::Customer(_) => None,
        }),
        excerpt: text::excerpt(last.body),
        waiting_since: waits_with
            .filter(|_| ticket.resolved.is_none())
            .map(|(_, message)| message.at),
        version: i64::try_from(steps).unwrap_or(i64::MAX),
    })
}

/// Everybody who sees a ticket has read it: a closed one to its end, an open one to the newest answer.
/// What a customer wrote since is unread.
fn reads(world: &DemoWorld, tickets: &[Shown]) -> Stored<Vec<Read>> {
    let mut reads = Vec::new();
    for (index, (ticket, shown)) in world.tickets.iter().zip(tickets).enumerate() {
        let up_to = match ticket.resolved {
            Some(_) => Some(shown.last_message),
            None => shown.last_of_staff,
        };
        let Some(up_to) = up_to else { continue };
        let above = path(world, ticket.ward)?;
        let sees = |staff: usize| {
            world.staff.get(staff).is_some_and(|one| {
                one.role == Role::Admin || one.areas.iter().any(|area| above.contains(area))
            })
        };
        let readers = (0..world.staff.len()).filter(|&staff| sees(staff));
        reads.extend(readers.map(|staff| Read { staff, ticket: index, up_to }));
    }
    Ok(reads)
}

/// An area and all above it.
fn path(world: &DemoWorld, area: Option<usize>) -> Stored<Vec<usize>> {
    let mut path = Vec::new();
    let mut next = area;
    while let Some(index) = next {
        let area = world.areas.get(index).ok_or_else(|| impossible("no such area", index))?;
        if area.parent.is_some_and(|parent| parent >= index) {
            return Err(impossible("an area comes before its parent", &area.name));
        }
        path.push(index);
        next = area.parent;
    }
    Ok(path)
}

#[cfg(test)]
#[path = "past_tests.rs"]
mod tests;
