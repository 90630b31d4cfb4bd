//! My profile.

use crate::harness::world::HARBOUR;
use crate::harness::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(a_profile_is_read_and_changed);

async fn a_profile_is_read_and_changed(engine: Engine) {
    let app = TestApp::start(engine).await;
    let phone = app.sign_in(HARBOUR).await;
    assert_eq!(phone.get("/api/me").await.ok()["full_name"], "Halima Harbour");
    let change =
        json!({ "full_name": " Halima H. ", "phone_number": "+254711000000", "locale": "sw" });
    let changed = phone.patch("/api/me", &change).await.ok();
    assert_eq!(changed["full_name"], "Halima H.");
    assert_eq!(changed["locale"], "sw");
    assert_eq!(changed["areas"][0]["name"], "Harbour");
    assert_eq!(phone.patch("/api/me", &json!({})).await.ok(), changed);
    for (change, field) in [
        (json!({ "full_name": "  " }), "full_name"),
        (json!({ "phone_number": "0711" }), "phone_number"),
    ] {
        assert_eq!(phone.patch("/api/me", &change).await.refused(400, "invalid")["field"], field);
    }
    phone.patch("/api/me", &json!({ "user_type": "admin" })).await.refused(400, "unreadable");
    app.stop().await;
}
