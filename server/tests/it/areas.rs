//! The tree of areas.

use crate::harness::world::HARBOUR;
use crate::harness::{Engine, TestApp, on_both_engines};

on_both_engines!(the_tree_can_be_walked_from_its_root);

async fn the_tree_can_be_walked_from_its_root(engine: Engine) {
    let app = TestApp::start(engine).await;
    let phone = app.sign_in(HARBOUR).await;
    let roots = phone.get("/api/areas").await.ok();
    assert_eq!(roots["items"][0]["name"], "Kenya");
    let below = phone.get(&format!("/api/areas?parent={}", roots["items"][0]["id"])).await.ok();
    let names: Vec<_> = below["items"].as_array().unwrap().iter().map(|a| &a["name"]).collect();
    assert_eq!(names, ["North", "South"]);
    let coast = phone.get(&format!("/api/areas/{}", app.area("Coast").await)).await.ok();
    assert_eq!((&coast["level"], &coast["ward_count"]), (&"district".into(), &2.into()));
    assert_eq!(coast["path"][1]["name"], "North");
    assert_eq!(coast["children"][0]["name"], "Harbour");
    phone.get("/api/areas/999999").await.refused(404, "not_found");
    phone.get("/api/areas?parent=x").await.refused(400, "invalid");
    app.get("/api/areas").await.refused(401, "token_missing");
    app.stop().await;
}
