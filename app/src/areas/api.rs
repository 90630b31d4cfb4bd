//! Server functions of areas.

use crate::client::KeptClient;
use crate::error::Problem;
use domain::areas::Area;
use leptos::prelude::*;
use server_fn::codec::Json;

/// Every node the signed-in person may filter by; parents come before their children.
#[server(prefix = "/fn", endpoint = "areas/within-reach", input = Json, client = KeptClient)]
pub async fn within_reach() -> Result<Vec<Area>, Problem> {
    use crate::ssr;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(desk.store.areas_within_reach(caller.user).await.map_err(Into::into))
}
