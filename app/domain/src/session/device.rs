//! What may be said of a device where its name may not.
//!
//! A device's name is whatever its client sent: a browser's `User-Agent`, or a text in which people
//! put their own names. A log gets a label instead, made of words of this file and of nothing else.

use std::fmt;

/// Which program on which system, as far as a device's name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeviceLabel {
    program: Option<&'static str>,
    system: Option<&'static str>,
}

/// What browsers call themselves, in lower case. The order matters: most also name those they
/// descend from.
const PROGRAMS: [(&str, &str); 10] = [
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chromium/", "Chromium"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
];

/// What names of devices call their systems, in lower case. The order matters: Android says that it
/// is a Linux, and an iPhone that it is like a Mac.
const SYSTEMS: [(&str, &str); 10] = [
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("macintosh", "Mac"),
    ("macos", "Mac"),
    ("macbook", "Mac"),
    ("cros ", "ChromeOS"),
    ("linux", "Linux"),
    ("x11", "Linux"),
];

impl DeviceLabel {
    /// The label of a device that calls itself `name`.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let find = |words: &[(&str, &'static str)]| {
            words.iter().find(|(word, _)| name.contains(word)).map(|(_, label)| *label)
        };
        Self { program: find(&PROGRAMS), system: find(&SYSTEMS) }
    }
}

/// What a person is shown as the name of one of their own devices: the name itself, unless it is what a
/// browser says of itself; then its label.
#[must_use]
pub fn shown(name: &str) -> String {
    if !name.starts_with("Mozilla/") {
        return name.to_owned();
    }
    let label = DeviceLabel::of(name);
    if label == DeviceLabel::default() { "Browser".to_owned() } else { label.to_string() }
}

impl fmt::Display for DeviceLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.program, self.system) {
            (Some(program), Some(system)) => write!(f, "{program} on {system}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(name: &str) -> String {
        DeviceLabel::of(name).to_string()
    }

    #[test]
    fn a_browser_is_labelled_with_its_own_name_and_not_with_those_it_descends_from() {
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox on Linux",
            ),
            (
                &format!("Mozilla/5.0 (Linux; Android 10; K) {chrome} Mobile Safari/537.36"),
                "Chrome on Android",
            ),
            (
                &format!("Mozilla/5.0 (Windows NT 10.0) {chrome} Safari/537.36 Edg/131.0"),
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
                "Safari on iPhone",
            ),
            // As it is kept when it is longer than a name may be.
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like ",
                "Mac",
            ),
        ] {
            assert_eq!(label(agent), expected, "{agent}");
        }
    }

    #[test]
    fn a_person_sees_the_name_that_a_device_was_given_and_a_label_for_a_browser() {
        assert_eq!(shown("Halima's iPhone"), "Halima's iPhone");
        assert_eq!(shown("Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"), "Firefox on Linux");
        assert_eq!(shown("Mozilla/5.0"), "Browser");
    }

    #[test]
    fn what_people_put_into_a_devices_name_is_never_in_its_label() {
        assert_eq!(label("Halima's iPhone"), "iPhone");
        assert_eq!(label("phone of halima@example.org, +254711000000"), "unknown");
        assert_eq!(label(""), "unknown");
    }
}
