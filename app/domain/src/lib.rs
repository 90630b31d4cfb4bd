//! The rules of Wardline, without IO: what the product is, in types and decisions.
//!
//! Everything here compiles natively and to WebAssembly and has no features. Time and randomness
//! are arguments. What needs the outside world goes through a port (a trait) that `storage` or
//! `server` implements, so a rule's test needs neither a database nor a web framework.
//!
//! | module | what it answers |
//! |---|---|
//! | [`id`], [`time`] | how things are named, what time is |
//! | [`refusal`], [`failure`] | what a person may be told, what broke |
//! | [`caller`] | who asks, and the proofs of what they may do |
//! | [`session`] | tokens, rotation, sign-in and sign-out |
//! | [`areas`], [`staff`], [`customers`], [`tickets`] | the subjects, each with types, use cases and its port |
//! | [`event`] | what the ordered log says and who may hear it |
//! | [`limits`] | how often somebody may do what costs much |
//! | [`measures`] | what use cases tell of themselves |
//! | [`store`] | all ports of the database in one |
//! | [`desk`] | what a use case is handed: the ports and the settings |
//! | [`demo`] | the shape of a demo data set |

pub mod areas;
pub mod caller;
pub mod customers;
pub mod demo;
pub mod desk;
pub mod event;
pub mod failure;
pub mod id;
pub mod idempotency;
pub mod limits;
pub mod measures;
pub mod page;
pub mod refusal;
pub mod session;
pub mod staff;
pub mod store;
pub mod tickets;
pub mod time;
