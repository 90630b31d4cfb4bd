//! Compares answers with the OpenAPI document: every status documented, every field in its place.

use super::Answer;
use domain::session::cookie::CookieStyle;
use reqwest::Method;
use serde_json::Value;
use server::rest::document::text;
use std::sync::LazyLock;

/// The document as the server publishes it.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(text(CookieStyle { secure: false })).unwrap());

/// Asserts that an answer is one of those that the document promises.
#[track_caller]
pub(crate) fn compare(method: &Method, path: &str, answer: &Answer) {
    // HEAD is what GET says, without its body.
    if *method == Method::HEAD && operation(&Method::GET, path).is_some() {
        return;
    }
    let Some(operation) = operation(method, path) else { return assert_unknown(path, answer) };
    let status = answer.status.as_u16().to_string();
    let promised = operation["responses"].get(&status);
    let response = match promised {
        Some(response) => response,
        None if answer.status.is_client_error() || answer.status.is_server_error() => {
            &operation["responses"]["default"]
        }
        None => panic!("{method} {path}: {status} is not in the document"),
    };
    let kind = answer.header("content-type").split(';').next().unwrap_or_default();
    let Some(content) = response.get("content") else { return };
    let schema = &content
        .get(kind)
        .unwrap_or_else(|| panic!("{method} {path}: {kind:?} is not in the document"))["schema"];
    if kind.ends_with("json") {
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        if let Err(fault) = fits(&body, schema) {
            panic!("{method} {path} {status}: {fault}\n{body:#}");
        }
    }
}

/// Asserts that what the document does not name does not exist. The pages to read the document are no part
/// of it.
#[track_caller]
fn assert_unknown(path: &str, answer: &Answer) {
    let named = path.starts_with("/api/") && !path.starts_with("/api/docs");
    let unknown = matches!(answer.status.as_u16(), 404 | 405);
    assert!(unknown || !named, "{path} answers {} and is not in the document", answer.status);
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let matches = |pattern: &str| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        pattern.len() == parts.len()
            && pattern.iter().zip(&parts).all(|(p, part)| p.starts_with('{') || p == part)
    };
    let (_, item) = paths.iter().find(|(pattern, _)| matches(pattern))?;
    item.get(method.as_str().to_lowercase())
}

/// Whether a value has the shape of a schema, with nothing missing and nothing besides.
fn fits(value: &Value, schema: &Value) -> Result<(), String> {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let name = name.trim_start_matches("#/components/schemas/");
        let named = &DOCUMENT["components"]["schemas"][name];
        assert!(named.is_object(), "the document lacks {name}");
        return fits(value, named);
    }
    if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
        let choices = choices.as_array().unwrap();
        let fitting = choices.iter().any(|choice| fits(value, choice).is_ok());
        return if fitting { Ok(()) } else { Err(format!("{value} fits none of {choices:?}")) };
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
        return if allowed.contains(value) {
            Ok(())
        } else {
            Err(format!("{value} not in {allowed:?}"))
        };
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(some)) => some.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    let actual = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.contains(&actual) {
        return Err(format!("{value} is {actual} and not {types:?}"));
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| fits(item, &schema["items"])),
        Value::Object(fields) => object_fits(fields, schema),
        Value::String(text) if schema["format"] == "date-time" => {
            let right = text.len() == 24 && text.ends_with('Z') && text.as_bytes()[19] == b'.';
            if right { Ok(()) } else { Err(format!("{text} is no time of ours")) }
        }
        _ => Ok(()),
    }
}

fn object_fits(fields: &serde_json::Map<String, Value>, schema: &Value) -> Result<(), String> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(());
    };
    for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        let name = required.as_str().unwrap();
        if !fields.contains_key(name) {
            return Err(format!("{name} is missing"));
        }
    }
    for (name, value) in fields {
        let schema =
            properties.get(name).ok_or_else(|| format!("{name} is not in the document"))?;
        fits(value, schema).map_err(|fault| format!("{name}: {fault}"))?;
    }
    Ok(())
}
