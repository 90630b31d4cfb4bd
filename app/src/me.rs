//! One's own devices, and what happened to one's sessions and rights.

pub mod api;
mod devices;
mod events;
pub mod page;
pub mod words;
