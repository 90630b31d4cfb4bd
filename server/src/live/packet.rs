//! Socket.IO packets, protocol revision 5, as text. Sent over Engine.IO messages.
//!
//! ```text
//! <type>[<namespace>,][<ack id>][<JSON>]
//! 0{"token":"…"}                       CONNECT
//! 2["message_received",{…}]            EVENT
//! 27["resume",{…}]                     EVENT that wants acknowledgement 7
//! 37[{"ok":true}]                      ACK 7
//! 44{"message":"…","data":{…}}         CONNECT_ERROR (the first 4 is Engine.IO's)
//! ```
//! Source: <https://socket.io/docs/v4/socket-io-protocol/>. Only the main namespace exists, and
//! nothing here is binary; whatever else arrives is [`Incoming::Unusable`].

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A packet from a client.
#[derive(Debug)]
pub(super) enum Incoming<'a> {
    /// Asks to join the main namespace.
    Connect(Auth),
    /// Asks to join a namespace that does not exist.
    ConnectElsewhere(&'a str),
    /// Leaves the main namespace.
    Disconnect,
    /// An event, and the id under which the client wants an answer.
    Event {
        /// Its name.
        name: String,
        /// Its first argument; `null` when it has none.
        data: Value,
        /// The id for the answer.
        ack: Option<u64>,
    },
    /// An acknowledgement. Nothing here asks for one.
    Ack,
    /// Not a packet of this protocol, or one that has no place here.
    Unusable,
}

/// What a client presents when it connects. Numbers and strings are both taken, as received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Auth {
    /// An access token.
    pub(super) token: Option<String>,
    /// The life of the database its position belongs to.
    pub(super) epoch: Option<String>,
    /// Its position in the log.
    pub(super) after: Option<String>,
}

/// Reads a packet.
pub(super) fn read(text: &str) -> Incoming<'_> {
    let mut rest = text.chars();
    match rest.next() {
        Some('0') => read_connect(rest.as_str()),
        Some('1') => Incoming::Disconnect,
        Some('2') => read_event(rest.as_str()).unwrap_or(Incoming::Unusable),
        Some('3') => Incoming::Ack,
        _ => Incoming::Unusable,
    }
}

fn read_connect(text: &str) -> Incoming<'_> {
    if text.starts_with('/') {
        let (namespace, payload) = text.split_once(',').unwrap_or((text, ""));
        if namespace != "/" {
            return Incoming::ConnectElsewhere(namespace);
        }
        return Incoming::Connect(read_auth(payload));
    }
    Incoming::Connect(read_auth(text))
}

fn read_auth(payload: &str) -> Auth {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(payload) else {
        return Auth::default();
    };
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Auth { token: text("token"), epoch: text("epoch"), after: text("after") }
}

fn read_event(text: &str) -> Option<Incoming<'_>> {
    let text = text.strip_prefix("/,").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (id, json) = text.split_at(digits);
    let ack = if id.is_empty() { None } else { Some(id.parse().ok()?) };
    let mut items: Vec<Value> = serde_json::from_str(json).ok()?;
    if items.is_empty() {
        return None;
    }
    let data = if items.len() > 1 { items.swap_remove(1) } else { Value::Null };
    let Value::String(name) = items.swap_remove(0) else { return None };
    Some(Incoming::Event { name, data, ack })
}

/// The answer to a connect that was let in.
pub(super) fn connected(sid: &str) -> String {
    format!("0{{\"sid\":{}}}", json(sid))
}

/// The answer to a connect that was refused: a `connect_error` with `data.code`.
pub(super) fn refused(namespace: Option<&str>, message: &str, code: &str) -> String {
    let body = serde_json::json!({ "message": message, "data": { "code": code } });
    match namespace {
        Some(namespace) => format!("4{namespace},{body}"),
        None => format!("4{body}"),
    }
}

/// Takes the client out of the namespace. Its library then stays away until told otherwise.
pub(super) const DISCONNECT: &str = "1";

/// An event with a payload that is JSON already.
pub(super) fn event_with(name: &str, payload: &str) -> String {
    format!("2[{},{payload}]", json(name))
}

/// An event with a payload to be serialised.
pub(super) fn event(name: &str, payload: &impl Serialize) -> String {
    event_with(name, &json(payload))
}

/// The answer to an event that asked for one.
pub(super) fn ack(id: u64, payload: &impl Serialize) -> String {
    format!("3{id}[{}]", json(payload))
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    // Texts, numbers and flat structs only: nothing that JSON could not say.
    serde_json::to_string(value).unwrap_or_else(|_| RawValue::NULL.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connect_gives_its_position_as_number_or_as_string() {
        for payload in [r#"0{"after":12,"epoch":"e"}"#, r#"0/,{"after":"12","epoch":"e"}"#] {
            let Incoming::Connect(auth) = read(payload) else { panic!("{payload}") };
            assert_eq!((auth.after.as_deref(), auth.epoch.as_deref()), (Some("12"), Some("e")));
        }
    }

    #[test]
    fn a_connect_without_a_payload_presents_nothing() {
        assert!(matches!(read("0"), Incoming::Connect(auth) if auth == Auth::default()));
        assert!(matches!(read("0[1]"), Incoming::Connect(auth) if auth == Auth::default()));
    }

    #[test]
    fn a_connect_to_another_namespace_is_told_apart() {
        assert!(matches!(read("0/admin,{}"), Incoming::ConnectElsewhere("/admin")));
        assert!(matches!(read("0/admin"), Incoming::ConnectElsewhere("/admin")));
    }

    #[test]
    fn an_event_carries_its_name_its_first_argument_and_its_ack_id() {
        let Incoming::Event { name, data, ack } = read(r#"213["resume",{"after":3},9]"#) else {
            panic!()
        };
        assert_eq!((name.as_str(), ack), ("resume", Some(13)));
        assert_eq!(data["after"], 3);
        let bare = read(r#"2["typing"]"#);
        assert!(matches!(bare, Incoming::Event { data: Value::Null, ack: None, .. }));
    }

    #[test]
    fn what_is_no_packet_is_unusable_and_never_a_panic() {
        for text in
            ["", "2", "2[]", "2{}", "2[1]", "5", "9[\"x\"]", "é", "299999999999999999999[\"x\"]"]
        {
            assert!(matches!(read(text), Incoming::Unusable), "{text}");
        }
    }

    #[test]
    fn a_refusal_says_its_code_in_data() {
        assert_eq!(
            refused(None, "Sign in.", "token_missing"),
            r#"4{"data":{"code":"token_missing"},"message":"Sign in."}"#
        );
        assert!(refused(Some("/x"), "", "").starts_with("4/x,{"));
    }

    #[test]
    fn an_event_and_an_ack_are_written_as_the_protocol_says() {
        assert_eq!(event("ready", &serde_json::json!({"head": 4})), r#"2["ready",{"head":4}]"#);
        assert_eq!(ack(7, &serde_json::json!({"ok": true})), r#"37[{"ok":true}]"#);
    }
}
