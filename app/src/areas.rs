//! The area tree, as far as the signed-in person reaches.

pub mod api;
