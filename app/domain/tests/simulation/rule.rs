//! What must hold in a world, and what is said when something of it broke.

/// The rules, as the head of `main` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Nobody is signed out without a reason.
    SignedOut,
    /// Nobody sees what is somebody else's.
    Person,
    /// A theft is found.
    Theft,
    /// A superseded token is answered only in its own window or while its successor is unseen.
    Window,
    /// Nobody holds a token of a generation that was never issued.
    Issued,
    /// The server is asked by a tab once at a time, and not more often than there is reason to.
    Load,
    /// No call goes out with tokens that are known to be over.
    Gate,
    /// After the last fault everything comes right, and every call was done.
    Recovery,
}

/// A rule broke.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) rule: Rule,
    /// What happened, for whoever looks into it.
    pub(crate) what: String,
}

/// What a part of a world comes to.
pub(crate) type Holds<T = ()> = Result<T, Broken>;

impl Rule {
    pub(crate) fn broken(self, what: impl Into<String>) -> Broken {
        Broken { rule: self, what: what.into() }
    }
}
