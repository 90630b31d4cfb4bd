//! The words of the inbox and of conversations.
#![expect(missing_docs, reason = "a word says itself what it says")]

use domain::refusal::Refusal;
use domain::tickets::WaitBucket;

// The list.
pub const INBOX: &str = "Inbox";
pub const TICKETS: &str = "Tickets";
pub const WHOSE: &str = "Whose";
pub const MINE: &str = "Mine";
pub const ALL: &str = "All";
pub const SEARCH: &str = "Search tickets";
pub const STATUS: &str = "Status";
pub const OPEN: &str = "Open";
pub const RESOLVED: &str = "Resolved";
pub const WARD: &str = "Ward";
pub const ALL_WARDS: &str = "All wards";
pub const UNREAD: &str = "Unread";
pub const UNANSWERED: &str = "Unanswered";
pub const WAITING: &str = "Waiting";
pub const ANY_WAIT: &str = "Any wait";
pub const APPLY: &str = "Apply";
pub const STAFF_WROTE: &str = "Staff: ";
pub const AI_WROTE: &str = "AI: ";
pub const NO_WARD: &str = "No ward yet";
pub const LOAD_MORE: &str = "Load more";
pub const LOADING: &str = "Loading…";
pub const EMPTY_TITLE: &str = "Nobody is waiting here";
pub const EMPTY_FILTERED: &str =
    "No ticket fits these filters. Farmers’ messages appear here by themselves.";
pub const EMPTY_OPEN: &str = "No ticket is open. Farmers’ messages appear here by themselves.";
pub const CLEAR: &str = "Clear the filters";
pub const FAILED_TITLE: &str = "The tickets could not be loaded";
pub const TRY_AGAIN: &str = "Try again";

// The conversation.
pub const CONVERSATION: &str = "Conversation";
pub const CHOOSE: &str = "Choose a ticket";
pub const CHOOSE_TEXT: &str = "Its conversation opens here.";
pub const BACK: &str = "Back to the inbox";
pub const DETAILS: &str = "Details";
pub const RESOLVE: &str = "Resolve";
pub const REOPEN: &str = "Reopen";
pub const MESSAGES: &str = "Messages";
pub const EARLIER: &str = "Earlier messages";
pub const NEW: &str = "New";
pub const YOU: &str = "You";
pub const AI: &str = "AI";
pub const ATTACHMENT: &str = "Attachment";
pub const SENDING: &str = "Sending";
pub const NO_CONNECTION: &str = "Not sent: no connection. It will go out by itself.";
pub const QUEUED: &str = "Waiting to be sent";
pub const SENT: &str = "Sent";
pub const DELIVERED: &str = "Delivered";
pub const READ: &str = "Read";
pub const UNDELIVERED: &str = "Not delivered: the customer’s phone could not be reached.";
pub const EDIT: &str = "Edit";
pub const REPLY: &str = "Reply";
pub const REPLY_HINT: &str = "Reply…";
pub const SEND: &str = "Send";
pub const SEND_KEYS: &str = "Ctrl ↵";
pub const DRAFT_KEPT: &str = "Draft kept";
pub const SEND_ANYWAY: &str = "Send anyway";
pub const KEEP_AS_DRAFT: &str = "Keep as draft";
pub const YOUR_REPLIES: &str = "Your replies, not sent:";
pub const YOUR_REPLY: &str = "Your reply, not sent:";
pub const REOPEN_TO_REPLY: &str = "Reopen it to reply.";
pub const GONE_TITLE: &str = "This ticket is no longer yours";
pub const GONE_TEXT: &str = "It moved to a ward that you do not cover.";
pub const MISSING_TITLE: &str = "There is no such ticket";
pub const MISSING_TEXT: &str = "It may be in a ward that you do not cover.";
pub const CONVERSATION_FAILED: &str = "The conversation could not be loaded";
pub const QUEUE_FULL: &str = "Too many replies wait to be sent. This one stays in the composer.";
pub const LOST: &str = "Not sent: no connection. Your text is safe.";

// The context.
pub const CUSTOMER: &str = "Customer";
pub const THIS_TICKET: &str = "This ticket";
pub const NUMBER: &str = "Number";
pub const STATE: &str = "State";
pub const STATE_OPEN: &str = "open, answered";
pub const STATE_RESOLVED: &str = "resolved";
pub const OPENED: &str = "Opened";
pub const RESOLVED_AT: &str = "Resolved";
pub const EARLIER_TICKETS: &str = "Other tickets";

// The keys.
pub const KEYS: &str = "Keys";
pub const KEY_SHEET: [(&str, &str); 9] = [
    ("j  k", "Next and previous ticket"),
    ("Enter", "Open the ticket"),
    ("r", "Reply"),
    ("e", "Resolve, then the next ticket"),
    ("u", "Next unread ticket"),
    ("/", "Search"),
    ("Esc", "Back to the list"),
    ("Ctrl Enter", "Send the reply"),
    ("?", "This sheet"),
];

/// How long somebody has waited, as a filter.
#[must_use]
pub const fn bucket(bucket: WaitBucket) -> &'static str {
    match bucket {
        WaitBucket::UnderHour => "Under 1 hour",
        WaitBucket::UnderDay => "1 to 24 hours",
        WaitBucket::UnderTwoDays => "24 to 48 hours",
        WaitBucket::Longer => "Over 48 hours",
    }
}

/// How many tickets are listed, with a plus when there are more.
#[must_use]
pub fn count(rows: usize, more: bool, resolved: bool) -> String {
    let (plus, what) = (if more { "+" } else { "" }, if resolved { "resolved" } else { "open" });
    format!("{rows}{plus} {what}")
}

/// How much is new.
#[must_use]
pub fn news(count: usize) -> String {
    format!("{count} new")
}

/// How long this customer has waited.
#[must_use]
pub fn open_waiting(span: &str) -> String {
    format!("open, waiting {span}")
}

/// Who answered meanwhile.
#[must_use]
pub fn answered(name: &str, clock: &str) -> String {
    format!("{name} answered at {clock}")
}

/// Who closed it, where that is known; the moment follows.
#[must_use]
pub fn resolved_by(name: Option<&str>) -> String {
    name.map_or_else(|| "Resolved at".to_owned(), |name| format!("Resolved by {name} at"))
}

/// What was done, in a toast.
#[must_use]
pub fn is_resolved(number: &str) -> String {
    format!("{number} resolved")
}

/// Why a reply did not go out.
#[must_use]
pub fn not_sent(why: Option<&Refusal>) -> String {
    why.map_or_else(
        || LOST.to_owned(),
        |why| format!("Not sent: {} Your text is safe.", why.detail()),
    )
}
