//! What the server says over the socket, read from its JSON.

use domain::event::{EventBody, Head};
use domain::id::{EventId, LogEpoch};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// Something the server said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// An event of the log, at its position.
    Durable {
        /// Where in the log.
        at: Head,
        /// What happened; `None` for a kind that this page does not know.
        body: Option<Box<EventBody>>,
    },
    /// What was missed has been sent; from here on events come as they happen.
    Ready(Head),
    /// What was missed is not to be had: load state afresh.
    Reset,
    /// Everything up to `head` that concerns this socket was sent: `sent` events since `ready`.
    Pulse {
        /// The position.
        head: EventId,
        /// How many.
        sent: i64,
        /// The server's clock.
        server_time: Timestamp,
    },
    /// The server goes down: come back after this pause.
    Drain(Duration),
    /// The person has more pages open than sockets are allowed.
    Evicted,
    /// Nothing for this page.
    Other,
}

#[derive(Deserialize)]
struct Place {
    id: EventId,
    epoch: LogEpoch,
}

#[derive(Deserialize)]
struct Pulse {
    head: EventId,
    sent: i64,
    server_time: Timestamp,
}

#[derive(Deserialize)]
struct Drain {
    reconnect_in_ms: u64,
}

/// Reads what the server said. Events of the log are told by their position.
pub fn read(event: &str, json: &str) -> serde_json::Result<Heard> {
    Ok(match event {
        "ready" => Heard::Ready(serde_json::from_str(json)?),
        "reset" => Heard::Reset,
        "pulse" => {
            let Pulse { head, sent, server_time } = serde_json::from_str(json)?;
            Heard::Pulse { head, sent, server_time }
        }
        "drain" => {
            let Drain { reconnect_in_ms } = serde_json::from_str(json)?;
            Heard::Drain(Duration::from_millis(reconnect_in_ms))
        }
        "evicted" => Heard::Evicted,
        _ => match serde_json::from_str::<Place>(json) {
            Ok(Place { id, epoch }) => Heard::Durable {
                at: Head { epoch, head: id },
                body: EventBody::read(event, json).ok().map(Box::new),
            },
            Err(_) => Heard::Other,
        },
    })
}

/// The refusal behind the code of a refused connection.
pub fn refusal(code: &str) -> Option<Refusal> {
    serde_json::from_value(json!({ "code": code })).ok()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{head, message, received, ticket};
    use super::*;
    use domain::event::Event;
    use domain::tickets::Source;

    #[test]
    fn an_event_is_read_back_as_the_server_wrote_it() {
        let bodies =
            [received(&message(2, 5, Source::Customer), 3), EventBody::TicketCreated(ticket(4))];
        for body in bodies {
            let event = Event { id: EventId(8), at: Timestamp::from_millis(0), body };
            let json = event.wire(head(0).epoch).unwrap();
            let expected = Heard::Durable { at: head(8), body: Some(Box::new(event.body.clone())) };
            assert_eq!(read(event.body.name(), &json).unwrap(), expected);
        }
    }

    #[test]
    fn an_event_of_a_kind_to_come_moves_the_position_and_nothing_else() {
        let epoch = head(0).epoch;
        let json = format!(r#"{{"id":9,"epoch":"{epoch}","seller_id":4}}"#);
        let heard = read("seller_updated", &json).unwrap();
        assert_eq!(heard, Heard::Durable { at: head(9), body: None });
    }

    #[test]
    fn what_is_not_durable_is_told_apart() {
        let epoch = head(0).epoch;
        let ready = format!(r#"{{"epoch":"{epoch}","head":12}}"#);
        assert_eq!(read("ready", &ready).unwrap(), Heard::Ready(head(12)));
        let pulse = r#"{"head":12,"sent":3,"server_time":"2026-01-01T00:00:00.000Z"}"#;
        assert!(matches!(read("pulse", pulse).unwrap(), Heard::Pulse { sent: 3, .. }));
        let drain = Heard::Drain(Duration::from_millis(700));
        assert_eq!(read("drain", r#"{"reconnect_in_ms":700}"#).unwrap(), drain);
        assert_eq!(read("reset", r#"{"reason":"too_old"}"#).unwrap(), Heard::Reset);
        assert_eq!(
            read("typing", r#"{"ticket_id":1,"user_id":2,"name":"A"}"#).unwrap(),
            Heard::Other
        );
        assert!(read("pulse", "{}").is_err());
    }

    #[test]
    fn a_refused_connection_names_one_of_our_codes_or_none() {
        assert_eq!(refusal("claims_stale"), Some(Refusal::ClaimsStale));
        assert_eq!(refusal("session_idle"), Some(Refusal::SessionIdle));
        assert_eq!(refusal("xhr poll error"), None);
    }
}
