//! Pages of long lists: a bounded number of items and where the next page begins.

use serde::{Deserialize, Serialize};

/// The most items one page may hold, whatever the caller asks for.
pub const PAGE_ITEMS_MAX: u32 = 100;

/// One page of a list. `next` is the cursor for the same question, or `None` at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Opaque to clients: give it back as `after` (or `before`) with the same parameters.
    pub next: Option<String>,
}

/// How many items a caller gets who asked for `asked`: at least one, at most [`PAGE_ITEMS_MAX`].
#[must_use]
pub fn page_size(asked: Option<u32>, usual: u32) -> u32 {
    asked.unwrap_or(usual).clamp(1, PAGE_ITEMS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_never_larger_than_the_stated_limit() {
        assert_eq!(page_size(Some(5_000_000), 30), PAGE_ITEMS_MAX);
        assert_eq!(page_size(Some(0), 30), 1);
        assert_eq!(page_size(None, 30), 30);
    }
}
