//! The sockets of this node: by socket, by person (the room `user:{id}`), by session.

use super::conn::Conn;
use domain::id::{SessionId, UserId};
use engineioxide::socket::Sid;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All connections of this node.
#[derive(Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
}

#[derive(Default)]
pub(super) struct Inner {
    by_sid: HashMap<Sid, Arc<Conn>>,
    /// All connections of a person, oldest first.
    by_user: HashMap<UserId, Vec<Arc<Conn>>>,
    /// The rooms `user:{id}`: connections that have caught up and hear live events.
    rooms: HashMap<UserId, Vec<Arc<Conn>>>,
}

impl Registry {
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while holding the lock leaves plain maps behind, which are still true.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, sid: Sid) -> Option<Arc<Conn>> {
        self.lock().by_sid.get(&sid).map(Arc::clone)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().by_sid.len()
    }

    /// All connections, as they are at this moment.
    pub(super) fn all(&self) -> Vec<Arc<Conn>> {
        self.lock().by_sid.values().map(Arc::clone).collect()
    }

    /// All connections of a person.
    pub(super) fn of_user(&self, user: UserId) -> Vec<Arc<Conn>> {
        self.lock().by_user.get(&user).cloned().unwrap_or_default()
    }

    /// All connections of a session of a person.
    pub(super) fn of_session(&self, user: UserId, session: SessionId) -> Vec<Arc<Conn>> {
        let mut own = self.of_user(user);
        own.retain(|conn| conn.session() == session);
        own
    }

    /// Takes a connection in; answers those of the person, oldest first, that are over `limit`.
    pub(super) fn add(&self, conn: &Arc<Conn>, limit: usize) -> Vec<Arc<Conn>> {
        let mut inner = self.lock();
        inner.by_sid.insert(conn.sid(), Arc::clone(conn));
        let own = inner.by_user.entry(conn.user()).or_default();
        own.push(Arc::clone(conn));
        own.iter().take(own.len().saturating_sub(limit)).map(Arc::clone).collect()
    }

    pub(super) fn remove(&self, sid: Sid) -> Option<Arc<Conn>> {
        let mut inner = self.lock();
        let conn = inner.by_sid.remove(&sid)?;
        inner.leave(&conn);
        take_out(&mut inner.by_user, &conn);
        Some(conn)
    }
}

impl Inner {
    /// Puts a connection into its person's room. One that is gone already stays out.
    pub(super) fn join(&mut self, conn: &Arc<Conn>) {
        if !self.by_sid.contains_key(&conn.sid()) {
            return;
        }
        let room = self.rooms.entry(conn.user()).or_default();
        if !room.iter().any(|other| other.sid() == conn.sid()) {
            room.push(Arc::clone(conn));
        }
    }

    /// Takes a connection out of its person's room.
    pub(super) fn leave(&mut self, conn: &Conn) {
        take_out(&mut self.rooms, conn);
    }

    /// The connections in a person's room.
    pub(super) fn room(&self, user: UserId) -> &[Arc<Conn>] {
        self.rooms.get(&user).map_or(&[], Vec::as_slice)
    }
}

fn take_out(lists: &mut HashMap<UserId, Vec<Arc<Conn>>>, conn: &Conn) {
    if let Some(list) = lists.get_mut(&conn.user()) {
        list.retain(|other| other.sid() != conn.sid());
        if list.is_empty() {
            lists.remove(&conn.user());
        }
    }
}
