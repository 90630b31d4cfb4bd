//! Inbox pages as the server renders them.

use super::{Plan, Report};
use crate::api::{self, DEMO_ADMIN};
use crate::fault::{Fault, Outcome};
use crate::http_client::Client;
use crate::load::{self, Worker};
use crate::server::{Engine, World};
use crate::table::{Row, whole};
use http::StatusCode;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, COOKIE};

/// The page.
const PATH: &str = "/inbox";
/// Pages in flight.
const IN_FLIGHT: usize = 4;
/// What browsers accept.
const BROWSER: &str = "gzip, deflate, br, zstd";

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    let world = World::plant(&plan.server, Engine::Sqlite, "ssr").await?;
    let measured = measure(plan, &world, report).await;
    world.end().await.and(measured)
}

async fn measure(plan: &Plan, world: &World, report: &mut Report) -> Outcome<()> {
    let server = world.start().await?;
    let mut client = Client::connect(server.address).await?;
    let cookie = api::sign_in_browser(&mut client, server.address, DEMO_ADMIN).await?;
    let whole_page = page(&mut client, &cookie, "identity").await?;
    check(&whole_page)?;
    for (accepts, what) in [("identity", "as it is"), (BROWSER, "compressed for a browser")] {
        let mut workers = Vec::new();
        for _ in 0..IN_FLIGHT {
            let client = Client::connect(server.address).await?;
            workers.push(Reader { client, cookie: cookie.clone(), accepts });
        }
        let mut done = load::drive(workers, plan.span, server.pid).await?;
        let name = format!("page {PATH}, {what}, {IN_FLIGHT} in flight");
        report.rows.push(Row::of(name, &mut done));
    }
    let sent = page(&mut client, &cookie, BROWSER).await?;
    let coding = sent.coding.as_deref().unwrap_or("no coding at all");
    report.notes.push(format!(
        "{PATH} is {} bytes of HTML; a browser gets {} bytes ({coding})",
        whole(whole_page.body.len()),
        whole(sent.body.len()),
    ));
    server.kill().await
}

/// A browser that loads the same page over and over.
struct Reader {
    client: Client,
    cookie: String,
    accepts: &'static str,
}

impl Worker for Reader {
    async fn once(&mut self) -> Outcome<()> {
        page(&mut self.client, &self.cookie, self.accepts).await.map(drop)
    }
}

/// A page as it arrived.
struct Page {
    body: bytes::Bytes,
    coding: Option<String>,
}

async fn page(client: &mut Client, cookie: &str, accepts: &str) -> Outcome<Page> {
    let headers = [(COOKIE, cookie), (ACCEPT, "text/html"), (ACCEPT_ENCODING, accepts)];
    let answer = client.get(PATH, &headers).await?.having(StatusCode::OK, PATH)?;
    let coding = answer.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let coding = coding.map(str::to_owned);
    Ok(Page { coding, body: answer.body })
}

/// Whether it is the page with tickets in it, and not a sign-in page or an error.
fn check(page: &Page) -> Outcome<()> {
    let text = String::from_utf8_lossy(&page.body);
    let links = text.matches(&format!("href=\"{PATH}/")).count();
    if links >= 10 && text.contains("</html>") {
        return Ok(());
    }
    Err(Fault::new(format!("{PATH} has {links} links to conversations and may not be complete")))
}
