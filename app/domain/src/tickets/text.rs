//! What texts may be: bounds on names and messages, and the first words of a message.

use crate::refusal::Refusal;

/// The longest message, in characters. WhatsApp takes 4,096.
pub const BODY_CHARS_MAX: usize = 4096;
/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// The longest client id, in bytes.
pub const CLIENT_ID_BYTES_MAX: usize = 64;
/// The longest search text, in characters.
pub const SEARCH_CHARS_MAX: usize = 100;
/// How much of a message a list shows, in characters.
pub const EXCERPT_CHARS: usize = 140;

/// The media type of a message without attachment.
#[must_use]
pub fn plain() -> String {
    "text".to_owned()
}

/// A message's text without surrounding space, when it has any and is not too long.
pub fn body(text: &str) -> Result<String, Refusal> {
    let text = clean(text);
    if text.is_empty() {
        return Err(Refusal::invalid("body", "Write something."));
    }
    if text.chars().count() > BODY_CHARS_MAX {
        let detail = format!("At most {BODY_CHARS_MAX} characters fit into one message.");
        return Err(Refusal::invalid("body", detail));
    }
    Ok(text)
}

/// A name without surrounding space, when it has any and is not too long.
pub fn name(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = clean(text);
    if text.is_empty() || text.chars().count() > NAME_CHARS_MAX {
        let detail = format!("Give a name of at most {NAME_CHARS_MAX} characters.");
        return Err(Refusal::invalid(field, detail));
    }
    Ok(text)
}

/// A client id: what the author of a message calls it, so that a repeat is recognised.
pub fn client_id(id: &str) -> Result<String, Refusal> {
    let fits = !id.is_empty()
        && id.len() <= CLIENT_ID_BYTES_MAX
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if fits {
        Ok(id.to_owned())
    } else {
        let detail =
            format!("Give 1 to {CLIENT_ID_BYTES_MAX} letters, digits or -_.: chosen at random.");
        Err(Refusal::invalid("client_id", detail))
    }
}

/// A phone number in international form (E.164), without a channel's prefix.
pub fn phone(field: &'static str, number: &str) -> Result<String, Refusal> {
    let bare = number.trim().strip_prefix("whatsapp:").unwrap_or_else(|| number.trim());
    let digits = bare.strip_prefix('+').unwrap_or_default();
    let fits = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if fits {
        Ok(bare.to_owned())
    } else {
        Err(Refusal::invalid(field, "Give a number in international form, like +254712345678."))
    }
}

/// A text to search for, when there is one: not too long.
pub fn search(text: Option<&str>) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.chars().count() > SEARCH_CHARS_MAX) {
        let detail = format!("Search for at most {SEARCH_CHARS_MAX} characters.");
        return Err(Refusal::invalid("q", detail));
    }
    text.map_or(Ok(()), |text| whole("q", text))
}

/// A text that is kept or looked for as it came: not every database can hold a NUL.
pub fn whole(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.contains('\0') {
        return Err(Refusal::invalid(field, "Leave out the NUL characters."));
    }
    Ok(())
}

/// The first words of a message on one line.
#[must_use]
pub fn excerpt(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT_CHARS {
        return line;
    }
    let mut cut: String = line.chars().take(EXCERPT_CHARS - 1).collect();
    cut.push('…');
    cut
}

/// Without surrounding space and without control characters except line breaks and tabs: NUL, for
/// one, can't be stored by every database.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_nothing_but_space_is_refused() {
        assert!(body(" \n\t ").is_err());
        assert!(body("\u{0}").is_err());
    }

    #[test]
    fn a_message_is_measured_in_characters_and_not_in_bytes() {
        assert!(body(&"é".repeat(BODY_CHARS_MAX)).is_ok());
        assert!(body(&"é".repeat(BODY_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn control_characters_never_reach_the_database() {
        assert_eq!(body("a\u{0}b\r\nc\u{7}").unwrap(), "ab\nc");
    }

    #[test]
    fn a_number_is_accepted_with_and_without_the_channels_prefix() {
        assert_eq!(phone("From", "whatsapp:+254712345678").unwrap(), "+254712345678");
        assert_eq!(phone("From", "+254712345678").unwrap(), "+254712345678");
        for wrong in ["0712345678", "+0712345678", "+254-712", "whatsapp:", "+12345678901234567"] {
            assert!(phone("From", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_words_stand_on_one_line_and_end_in_an_ellipsis_when_cut() {
        assert_eq!(excerpt("Habari,\n\nmahindi  yangu"), "Habari, mahindi yangu");
        let long = excerpt(&"x".repeat(EXCERPT_CHARS + 1));
        assert_eq!(long.chars().count(), EXCERPT_CHARS);
        assert!(long.ends_with('…'));
    }
}
