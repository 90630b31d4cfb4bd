//! What staff see, and the server functions behind it.
//!
//! Compiled twice: with feature `ssr` into the server, with `hydrate` into the browser. What only
//! the server has stands in `ssr`, so that nothing else needs a `cfg` for it.

pub mod error;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod ssr;

pub use routes::{App, shell};
