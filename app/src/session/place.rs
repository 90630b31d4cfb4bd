//! What is the person's own on the screen, and survives when the page is made anew: how far the list and the
//! conversation were scrolled, which field had the focus and where the cursor stood in it.

use crate::ui::dom;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// What has a place of its own to come back to.
const SCROLLERS: [&str; 2] = [".list-pane .pane__scroll", ".conversation__log"];
/// How many frames the new page may take to show them: about three seconds.
const FRAMES_MAX: u32 = 180;

/// Where the person was.
pub(super) struct Place {
    scrolled: Vec<(&'static str, i32)>,
    focus: Option<Focus>,
}

/// A field that is named the same in the new page.
struct Focus {
    selector: String,
    cursor: Option<(u32, u32)>,
}

impl Place {
    /// Where the person is now.
    pub(super) fn of_page() -> Self {
        let top = |selector| dom::first(selector).map(|element| element.scroll_top());
        let scrolled =
            SCROLLERS.into_iter().filter_map(|selector| Some((selector, top(selector)?)));
        Self { scrolled: scrolled.filter(|(_, top)| *top != 0).collect(), focus: focus() }
    }

    /// Brings them back there, as soon as the new page shows it.
    pub(super) fn restore(self) {
        self.try_restore(FRAMES_MAX);
    }

    fn try_restore(mut self, frames: u32) {
        self.scrolled.retain(|(selector, top)| {
            let Some(element) = dom::first(selector) else { return true };
            element.set_scroll_top(*top);
            element.scroll_top() != *top
        });
        if self.focus.as_ref().is_some_and(Focus::restore) {
            self.focus = None;
        }
        let done = self.scrolled.is_empty() && self.focus.is_none();
        if !done && frames > 0 {
            request_animation_frame(move || self.try_restore(frames - 1));
        }
    }
}

/// Which field has the focus, if any.
fn focus() -> Option<Focus> {
    let element = document().active_element()?;
    let name = element.get_attribute("name");
    let selector = match (element.id(), name) {
        (id, _) if !id.is_empty() => format!("[id=\"{id}\"]"),
        (_, Some(name)) => format!("[name=\"{name}\"]"),
        _ => return None,
    };
    let cursor = element
        .dyn_ref::<HtmlTextAreaElement>()
        .and_then(|field| Some((field.selection_start().ok()??, field.selection_end().ok()??)));
    Some(Focus { selector, cursor })
}

impl Focus {
    /// Answers whether the field was there.
    fn restore(&self) -> bool {
        let Some(element) = dom::first(&self.selector) else { return false };
        dom::focus(Some(&element));
        put_cursor(&element, self.cursor);
        true
    }
}

fn put_cursor(element: &HtmlElement, cursor: Option<(u32, u32)>) {
    if let (Some((start, end)), Some(field)) = (cursor, element.dyn_ref::<HtmlTextAreaElement>()) {
        // A text that is shorter by now has the cursor at its end.
        let _ = field.set_selection_range(start, end);
    }
}
