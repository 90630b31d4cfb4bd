//! The one icon set: drawings of 20 × 20, one stroke each, in the colour of the text around them.

use leptos::prelude::*;

/// A drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The mark of the project.
    Leaf,
    /// The inbox; also an empty one.
    Inbox,
    /// A search.
    Search,
    /// Opens below; the end of a log.
    Down,
    /// One step back.
    Back,
    /// One step on.
    Next,
    /// The top of a list.
    Up,
    /// Done; sent.
    Check,
    /// Delivered.
    Checks,
    /// Waiting.
    Clock,
    /// Something is over or lost.
    Alert,
    /// Closes.
    Close,
    /// Sends.
    Send,
    /// The pane at the side.
    Details,
    /// Once more.
    Retry,
    /// To the clipboard.
    Copy,
    /// Leaves.
    SignOut,
    /// A farmer's phone.
    Phone,
}

impl Icon {
    /// 20 px.
    #[must_use]
    pub fn draw(self) -> impl IntoView + use<> {
        drawn(self.path(), "icon")
    }

    /// 16 px, beside text.
    #[must_use]
    pub fn draw_small(self) -> impl IntoView + use<> {
        drawn(self.path(), "icon icon--small")
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Leaf => {
                "M10 17.5V10M10 10.5C10 6.5 7.5 4 3 4c0 4 2.5 6.5 7 6.5M10 13.5c0-3.5 2.3-5.5 7-5.5 0 3.5-2.7 5.5-7 5.5"
            }
            Self::Inbox => {
                "M3 11.5l2.1-6.9A1.5 1.5 0 0 1 6.5 3.5h7a1.5 1.5 0 0 1 1.4 1.1L17 11.5V15a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15zM3 11.5h4l1 2h4l1-2h4"
            }
            Self::Search => "M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.4 13.4 17 17",
            Self::Down => "M5.5 8l4.5 4.5L14.5 8",
            Self::Back => "M12 4.5 6.5 10l5.5 5.5",
            Self::Next => "M8 4.5l5.5 5.5L8 15.5",
            Self::Up => "M10 16V4.5M5 9l5-4.5L15 9",
            Self::Check => "M4 10.5l4 4 8-9",
            Self::Checks => "M1.5 10.5l4 4L12.5 6M9.5 13.5l1 1L18 6",
            Self::Clock => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l2.5 1.8",
            Self::Alert => "M10 3.2 2.2 16.5h15.6zM10 8.5v3.3M10 14.2v.01",
            Self::Close => "M5 5l10 10M15 5 5 15",
            Self::Send => "M17 3 9 11M17 3l-5 14-3-6-6-3z",
            Self::Details => {
                "M4 4h12a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM12.5 4v12"
            }
            Self::Retry => "M16.8 10a6.8 6.8 0 1 1-2.2-5L16.8 7M16.8 3.2V7H13",
            Self::Copy => "M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4",
            Self::SignOut => {
                "M8 3.5H4.5a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1H8M13 6.5l3.5 3.5-3.5 3.5M16.5 10H8"
            }
            Self::Phone => {
                "M6.5 2.5h7a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM9 14.8h2"
            }
        }
    }
}

fn drawn(path: &'static str, class: &'static str) -> impl IntoView + use<> {
    view! {
        <svg class=class viewBox="0 0 20 20" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
