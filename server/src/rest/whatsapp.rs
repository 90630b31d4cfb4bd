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
    let done = service::ingest_from(&state.desk, channel(&state), inbound(pairs)?).await?;
    metrics::ingested(done.new);
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

fn inbound(pairs: Vec<(String, String)>) -> Result<Inbound, Refusal> {
    let mut form = Form(pairs);
    let count: u32 = match form.take("NumMedia").as_deref() {
        None | Some("") => 0,
        Some(text) => {
            text.parse().map_err(|_| Refusal::invalid("NumMedia", "Give a whole number."))?
        }
    };
    let media_url = if count > 0 { form.take("MediaUrl0").filter(|url| is_web(url)) } else { None };
    if count > 0 && media_url.is_none() {
        return Err(Refusal::invalid("MediaUrl0", "Give the https address of the picture."));
    }
    Ok(Inbound {
        external_id: form.take("MessageSid").unwrap_or_default(),
        phone_number: form.take("From").unwrap_or_default(),
        profile_name: form.take("ProfileName"),
        body: form.take("Body").unwrap_or_default(),
        media_type: media_url.as_ref().and_then(|_| form.take("MediaContentType0")),
        media_url,
    })
}

fn is_web(url: &str) -> bool {
    url.len() <= MEDIA_URL_BYTES_MAX && (url.starts_with("https://") || url.starts_with("http://"))
}

struct Form(Vec<(String, String)>);

impl Form {
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.swap_remove(at).1)
    }
}
