//! What a text frame of Socket.IO says, as far as a measurement wants to know.

use std::str;

/// What the text of a customer's message begins with; a number follows.
pub(crate) const MARK: &str = "bench ";

/// What a text frame says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    /// Engine.IO asks whether we are there.
    Ping,
    /// Engine.IO has opened the connection.
    Open,
    /// The handshake was refused; what follows says why.
    Refused(&'a [u8]),
    /// The server has taken us out of the namespace.
    Dismissed,
    /// Catching up is done.
    Ready,
    /// Catching up is impossible; what follows says why.
    Reset(&'a [u8]),
    /// An event of the log.
    Durable {
        /// Its position.
        id: u64,
        /// Whether it is a message.
        message: bool,
    },
    /// Anything else.
    Other,
}

/// Reads the beginning of a frame.
pub(super) fn read(text: &[u8]) -> Packet<'_> {
    match text {
        b"2" => Packet::Ping,
        [b'0', ..] => Packet::Open,
        [b'4', b'4', why @ ..] => Packet::Refused(why),
        [b'4', b'1', ..] => Packet::Dismissed,
        [b'4', b'2', event @ ..] => read_event(event),
        _ => Packet::Other,
    }
}

fn read_event(text: &[u8]) -> Packet<'_> {
    let Some(rest) = text.strip_prefix(b"[\"") else { return Packet::Other };
    let Some(end) = rest.iter().position(|byte| *byte == b'"') else { return Packet::Other };
    let (name, payload) = rest.split_at(end);
    match (name, payload.strip_prefix(b"\",{\"id\":")) {
        (b"ready", _) => Packet::Ready,
        (b"reset", _) => Packet::Reset(payload),
        (name, Some(id)) => number(id).map_or(Packet::Other, |id| Packet::Durable {
            id,
            message: name == b"message_received",
        }),
        _ => Packet::Other,
    }
}

/// The number of the message that a `message_received` carries.
pub(super) fn mark(text: &[u8]) -> Option<u64> {
    let text = str::from_utf8(text).ok()?;
    let (_, body) = text.split_once("\"body\":\"")?;
    number(body.strip_prefix(MARK)?.as_bytes())
}

/// The number at the beginning.
fn number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_the_log_are_told_from_all_others() {
        let message = br#"42["message_received",{"id":4711,"epoch":"e","body":"bench 17 Habari"}]"#;
        assert_eq!(read(message), Packet::Durable { id: 4711, message: true });
        assert_eq!(mark(message), Some(17));
        let other = br#"42["ticket_updated",{"id":4712,"epoch":"e"}]"#;
        assert_eq!(read(other), Packet::Durable { id: 4712, message: false });
        assert_eq!(read(br#"42["pulse",{"head":4712,"sent":2}]"#), Packet::Other);
        assert_eq!(read(br#"42["ready",{"epoch":"e","head":1}]"#), Packet::Ready);
        assert!(matches!(read(br#"42["reset",{"reason":"too_old"}]"#), Packet::Reset(_)));
    }

    #[test]
    fn the_packets_of_a_connection_are_known() {
        assert_eq!(read(b"2"), Packet::Ping);
        assert_eq!(read(br#"0{"sid":"x"}"#), Packet::Open);
        assert_eq!(read(br#"44{"message":"no"}"#), Packet::Refused(br#"{"message":"no"}"#));
        assert_eq!(read(b"41"), Packet::Dismissed);
        assert_eq!(read(br#"40{"sid":"x"}"#), Packet::Other);
        for odd in [&b""[..], b"42", b"42[", b"42[\"x", b"42[\"x\",{\"id\":}]"] {
            assert_eq!(read(odd), Packet::Other);
        }
    }
}
