//! Tickets: the inbox and the conversation.

mod actions;
pub mod api;
mod context;
pub mod conversation;
pub mod drafts;
mod filters;
mod keys;
pub mod list;
mod place;
pub mod words;
