//! A person as their initials in a circle.

use leptos::prelude::*;

/// The initials of a name, for the eye alone: the name itself stands beside it.
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: Signal<String>,
    /// `avatar`, with a modifier for another size.
    #[prop(default = "avatar")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <span class=class aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// The first letters of the first and the last word; of a number its last two digits.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    match (words.next(), words.next_back()) {
        (Some(first), Some(last)) if first.is_alphabetic() => [first, last].iter().collect(),
        (Some(first), None) if first.is_alphabetic() => first.to_string(),
        _ => {
            let digits = name.bytes().rev().filter(u8::is_ascii_digit).take(2);
            let mut digits: Vec<char> = digits.map(char::from).collect();
            digits.reverse();
            digits.into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_two_letters_and_a_number_its_last_digits() {
        assert_eq!(initials("Esther Wambui Karanja"), "EK");
        assert_eq!(initials("Nekesa"), "N");
        assert_eq!(initials("+254 712 004 418"), "18");
        assert_eq!(initials(""), "");
    }
}
