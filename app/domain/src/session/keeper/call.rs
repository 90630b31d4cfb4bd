//! A call on its way: what its client remembers of it, and what becomes of its answer.
//!
//! Nothing that was asked for in an older epoch is handed on, a 401 that asks for it leads to one repeat
//! with newer tokens, and a repeat never goes out for another person than the first try.

use super::Keeper;
use crate::id::{SessionId, UserId};
use crate::refusal::Refusal;
use crate::session::Generation;

/// What a client remembers of a call that goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Whose page sends it.
    pub user: Option<UserId>,
    /// The session that it is for. The server refuses it when the cookies are another one's.
    pub session: Option<SessionId>,
    /// The generation of the tokens that it goes out with.
    pub generation: Generation,
    epoch: u64,
    /// Whether it is the repeat.
    pub repeated: bool,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// It goes to whoever asked.
    Deliver,
    /// The call was not carried out: it goes out once more, after the refresh.
    Repeat,
    /// It was asked for in a life of the page that is over: nobody may see it.
    Drop,
}

impl Keeper {
    /// What a call is for that was just asked for. It may have to wait before it goes out.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            user: self.user(),
            session: self.session(),
            generation: self.generation(),
            epoch: self.epoch,
            repeated: false,
        }
    }

    /// What to remember of a call that goes out now, as it was asked for or, when it was sent before, as
    /// its repeat. `None` when somebody else is here meanwhile: then it must not go out.
    #[must_use]
    pub fn set_out(&self, asked: &Stamp, repeated: bool) -> Option<Stamp> {
        let same = asked.user.is_none() || asked.user == self.user();
        same.then(|| Stamp { repeated, ..self.stamp() })
    }

    /// What becomes of the answer to a call, which the server refused for `why` if it did.
    #[must_use]
    pub fn follow(&self, sent: &Stamp, why: Option<&Refusal>) -> Follow {
        if sent.epoch != self.epoch {
            return Follow::Drop;
        }
        let renew = matches!(why, Some(Refusal::TokenExpired | Refusal::ClaimsStale));
        if renew && !sent.repeated { Follow::Repeat } else { Follow::Deliver }
    }
}
