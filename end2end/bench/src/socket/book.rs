//! What a herd of sockets has heard.

use crate::fault::{Fault, Outcome};
use std::collections::HashMap;
use std::time::Instant;

/// A message on one socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Receipt {
    /// The event's position.
    pub(crate) id: u64,
    /// When it was read.
    pub(crate) at: Instant,
}

/// What all sockets together have heard since the last [`Book::clear`].
#[derive(Debug)]
pub(crate) struct Book {
    /// Events of the log, per socket.
    heard: Vec<usize>,
    /// Messages among them.
    receipts: Vec<Receipt>,
    /// Which message has which position; one socket looks that up for all.
    marks: HashMap<u64, u64>,
    /// When the first event arrived anywhere, and the last.
    span: Option<(Instant, Instant)>,
    /// Sockets that have caught up, and when the last one had.
    ready: usize,
    last_ready: Option<Instant>,
    /// What must not happen: a refusal, a reset, a closed socket, an event twice.
    faults: Vec<String>,
}

impl Book {
    pub(super) fn new(sockets: usize) -> Self {
        Self {
            heard: vec![0; sockets],
            receipts: Vec::new(),
            marks: HashMap::new(),
            span: None,
            ready: 0,
            last_ready: None,
            faults: Vec::new(),
        }
    }

    /// Forgets what was heard, not what went wrong.
    pub(crate) fn clear(&mut self) {
        self.heard.fill(0);
        self.receipts.clear();
        self.marks.clear();
        self.span = None;
    }

    pub(super) fn note_event(&mut self, socket: usize, id: u64, message: bool, at: Instant) {
        if let Some(count) = self.heard.get_mut(socket) {
            *count += 1;
        }
        if message {
            self.receipts.push(Receipt { id, at });
        }
        let (first, _) = self.span.unwrap_or((at, at));
        self.span = Some((first, at));
    }

    pub(super) fn note_mark(&mut self, id: u64, mark: u64) {
        self.marks.insert(id, mark);
    }

    pub(super) fn note_ready(&mut self, at: Instant) {
        self.ready += 1;
        self.last_ready = Some(at);
    }

    pub(super) fn note_fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    pub(crate) fn ready(&self) -> usize {
        self.ready
    }

    pub(crate) fn last_ready(&self) -> Option<Instant> {
        self.last_ready
    }

    /// Events of the log on all sockets.
    pub(crate) fn deliveries(&self) -> usize {
        self.heard.iter().sum()
    }

    /// The messages among them.
    pub(crate) fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// The number of the message at a position.
    pub(crate) fn mark(&self, id: u64) -> Option<u64> {
        self.marks.get(&id).copied()
    }

    /// When the first event arrived anywhere, and the last.
    pub(crate) fn span(&self) -> Option<(Instant, Instant)> {
        self.span
    }

    /// Fails when anything went wrong.
    pub(crate) fn no_faults(&self) -> Outcome<()> {
        match self.faults.first() {
            None => Ok(()),
            Some(first) => {
                let count = self.faults.len();
                Err(Fault::new(format!("{count} of {} sockets failed: {first}", self.heard.len())))
            }
        }
    }

    /// Fails unless every socket has heard as much as every other.
    pub(crate) fn all_alike(&self) -> Outcome<()> {
        let least = self.heard.iter().min().copied().unwrap_or(0);
        let most = self.heard.iter().max().copied().unwrap_or(0);
        if least == most {
            return Ok(());
        }
        Err(Fault::new(format!("one socket has heard {least} events, another {most}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_that_heard_different_things_are_noticed() {
        let mut book = Book::new(2);
        let now = Instant::now();
        book.note_event(0, 1, true, now);
        assert!(book.all_alike().is_err());
        book.note_event(1, 1, true, now);
        assert!(book.all_alike().is_ok());
        assert_eq!((book.deliveries(), book.receipts().len()), (2, 2));
        book.clear();
        assert_eq!(book.deliveries(), 0);
    }

    #[test]
    fn a_fault_outlives_what_was_heard() {
        let mut book = Book::new(3);
        book.note_fault("closed".to_owned());
        book.clear();
        assert_eq!(book.no_faults().unwrap_err().to_string(), "1 of 3 sockets failed: closed");
    }
}
