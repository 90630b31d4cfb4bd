//! A line to be filled in, with room for what is wrong below it.

use crate::error::Problem;
use crate::ui::words::explain;
use domain::refusal::Refusal;
use leptos::prelude::*;

/// Why a form was not taken, and which of its fields is at fault where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    field: Option<String>,
    text: String,
}

impl From<&Problem> for Fault {
    fn from(problem: &Problem) -> Self {
        let field = match problem.refusal() {
            Some(Refusal::Invalid { field, .. }) => Some(field.clone().into_owned()),
            _ => None,
        };
        Self { field, text: explain(problem) }
    }
}

impl Fault {
    /// What is wrong with this field; empty when nothing is.
    pub(super) fn of_field(this: Option<&Self>, name: &str) -> String {
        let here = this.filter(|fault| fault.field.as_deref() == Some(name));
        here.map(|fault| fault.text.clone()).unwrap_or_default()
    }

    /// What is wrong that none of these fields is at fault for; empty when nothing is.
    pub(super) fn of_none(this: Option<&Self>, names: &[&str]) -> String {
        let known = |fault: &&Self| fault.field.as_deref().is_some_and(|f| names.contains(&f));
        this.filter(|fault| !known(fault)).map(|fault| fault.text.clone()).unwrap_or_default()
    }
}

/// One line of text.
#[component]
pub(super) fn TextField(
    /// The form's name for it, and its id.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// `text`, `tel` and so on.
    kind: &'static str,
    /// What a browser may fill in.
    autocomplete: &'static str,
    /// What stands in it at first.
    value: String,
    /// What would be right, for as long as nothing is wrong.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it may not stay empty.
    #[prop(optional)]
    required: bool,
    /// What is wrong with the form.
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let error = Memo::new(move |_| fault.with(|fault| Fault::of_field(fault.as_ref(), name)));
    let wrong = move || !error.read().is_empty();
    let note = format!("{name}-note");
    view! {
        <div class="field">
            <label class="field__label" for=name>
                {label}
            </label>
            <input
                class="field__input"
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                value=value
                required=required
                aria-describedby=note.clone()
                aria-invalid=move || wrong().then_some("true")
            />
            <p
                class="field__note"
                class:is-error=wrong
                id=note
                role=move || wrong().then_some("alert")
            >
                {move || if wrong() { error.get() } else { hint.to_owned() }}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stands_under_its_field_and_any_other_under_the_form() {
        let phone = Problem::from(Refusal::invalid("phone_number", "Give a number."));
        let phone = Some(Fault::from(&phone));
        assert_eq!(Fault::of_field(phone.as_ref(), "phone_number"), "Give a number.");
        assert_eq!(Fault::of_field(phone.as_ref(), "full_name"), "");
        assert_eq!(Fault::of_none(phone.as_ref(), &["phone_number"]), "");
        assert_eq!(Fault::of_none(phone.as_ref(), &["full_name"]), "Give a number.");
        let away = Some(Fault::from(&Problem::Transport("timeout".into())));
        assert_eq!(Fault::of_field(away.as_ref(), "phone_number"), "");
        assert!(Fault::of_none(away.as_ref(), &["phone_number"]).contains("No answer"));
        assert_eq!(Fault::of_none(None, &[]), "");
    }
}
