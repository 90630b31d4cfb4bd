//! Parts without a subject: what every page is put together from.

pub mod avatar;
pub mod dom;
pub mod empty;
pub mod icon;
pub mod panel;
pub mod password;
pub mod patience;
pub mod select;
pub mod skeleton;
pub mod theme;
pub mod theme_choice;
pub mod time;
pub mod toast;
pub mod words;

pub use avatar::Avatar;
pub use empty::Empty;
pub use icon::Icon;
pub use panel::Panel;
pub use password::PasswordField;
pub use patience::Patience;
pub use select::{Choice, Select};
pub use skeleton::SkeletonRows;
pub use theme_choice::ThemeChoice;
