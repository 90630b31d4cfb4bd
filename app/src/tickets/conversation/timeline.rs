//! How the lines of a conversation stand: by days, close ones together, with what happened between.

use crate::live::Line;
use crate::ui::time::Day;
use domain::id::MessageId;
use domain::time::Timestamp;
use std::time::Duration;

/// Lines of one author closer than this stand together.
const CLOSE: Duration = Duration::from_secs(5 * 60);

/// One day of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayOf {
    /// The day.
    pub(super) day: Day,
    /// What stands in it, in order.
    pub(super) entries: Vec<Entry>,
}

/// What stands in a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A message, by its line's key.
    Line {
        /// The line's key.
        key: String,
        /// Whether it follows one of the same author closely.
        grouped: bool,
    },
    /// From here on nothing had been read.
    Unread,
    /// The ticket was closed.
    Resolved,
}

impl Entry {
    /// What it is recognised by.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Line { key, .. } => key,
            Self::Unread => "unread",
            Self::Resolved => "resolved",
        }
    }

    /// Whether it follows one of the same author closely.
    pub(super) const fn grouped(&self) -> bool {
        matches!(self, Self::Line { grouped: true, .. })
    }
}

/// The days of a conversation, oldest first.
pub(super) fn days(
    lines: &[Line],
    unread_from: Option<MessageId>,
    resolved_at: Option<Timestamp>,
) -> Vec<DayOf> {
    let mut days = Vec::new();
    let mut before: Option<&Line> = None;
    for line in lines {
        let unread = line.id.is_some() && line.id == unread_from;
        if unread {
            put(&mut days, Day::of(line.ts), Entry::Unread);
        }
        let grouped = !unread && before.is_some_and(|before| together(before, line));
        put(&mut days, Day::of(line.ts), Entry::Line { key: line.key.clone(), grouped });
        before = Some(line);
    }
    if let Some(at) = resolved_at {
        put(&mut days, Day::of(at), Entry::Resolved);
    }
    days
}

/// Days only go on: what seems to be of an earlier day (a clock was wrong) stays where it came.
fn put(days: &mut Vec<DayOf>, day: Day, entry: Entry) {
    match days.last_mut() {
        Some(last) if last.day >= day => last.entries.push(entry),
        _ => days.push(DayOf { day, entries: vec![entry] }),
    }
}

fn together(before: &Line, line: &Line) -> bool {
    before.from_source == line.from_source
        && before.user_id == line.user_id
        && Day::of(before.ts) == Day::of(line.ts)
        && line.ts.since(before.ts) < CLOSE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Sending;
    use domain::tickets::{DeliveryStatus, Source};

    fn line(id: i64, minute: i64, from_source: Source) -> Line {
        Line {
            key: format!("m{id}"),
            id: Some(MessageId(id)),
            client_id: None,
            body: String::new(),
            from_source,
            sender_name: String::new(),
            user_id: None,
            delivery_status: DeliveryStatus::Received,
            media_url: None,
            media_type: "text".to_owned(),
            ts: Timestamp::from_seconds(minute * 60),
            sending: Sending::Stored,
        }
    }

    fn shape(days: &[DayOf]) -> Vec<Vec<(&str, bool)>> {
        days.iter()
            .map(|day| day.entries.iter().map(|entry| (entry.key(), entry.grouped())).collect())
            .collect()
    }

    #[test]
    fn close_lines_of_one_author_stand_together_and_days_apart() {
        let customer = Source::Customer;
        let lines = [
            line(1, 0, customer),
            line(2, 4, customer),
            line(3, 10, customer),
            line(4, 11, Source::Staff),
            line(5, 24 * 60, Source::Staff),
        ];
        let days = days(&lines, None, None);
        let expected = vec![
            vec![("m1", false), ("m2", true), ("m3", false), ("m4", false)],
            vec![("m5", false)],
        ];
        assert_eq!(shape(&days), expected);
    }

    #[test]
    fn the_first_unread_message_stands_below_its_mark_and_the_end_closes_the_log() {
        let lines = [line(1, 0, Source::Customer), line(2, 1, Source::Customer)];
        let end = Some(Timestamp::from_seconds(600));
        let days = days(&lines, Some(MessageId(2)), end);
        let expected =
            vec![vec![("m1", false), ("unread", false), ("m2", false), ("resolved", false)]];
        assert_eq!(shape(&days), expected);
    }

    #[test]
    fn a_line_that_seems_older_never_opens_a_day_that_is_there_already() {
        let lines = [line(1, 24 * 60, Source::Customer), line(2, 1, Source::Customer)];
        assert_eq!(days(&lines, None, None).len(), 1);
    }
}
