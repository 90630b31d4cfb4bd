//! The shape of a demo data set. Indexes point into the vectors of [`DemoWorld`].

use crate::areas::AreaLevel;
use crate::staff::{Locale, Role};
use crate::time::Timestamp;

/// Everything a first start plants when the demo is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoWorld {
    /// Parents come before their children.
    pub areas: Vec<DemoArea>,
    /// The staff, with the areas each is assigned to.
    pub staff: Vec<DemoStaff>,
    /// The farmers.
    pub customers: Vec<DemoCustomer>,
    /// Their conversations, oldest first.
    pub tickets: Vec<DemoTicket>,
}

/// One node of the area tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoArea {
    /// Index of the parent, `None` for the country.
    pub parent: Option<usize>,
    /// How high it stands in the tree.
    pub level: AreaLevel,
    /// The name people know it by.
    pub name: String,
}

/// One member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoStaff {
    /// What they sign in with.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// In international form, when there is one.
    pub phone_number: Option<String>,
    /// What they may do.
    pub role: Role,
    /// The language of their screens.
    pub locale: Locale,
    /// Indexes of the areas they are assigned to.
    pub areas: Vec<usize>,
}

/// One farmer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoCustomer {
    /// First and last name.
    pub full_name: String,
    /// In international form, unique.
    pub phone_number: String,
    /// Index of their ward; `None` for a number nobody has placed yet.
    pub ward: Option<usize>,
    /// The language they write in.
    pub locale: Locale,
    /// When they first wrote.
    pub created_at: Timestamp,
}

/// One conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoTicket {
    /// Index of the farmer.
    pub customer: usize,
    /// Index of the ward.
    pub ward: Option<usize>,
    /// The moment of the first message.
    pub created_at: Timestamp,
    /// Who closed it and when; `None` while it is open.
    pub resolved: Option<DemoResolution>,
    /// At least one, ascending in time.
    pub messages: Vec<DemoMessage>,
}

/// The end of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoResolution {
    /// Index of the member of staff.
    pub by: usize,
    /// When.
    pub at: Timestamp,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoMessage {
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: DemoAuthor,
    /// The text.
    pub body: String,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoAuthor {
    /// The ticket's farmer.
    Customer,
    /// Index of the member of staff.
    Staff(usize),
}
