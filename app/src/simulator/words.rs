//! The words of the simulator.
#![expect(missing_docs, reason = "a word says itself what it says")]

pub const TITLE: &str = "Customer simulator";
pub const ABOUT: &str = "Write as a farmer. The message goes in by the same door as a WhatsApp \
                         message, and answers of the staff come back here. Demo mode only.";
pub const TO_INBOX: &str = "Back to the inbox";
pub const ABSENT_TITLE: &str = "There is no simulator here";
pub const ABSENT_TEXT: &str = "It runs in demo mode only.";
pub const SEARCH: &str = "Search by name or number";
pub const WHO: &str = "Who writes";
pub const NOBODY: &str = "No farmer is called so.";
pub const NEW_NUMBER: &str = "A new number";
pub const NUMBER: &str = "Number";
pub const NUMBER_HINT: &str = "+254712345678";
pub const NAME: &str = "Name";
pub const NO_WARD: &str = "no ward yet";
pub const SAY: &str = "Say";
pub const PHONE: &str = "Phone";
pub const SERVICE: &str = "Wardline";
pub const SERVICE_WHAT: &str = "Extension service";
pub const MESSAGES: &str = "Messages";
pub const MESSAGE: &str = "Message";
pub const SEND: &str = "Send";
pub const OWN: &str = "You: ";
pub const THEIRS: &str = "Wardline: ";
pub const NOTHING_YET: &str = "Nothing was written yet.";
pub const NUMBER_FIRST: &str = "Give a number and a name first.";
pub const SENTENCES: [&str; 3] = [
    "Kuku wangu wanakufa, nifanye nini?",
    "When should I plant beans after these rains?",
    "Bei ya DAP ni ngapi leo?",
];
