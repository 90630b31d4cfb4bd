//! The customer simulator: the farmer's side of a conversation, for demonstrations.

pub mod api;
pub mod page;
mod phone;
mod who;
pub mod words;
