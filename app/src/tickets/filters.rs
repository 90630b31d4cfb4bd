//! The filters of the list, as the address names them.

use domain::id::TicketId;
use domain::tickets::{TicketFilter, TicketStatus, WaitBucket};
use leptos_router::params::ParamsMap;

/// The path of the inbox.
pub(super) const INBOX: &str = "/inbox";

/// The filter that an address asks for. What it does not say is: open tickets, everybody's.
#[must_use]
pub(super) fn of_query(query: &ParamsMap) -> TicketFilter {
    let word = |name: &str| query.get(name).filter(|word| !word.trim().is_empty());
    let set = |name: &str| word(name).is_some();
    let status = word("status").and_then(|word| TicketStatus::parse(&word));
    TicketFilter {
        status: status.or(Some(TicketStatus::Open)),
        ward: word("ward").and_then(|word| word.parse().ok()),
        q: word("q").map(|word| word.trim().to_owned()),
        unread: set("unread"),
        unanswered: set("unanswered"),
        waiting: word("waiting").and_then(|word| WaitBucket::parse(&word)),
        mine: word("who").is_some_and(|who| who == "mine"),
        after: word("after"),
        limit: None,
    }
}

/// The address of the inbox with this filter, and with a ticket open.
#[must_use]
pub(super) fn address(filter: &TicketFilter, ticket: Option<TicketId>) -> String {
    let path = ticket.map_or_else(|| INBOX.to_owned(), |ticket| format!("{INBOX}/{ticket}"));
    format!("{path}{}", to_query(filter).to_query_string())
}

/// The ticket that a path opens.
#[must_use]
pub(super) fn ticket_of(path: &str) -> Option<TicketId> {
    path.strip_prefix(INBOX)?.strip_prefix('/')?.trim_end_matches('/').parse().ok()
}

/// Whether the filter leaves anything out that the inbox shows by itself.
#[must_use]
pub(super) fn narrows(filter: &TicketFilter) -> bool {
    *filter != of_query(&ParamsMap::new())
}

fn to_query(filter: &TicketFilter) -> ParamsMap {
    let mut query = ParamsMap::new();
    let mut put = |name: &'static str, word: Option<String>| {
        if let Some(word) = word {
            query.insert(name, word);
        }
    };
    let flag = |set: bool| set.then(|| "1".to_owned());
    let status = filter.status.filter(|status| *status != TicketStatus::Open);
    put("status", status.map(|status| status.as_str().to_owned()));
    put("who", filter.mine.then(|| "mine".to_owned()));
    put("ward", filter.ward.map(|ward| ward.to_string()));
    put("unread", flag(filter.unread));
    put("unanswered", flag(filter.unanswered));
    put("waiting", filter.waiting.map(|waiting| waiting.as_str().to_owned()));
    put("q", filter.q.clone());
    put("after", filter.after.clone());
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::AreaId;

    #[test]
    fn an_address_without_a_query_shows_open_tickets_of_everybody() {
        let filter = of_query(&ParamsMap::new());
        assert_eq!(filter.status, Some(TicketStatus::Open));
        assert!(!filter.mine && !narrows(&filter));
        assert_eq!(address(&filter, None), "/inbox");
    }

    #[test]
    fn a_filter_survives_its_way_through_the_address() {
        let filter = TicketFilter {
            status: Some(TicketStatus::Resolved),
            ward: Some(AreaId(31)),
            q: Some("Wanjiru & Kamau".to_owned()),
            unread: true,
            unanswered: true,
            waiting: Some(WaitBucket::Longer),
            mine: true,
            after: None,
            limit: None,
        };
        assert_eq!(of_query(&to_query(&filter)), filter);
        assert!(address(&filter, Some(TicketId(7))).starts_with("/inbox/7?status=resolved&"));
    }

    #[test]
    fn what_a_form_sends_empty_is_as_if_it_were_not_there() {
        let empty: ParamsMap = [("who", "all"), ("status", "open"), ("ward", ""), ("q", " ")]
            .into_iter()
            .map(|(name, word)| (name.to_owned(), word.to_owned()))
            .collect();
        assert!(!narrows(&of_query(&empty)));
    }

    #[test]
    fn a_path_names_its_ticket() {
        assert_eq!(ticket_of("/inbox/7"), Some(TicketId(7)));
        assert_eq!(ticket_of("/inbox"), None);
        assert_eq!(ticket_of("/inbox/x"), None);
    }
}
