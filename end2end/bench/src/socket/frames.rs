//! Websocket frames (RFC 6455, section 5.2), as a client sees them.

use crate::fault::{Fault, Outcome};

/// How many bytes one look at the connection takes at most, unless a frame is larger.
const ROOM: usize = 16 * 1024;
/// The largest frame that is believed.
const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;

const FINAL: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const MASKED: u8 = 0x80;
/// A length that says: two bytes follow with the real one; and the same with eight.
const TWO_BYTES: u8 = 0x7E;
const EIGHT_BYTES: u8 = 0x7F;

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
    Pong,
    Close,
}

/// Bytes that have arrived, on their way to becoming frames.
#[derive(Debug)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; ROOM], from: 0, to: 0 }
    }

    /// Where the next bytes go. Never empty.
    pub(super) fn space(&mut self) -> &mut [u8] {
        if self.from == self.to {
            (self.from, self.to) = (0, 0);
        } else if self.to == self.bytes.len() && self.from > 0 {
            self.bytes.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        } else if self.to == self.bytes.len() {
            self.bytes.resize(self.to * 2, 0);
        }
        &mut self.bytes[self.to..]
    }

    /// Notes that so many bytes were put there.
    pub(super) fn filled(&mut self, count: usize) {
        self.to = (self.to + count).min(self.bytes.len());
    }

    /// What has arrived and is not taken yet.
    pub(super) fn pending(&self) -> &[u8] {
        &self.bytes[self.from..self.to]
    }

    /// Passes over bytes that are no frame.
    pub(super) fn skip(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }

    /// The next frame, once all of it is there.
    pub(super) fn next(&mut self) -> Outcome<Option<Frame<'_>>> {
        let pending = self.pending();
        let &[kind, length, ..] = pending else { return Ok(None) };
        if kind & FINAL == 0 || length & MASKED != 0 {
            return Err(Fault::new("the server sent a frame that is in parts or masked"));
        }
        let Some((head, length)) = measure(length, &pending[2..]) else { return Ok(None) };
        if length > FRAME_BYTES_MAX {
            return Err(Fault::new(format!("the server sent a frame of {length} bytes")));
        }
        if pending.len() < head + length {
            return Ok(None);
        }
        let start = self.from + head;
        self.from = start + length;
        let payload = &self.bytes[start..start + length];
        match kind & !FINAL {
            TEXT => Ok(Some(Frame::Text(payload))),
            CLOSE => Ok(Some(Frame::Close)),
            PING => Ok(Some(Frame::Ping(payload))),
            PONG => Ok(Some(Frame::Pong)),
            kind => Err(Fault::new(format!("the server sent a frame of kind {kind}"))),
        }
    }
}

/// How long a frame's head and its payload are; `None` while the head is not complete.
fn measure(length: u8, rest: &[u8]) -> Option<(usize, usize)> {
    match length {
        TWO_BYTES => {
            let bytes = rest.first_chunk::<2>()?;
            Some((4, u16::from_be_bytes(*bytes).into()))
        }
        EIGHT_BYTES => {
            let bytes = rest.first_chunk::<8>()?;
            Some((10, usize::try_from(u64::from_be_bytes(*bytes)).unwrap_or(usize::MAX)))
        }
        length => Some((2, length.into())),
    }
}

/// A text frame to the server.
pub(super) fn text(payload: &str) -> Vec<u8> {
    frame(TEXT, payload.as_bytes())
}

/// The answer to a ping frame.
pub(super) fn pong(payload: &[u8]) -> Vec<u8> {
    frame(PONG, payload)
}

/// Clients have to mask. A mask of zeros changes nothing, and needs no second pass over the bytes;
/// the unpredictable one that browsers need protects proxies from pages, and here is neither.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(payload.len() + 14);
    bytes.push(FINAL | kind);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length < TWO_BYTES => bytes.push(MASKED | length),
        (_, Ok(length)) => {
            bytes.push(MASKED | TWO_BYTES);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(MASKED | EIGHT_BYTES);
            bytes.extend(u64::try_from(payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts bytes in, as much as fits at a time.
    fn put(frames: &mut Frames, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let space = frames.space();
            let count = space.len().min(bytes.len());
            space[..count].copy_from_slice(&bytes[..count]);
            frames.filled(count);
            bytes = &bytes[count..];
        }
    }

    fn from_server(payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![FINAL | TEXT];
        match payload.len() {
            length @ 0..126 => bytes.push(u8::try_from(length).unwrap()),
            length @ 126..0x1_0000 => {
                bytes.push(126);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            length => {
                bytes.push(127);
                bytes.extend(u64::try_from(length).unwrap().to_be_bytes());
            }
        }
        bytes.extend(payload);
        bytes
    }

    #[test]
    fn frames_of_every_length_arrive_whole_however_they_are_cut() {
        for length in [0, 1, 125, 126, 5_000, 70_000] {
            let payload = vec![b'x'; length];
            let bytes = [from_server(&payload), from_server(b"next")].concat();
            for cut in [1, 2, 3, bytes.len() / 2, bytes.len()] {
                let cut = cut.min(bytes.len());
                let mut frames = Frames::new();
                let mut seen = Vec::new();
                for part in [&bytes[..cut], &bytes[cut..]] {
                    put(&mut frames, part);
                    while let Some(Frame::Text(text)) = frames.next().unwrap() {
                        seen.push(text.to_vec());
                    }
                }
                assert_eq!(seen, [payload.clone(), b"next".to_vec()], "{length} cut at {cut}");
            }
        }
    }

    #[test]
    fn what_a_server_must_not_send_is_an_error() {
        for bytes in [[TEXT, 0], [FINAL | TEXT, MASKED], [FINAL | 2, 0]] {
            let mut frames = Frames::new();
            put(&mut frames, &bytes);
            assert!(frames.next().is_err());
        }
    }

    #[test]
    fn what_we_send_is_masked_with_zeros() {
        assert_eq!(text("3"), [0x81, 0x81, 0, 0, 0, 0, b'3']);
        assert_eq!(text(&"y".repeat(300))[..4], [0x81, 0xFE, 0x01, 0x2C]);
        assert_eq!(pong(b"p")[..2], [0x8A, 0x81]);
    }
}
