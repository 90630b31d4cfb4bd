//! What a browser has to load before it can work.

use super::{Plan, Report};
use crate::api::{self, DEMO_ADMIN};
use crate::fault::{Fault, Outcome};
use crate::http_client::Client;
use crate::samples::float;
use crate::server::{Engine, World};
use crate::table::{Goal, Row, Sort, decimal, whole};
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, COOKIE};
use std::collections::BTreeMap;

mod links;

/// The page that people open.
const PAGE: &str = "/inbox";
/// The codings that are asked for: none, and those of the columns.
const CODINGS: [&str; 3] = ["identity", "gzip", "br"];
/// The first target, in bytes with brotli.
const BYTES_MOST: usize = 450_000;
/// More files than this are not one page's.
const FILES_MOST: usize = 200;

/// Bytes per coding.
type Sizes = [usize; 3];

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Outcome<()> {
    let world = World::plant(&plan.server, Engine::Sqlite, "size").await?;
    let files = load(&world).await;
    world.end().await?;
    let files = files?;
    let of = |ending: &str| -> Vec<Sizes> {
        let matching = files.iter().filter(|(path, _)| path.ends_with(ending));
        matching.map(|(_, sizes)| *sizes).collect()
    };
    let wasm = of(".wasm");
    if wasm.is_empty() {
        return Err(Fault::new(format!("{PAGE} names no .wasm file")));
    }
    let all: Vec<Sizes> = files.values().copied().collect();
    let brotli: usize = all.iter().map(|sizes| sizes[2]).sum();
    report.rows.extend([
        row("WASM", &wasm),
        row("JavaScript", &of(".js")),
        row("styles", &of(".css")),
        row(&format!("first load of {PAGE}, page and all"), &all)
            .with(Goal::new("≤ 450 KB brotli", brotli <= BYTES_MOST)),
    ]);
    let note = "sizes are bytes / 1000 of the answers' bodies, as the server sends them for each \
                coding; \"first load\" is the page, signed in, and every file that it or its scripts name";
    report.notes.push(note.to_owned());
    Ok(())
}

fn row(name: &str, files: &[Sizes]) -> Row {
    let mut cells = vec![whole(files.len())];
    for coding in 0..CODINGS.len() {
        let bytes = files.iter().map(|sizes| sizes[coding]).sum();
        cells.push(decimal(float(bytes) / 1000.0));
    }
    Row::new(Sort::Size, name, cells)
}

/// Loads the page and all it names, as a browser with an empty cache does.
async fn load(world: &World) -> Outcome<BTreeMap<String, Sizes>> {
    let server = world.start().await?;
    let mut client = Client::connect(server.address).await?;
    let cookie = api::sign_in_browser(&mut client, server.address, DEMO_ADMIN).await?;
    let mut files = BTreeMap::new();
    let mut wanted = vec![PAGE.to_owned()];
    while let Some(path) = wanted.pop() {
        if files.contains_key(&path) {
            continue;
        }
        if files.len() >= FILES_MOST {
            return Err(Fault::new(format!("{PAGE} leads to more than {FILES_MOST} files")));
        }
        let mut sizes = Sizes::default();
        for (size, coding) in sizes.iter_mut().zip(CODINGS) {
            let headers = [(COOKIE, cookie.as_str()), (ACCEPT_ENCODING, coding)];
            let answer = client.get(&path, &headers).await?.having(StatusCode::OK, &path)?;
            *size = answer.body.len();
            if coding == CODINGS[0] {
                wanted.extend(links::named(&path, &String::from_utf8_lossy(&answer.body)));
            }
        }
        files.insert(path, sizes);
    }
    server.kill().await?;
    Ok(files)
}
