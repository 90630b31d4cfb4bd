//! Farmers over REST.

use crate::harness::world::{ADMIN, COAST, HARBOUR, HILL};
use crate::harness::{Engine, TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(
    a_customer_who_moves_takes_the_open_ticket_along,
    an_unplaced_customer_is_placed_by_an_admin
);

async fn a_customer_who_moves_takes_the_open_ticket_along(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (coast, harbour, hill) =
        (app.sign_in(COAST).await, app.sign_in(HARBOUR).await, app.sign_in(HILL).await);
    let amina = app.customer("Amina").await.id;
    let (path, ticket) = (format!("/api/customers/{amina}"), app.ticket_of("Amina").await);
    hill.get(&path).await.refused(404, "not_found");
    hill.patch(&path, &json!({ "full_name": "Mine" })).await.refused(404, "not_found");
    assert_eq!(harbour.get(&path).await.ok()["ward_name"], "Harbour");

    let to_hill = json!({ "ward_id": app.area("Hill").await });
    assert_eq!(harbour.patch(&path, &to_hill).await.refused(400, "invalid")["field"], "ward_id");
    assert_eq!(coast.patch(&path, &to_hill).await.ok()["ward_name"], "Hill");
    harbour.get(&format!("/api/tickets/{ticket}")).await.refused(404, "not_found");
    hill.get(&format!("/api/tickets/{ticket}")).await.ok();

    let page = coast.get("/api/customers?q=Otieno").await.ok();
    assert_eq!(page["items"][0]["full_name"], "Amina Otieno");
    let page = coast.get(&format!("/api/customers?ward={}", app.area("Harbour").await)).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 0);
    app.stop().await;
}

async fn an_unplaced_customer_is_placed_by_an_admin(engine: Engine) {
    let app = TestApp::start(engine).await;
    let (admin, harbour) = (app.sign_in(ADMIN).await, app.sign_in(HARBOUR).await);
    let path = format!("/api/customers/{}", app.customer("Esther").await.id);
    harbour.get(&path).await.refused(404, "not_found");
    let before = app.everything().await;
    for ward in [app.area("Coast").await.get(), 999_999] {
        let change = json!({ "ward_id": ward });
        assert_eq!(admin.patch(&path, &change).await.refused(400, "invalid")["field"], "ward_id");
    }
    assert_eq!(app.everything().await, before);
    let change = json!({ "ward_id": app.area("Harbour").await, "full_name": "Esther W." });
    assert_eq!(admin.patch(&path, &change).await.ok()["ward_name"], "Harbour");
    assert_eq!(harbour.get(&path).await.ok()["full_name"], "Esther W.");
    app.stop().await;
}
