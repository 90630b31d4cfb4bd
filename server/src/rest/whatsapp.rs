//! Messages that WhatsApp delivers, in the form of Twilio's webhook.
//!
//! The answer is sent after the commit: a gateway that gets none sends the message again, and the
//! same `MessageSid` twice is one message.

mod signature;

use crate::rest::extract::FormPairs;
use crate::rest::problem::Problem;
use crate::rest::shapes;
use crate::state::AppState;
use crate::telemetry::metrics;
use crate::visitor::address::ClientAddress;
use axum::Extension;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::IntoResponse;
use domain::refusal::Refusal;
use domain::tickets::{Channel, Inbound, service};

const SIGNATURE: HeaderName = HeaderName::from_static("x-twilio-signature");
/// No commands for the gateway.
const EMPTY_TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";
/// How many pictures Twilio sends along with one message.
const MEDIA_MAX: u32 = 10;
/// The longest address of a picture that is kept.
const MEDIA_URL_BYTES_MAX: usize = 2048;

/// Takes in a message. Signed with `X-Twilio-Signature`; without a configured token only callers on
/// the same machine are heard.
#[utoipa::path(
    post, path = "/api/channels/whatsapp", tag = "channels",
    params(("X-Twilio-Signature" = Option<String>, Header, description = "HMAC-SHA1 of address and form")),
    request_body(content = shapes::WhatsAppMessage, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/xml")),
)]
pub(super) async fn receive(
    State(state): State<AppState>,
    Extension(address): Extension<ClientAddress>,
    uri: Uri,
    headers: HeaderMap,
    FormPairs(pairs): FormPairs,
) -> Result<impl IntoResponse, Problem> {
    genuine(&state, address, &uri, &headers, &pairs)?;
    let (inbound, left_out) = inbound(pairs)?;
    let done = service::ingest_from(&state.desk, channel(&state), inbound).await?;
    metrics::ingested(done.new);
    if left_out > 0 {
        tracing::warn!(message_id = %done.message.id, left_out, "pictures of a message were not kept");
    }
    tracing::info!(
        ticket_id = %done.message.ticket_id, message_id = %done.message.id, new = done.new,
        "a message came in"
    );
    Ok(([(CONTENT_TYPE, "text/xml; charset=utf-8")], EMPTY_TWIML))
}

/// What a message comes over. Without a token there is no gateway, only whoever plays one on this
/// machine: as good as the simulator.
fn channel(state: &AppState) -> Channel {
    if state.site.twilio_token.is_some() { Channel::WhatsApp } else { Channel::Simulator }
}

fn genuine(
    state: &AppState,
    address: ClientAddress,
    uri: &Uri,
    headers: &HeaderMap,
    pairs: &[(String, String)],
) -> Result<(), Refusal> {
    let untrusted = |detail: &'static str| Err(Refusal::Untrusted { detail: detail.into() });
    let Some(token) = &state.site.twilio_token else {
        return if address.local {
            Ok(())
        } else {
            untrusted("Without TWILIO_AUTH_TOKEN only callers on the same machine are heard.")
        };
    };
    let path = uri.path_and_query().map_or(uri.path(), |whole| whole.as_str());
    let url = format!("{}{path}", state.site.public_url);
    let given = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    match given {
        None => untrusted("X-Twilio-Signature is missing."),
        Some(given) if signature::fits(token.expose(), &url, pairs, given) => Ok(()),
        Some(_) => untrusted("X-Twilio-Signature does not fit address, form and token."),
    }
}

/// The message, and how many of its pictures are not kept: a message has one, the first that can be
/// fetched.
fn inbound(pairs: Vec<(String, String)>) -> Result<(Inbound, u32), Refusal> {
    let mut form = Form(pairs);
    let count: u32 = match form.take("NumMedia").as_deref() {
        None | Some("") => 0,
        Some(text) => {
            text.parse().map_err(|_| Refusal::invalid("NumMedia", "Give a whole number."))?
        }
    };
    let body = form.take("Body").unwrap_or_default();
    let picture = form.picture(count);
    // A picture that can't be fetched is no reason to lose what was written beside it.
    if count > 0 && picture.is_none() && body.trim().is_empty() {
        return Err(Refusal::invalid("MediaUrl0", "Give the https address of the picture."));
    }
    let left_out = count - u32::from(picture.is_some());
    let (media_url, media_type) = picture.unzip();
    let inbound = Inbound {
        external_id: form.take("MessageSid").unwrap_or_default(),
        phone_number: sender(form.take("From").unwrap_or_default()),
        profile_name: form.take("ProfileName"),
        body,
        media_type: media_type.flatten(),
        media_url,
    };
    Ok((inbound, left_out))
}

/// Who wrote. In a form a bare `+` means a space, so whoever sends the number without encoding it has
/// written one: between channel and number that can be nothing else.
fn sender(from: String) -> String {
    match from.strip_prefix("whatsapp: ") {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("whatsapp:+{digits}")
        }
        _ => from,
    }
}

fn is_web(url: &str) -> bool {
    url.len() <= MEDIA_URL_BYTES_MAX
        && (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains('\0')
}

struct Form(Vec<(String, String)>);

impl Form {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// The address of the first of so many pictures that is one of the web, with its media type.
    fn picture(&mut self, count: u32) -> Option<(String, Option<String>)> {
        (0..count.min(MEDIA_MAX)).find_map(|n| {
            let url = self.take(&format!("MediaUrl{n}")).filter(|url| is_web(url))?;
            let kind = self.take(&format!("MediaContentType{n}"));
            Some((url, kind.filter(|kind| !kind.contains('\0'))))
        })
    }
}
