//! Twilio's signature: base64 of HMAC-SHA1, under the account's token, of the address that was called
//! followed by the form's names and values in the order of their names.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Whether `given` is the signature of `url` and `form`. Compares in constant time.
pub(super) fn fits(token: &str, url: &str, form: &[(String, String)], given: &str) -> bool {
    let Ok(given) = BASE64_STANDARD.decode(given) else { return false };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    let mut pairs: Vec<_> = form.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    for (name, value) in pairs {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.verify_slice(&given).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's documentation.
    #[test]
    fn the_documented_example_fits_and_any_change_does_not() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let form = [
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let signature = "GvWf1cFY/Q7PnoempGyD5oXAezc=";
        assert!(fits("12345", url, &form, signature));
        assert!(!fits("12346", url, &form, signature));
        assert!(!fits("12345", "https://mycompany.com/myapp.php", &form, signature));
        assert!(!fits("12345", url, &form[1..], signature));
        assert!(!fits("12345", url, &form, "not base64!"));
    }
}
