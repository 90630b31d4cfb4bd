//! What the use cases tell of themselves to whoever measures.

/// The measures of one node.
pub trait Measures: Send + Sync {
    /// Somebody tried to sign in, at whichever entrance: `signed_in`, or the code they were refused with.
    fn sign_in(&self, outcome: &'static str);
}
