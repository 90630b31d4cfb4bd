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

    /// All connections of a session.
    pub(super) fn of_session(&self, session: SessionId) -> Vec<Arc<Conn>> {
        let all = self.lock();
        all.by_sid.values().filter(|conn| conn.session() == session).map(Arc::clone).collect()
    }

    /// Takes a connection in; answers those of the person, oldest first, that are over `limit`.
    pub(super) fn add(&self, conn: &Arc<Conn>, limit: usize) -> Vec<Arc<Conn>> {
        let mut inner = self.lock();
        inner.by_sid.insert(conn.sid(), Arc::clone(conn));
        let mut own: Vec<Arc<Conn>> = inner
            .by_sid
            .values()
            .filter(|other| other.user() == conn.user())
            .map(Arc::clone)
            .collect();
        own.sort_by_key(|conn| conn.number());
        let over = own.len().saturating_sub(limit);
        own.truncate(over);
        own
    }

    pub(super) fn remove(&self, sid: Sid) -> Option<Arc<Conn>> {
        let mut inner = self.lock();
        let conn = inner.by_sid.remove(&sid)?;
        inner.leave(&conn);
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
        if let Some(room) = self.rooms.get_mut(&conn.user()) {
            room.retain(|other| other.sid() != conn.sid());
            if room.is_empty() {
                self.rooms.remove(&conn.user());
            }
        }
    }

    /// The connections in a person's room.
    pub(super) fn room(&self, user: UserId) -> &[Arc<Conn>] {
        self.rooms.get(&user).map_or(&[], Vec::as_slice)
    }
}
