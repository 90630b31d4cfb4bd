//! The calls that the measurements make.

use crate::fault::{Fault, Outcome};
use crate::http_client::Client;
use http::StatusCode;
use http::header::{AUTHORIZATION, ORIGIN, SET_COOKIE};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;

/// The password of the demo sign-ins.
pub(crate) const DEMO_PASSWORD: &str = "wardline-demo";
/// The demo sign-in of an admin.
pub(crate) const DEMO_ADMIN: &str = "admin@wardline.test";
/// The demo sign-ins.
pub(crate) const DEMO_PEOPLE: [&str; 4] =
    [DEMO_ADMIN, "region@wardline.test", "district@wardline.test", "ward@wardline.test"];

/// What a native client gets from a sign-in and from a refresh.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Where the event log stands.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Head {
    pub(crate) epoch: String,
    pub(crate) head: u64,
}

/// Signs a native client in.
pub(crate) async fn sign_in(client: &mut Client, email: &str, password: &str) -> Outcome<Tokens> {
    let body = json!({ "email": email, "password": password, "device_name": "bench" });
    let answer = client.post_json("/api/auth/login", &body).await?;
    answer.having(StatusCode::OK, &format!("signing {email} in"))?.json("signing in")
}

/// Tries a password that is wrong. Answers whether it was looked at: a server that has too many to look
/// at says so.
pub(crate) async fn guess(client: &mut Client, email: &str) -> Outcome<bool> {
    let body = json!({ "email": email, "password": "a guess", "device_name": "bench" });
    let answer = client.post_json("/api/auth/login", &body).await?;
    if answer.status == StatusCode::SERVICE_UNAVAILABLE {
        return Ok(false);
    }
    answer.having(StatusCode::UNAUTHORIZED, "a wrong password").map(|_| true)
}

/// Presents a native client's refresh token.
pub(crate) async fn refresh(client: &mut Client, token: &str) -> Outcome<Tokens> {
    let body = json!({ "refresh_token": token });
    let answer = client.post_json("/api/auth/refresh-mobile", &body).await?;
    let tokens: Tokens = answer.having(StatusCode::OK, "a refresh")?.json("a refresh")?;
    if tokens.refresh_token == token {
        return Err(Fault::new("a refresh was answered with the token it came with"));
    }
    Ok(tokens)
}

/// Signs a browser in, by the form of the sign-in page. The answer is its `Cookie` header.
pub(crate) async fn sign_in_browser(
    client: &mut Client,
    address: SocketAddr,
    email: &str,
) -> Outcome<String> {
    let origin = format!("http://{address}");
    let fields = [("email", email), ("password", DEMO_PASSWORD)];
    let answer = client.post_form("/fn/session/sign-in", &[(ORIGIN, &origin)], &fields).await?;
    let lines = answer.headers.get_all(SET_COOKIE).iter();
    let cookies: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .filter_map(|line| line.split(';').next())
        .collect();
    if cookies.is_empty() {
        answer.having(StatusCode::NO_CONTENT, "signing a browser in")?;
        return Err(Fault::new("signing a browser in brought no cookie"));
    }
    Ok(cookies.join("; "))
}

/// Where the event log stands.
pub(crate) async fn head(client: &mut Client, access_token: &str) -> Outcome<Head> {
    let bearer = format!("Bearer {access_token}");
    let answer = client.get("/api/events", &[(AUTHORIZATION, &bearer)]).await?;
    answer.having(StatusCode::OK, "GET /api/events")?.json("GET /api/events")
}

#[derive(Deserialize)]
struct TicketPage {
    items: Vec<TicketRow>,
}

#[derive(Deserialize)]
struct TicketRow {
    ward_id: Option<i64>,
    customer: CustomerRow,
}

#[derive(Deserialize)]
struct CustomerRow {
    phone_number: String,
}

/// Numbers of customers who live in a ward and have an open ticket.
pub(crate) async fn phone_numbers(client: &mut Client, access_token: &str) -> Outcome<Vec<String>> {
    let bearer = format!("Bearer {access_token}");
    let path = "/api/tickets?status=open&limit=50";
    let answer = client.get(path, &[(AUTHORIZATION, &bearer)]).await?;
    let page: TicketPage = answer.having(StatusCode::OK, path)?.json(path)?;
    let in_wards = page.items.into_iter().filter(|row| row.ward_id.is_some());
    let numbers: Vec<String> = in_wards.map(|row| row.customer.phone_number).collect();
    if numbers.is_empty() {
        return Err(Fault::new("the demo data has no open ticket in a ward"));
    }
    Ok(numbers)
}

/// A customer's message, as the WhatsApp gateway posts it. Answered after the commit.
pub(crate) async fn customer_writes(
    client: &mut Client,
    phone_number: &str,
    sid: &str,
    text: &str,
) -> Outcome<()> {
    let from = format!("whatsapp:{phone_number}");
    let fields = [("From", from.as_str()), ("Body", text), ("MessageSid", sid), ("NumMedia", "0")];
    let answer = client.post_form("/api/channels/whatsapp", &[], &fields).await?;
    answer.having(StatusCode::OK, "a webhook post").map(drop)
}
