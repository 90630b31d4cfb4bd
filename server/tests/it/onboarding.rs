//! The pages of an invitation and of the first steps, as far as the host is concerned: without scripts.

use crate::harness::world::HARBOUR;
use crate::harness::{Answer, Browser, Engine, TestApp, on_both_engines};
use crate::invitations::{CHOSEN, GRACE, invite};
use reqwest::Method;
use reqwest::header::{ACCEPT, REFERER};

on_both_engines!(an_invitation_leads_through_the_first_steps_into_the_inbox);

async fn post(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Answer {
    let from = format!("{}/welcome", browser.url);
    let request = browser.request(Method::POST, path).header(ACCEPT, "text/html");
    Answer::of(request.header(REFERER, from).form(form)).await
}

#[track_caller]
fn leads(answer: &Answer, to: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, to), "{}", answer.text);
}

async fn an_invitation_leads_through_the_first_steps_into_the_inbox(engine: Engine) {
    let app = TestApp::start(engine).await;
    let invitation = invite(&app).await;
    let token = invitation["token"].as_str().unwrap();
    let page = format!("/invitation/{token}");
    let mut browser = Browser::new(&app, String::new(), String::new());
    leads(&browser.open("/welcome").await, "/sign-in?next=/welcome");
    let shown = browser.open(&page).await;
    assert!(shown.ok_text().contains("Grace Achieng"), "{}", shown.text);
    assert_eq!(shown.header("cache-control"), "no-store");

    let accepted =
        post(&browser, "/fn/welcome/accept", &[("token", token), ("password", CHOSEN)]).await;
    leads(&accepted, "/welcome");
    browser.keep(&accepted);
    for path in ["/", "/inbox", "/inbox/1?status=open"] {
        let mut led = browser.open(path).await;
        if led.header("location") == "/inbox" {
            led = browser.open("/inbox").await;
        }
        leads(&led, "/welcome");
    }
    assert!(browser.open("/welcome").await.ok_text().contains("Grace Achieng"));

    let profile =
        [("full_name", "Grace A."), ("phone_number", ""), ("locale", "en"), ("theme", "dark")];
    let saved = post(&browser, "/fn/welcome/save", &profile).await;
    leads(&saved, "/welcome?step=areas");
    assert_eq!(saved.cookie("wardline_theme").as_deref(), Some("dark"));
    let areas = browser.open("/welcome?step=areas").await;
    assert!(areas.ok_text().contains("You cover: Harbour"), "{}", areas.text);
    assert!(areas.text.contains("Ada Admin"), "whom to tell that it is wrong");

    leads(&post(&browser, "/fn/welcome/finish", &[]).await, "/inbox");
    // The tokens are stale by now or soon: the page is rendered under renewed ones.
    let inbox = browser.open("/inbox").await;
    browser.keep(&inbox);
    assert!(inbox.ok_text().contains("Amina Otieno"), "{}", inbox.text);
    let me = browser.get("/api/me").await;
    if let Some(code) = me.code() {
        assert_eq!(code, "claims_stale");
        let renewed = browser.open("/inbox").await;
        browser.keep(&renewed);
    }
    let me = browser.get("/api/me").await.ok();
    assert_eq!((&me["full_name"], &me["onboarded"]), (&"Grace A.".into(), &true.into()));
    leads(&browser.open("/welcome").await, "/inbox");
    app.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_password_is_told_on_the_page_and_the_link_stays_good() {
    let app = TestApp::start(Engine::Sqlite).await;
    let invitation = invite(&app).await;
    let token = invitation["token"].as_str().unwrap();
    let browser = Browser::new(&app, String::new(), String::new());
    for (wrong, told) in [("short", "at least 10"), (GRACE, "not your e-mail address")] {
        let form = [("token", token), ("password", wrong)];
        let request =
            browser.request(Method::POST, "/fn/welcome/accept").header(ACCEPT, "text/html");
        let from = app.at(&format!("/invitation/{token}"));
        let answer = app.send(request.header(REFERER, from).form(&form)).await;
        assert_eq!(answer.status, 302, "{}", answer.text);
        assert!(answer.cookie("wardline_access").is_none());
        let back = answer.header("location").replace(app.url(), "");
        let page = browser.open(&back).await;
        assert!(page.ok_text().contains(told), "{}", page.text);
        assert!(!back.contains(wrong), "{back}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_link_that_is_not_good_says_so_with_its_status_and_names_nobody() {
    let app = TestApp::start(Engine::Sqlite).await;
    let invitation = invite(&app).await;
    let token = invitation["token"].as_str().unwrap();
    let browser = Browser::new(&app, String::new(), String::new());
    let form = [("token", token), ("password", CHOSEN)];
    leads(&post(&browser, "/fn/welcome/accept", &form).await, "/welcome");
    for (link, status, words) in [
        (token.to_owned(), 410, "This invitation was used already"),
        ("0".repeat(40), 404, "There is no such invitation"),
        ("x".to_owned(), 404, "There is no such invitation"),
    ] {
        let page = browser.open(&format!("/invitation/{link}")).await;
        assert_eq!(page.status, status, "{}", page.text);
        assert!(page.text.contains(words), "{}", page.text);
        assert!(!page.text.contains("Grace"), "{}", page.text);
    }
    app.stop().await;
}

#[tokio::test]
async fn the_first_steps_are_for_those_who_are_signed_in_and_have_not_been_through_them() {
    let app = TestApp::start(Engine::Sqlite).await;
    let officer = app.browser(HARBOUR).await;
    leads(&officer.open("/welcome").await, "/inbox");
    let before = app.everything().await;
    let again = post(&officer, "/fn/welcome/finish", &[]).await;
    leads(&again, "/inbox");
    assert_eq!(app.everything().await, before, "what is done is not done again");
    for path in ["/fn/welcome/finish", "/fn/welcome/save", "/fn/welcome/inviter"] {
        let form = [("full_name", "X"), ("phone_number", ""), ("locale", "en")];
        let request = app.request(Method::POST, path);
        let request = if path.ends_with("inviter") {
            request.json(&serde_json::json!({}))
        } else {
            request.form(&form)
        };
        let answer = app.send(request).await;
        assert_eq!(answer.status, 401, "{path}: {}", answer.text);
    }
    assert_eq!(app.everything().await, before);
    app.stop().await;
}
