//! Clients: a phone that keeps its tokens itself, and a browser that has cookies.

use super::{Answer, TestApp, world};
use reqwest::header::{ACCEPT, COOKIE, ORIGIN};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use server::session::SENT_AT;

/// A native client, signed in.
#[derive(Clone)]
pub(crate) struct Device {
    /// What carries its requests.
    pub(crate) http: Client,
    /// The server it talks to.
    pub(crate) url: String,
    /// Its access token.
    pub(crate) access: String,
    /// Its refresh token.
    pub(crate) refresh: String,
    /// The answer to its sign-in.
    pub(crate) granted: Value,
}

impl Device {
    /// Signs in.
    pub(crate) async fn sign_in(app: &TestApp, email: &str) -> Self {
        let body = json!({
            "email": email, "password": world::PASSWORD, "device_name": format!("phone of {email}"),
        });
        let granted = app.post("/api/auth/login", &body).await.ok();
        let token = |name: &str| granted[name].as_str().unwrap().to_owned();
        let (access, refresh) = (token("access_token"), token("refresh_token"));
        Self { http: app.http().clone(), url: app.url().to_owned(), access, refresh, granted }
    }

    /// The id of its session.
    pub(crate) fn session(&self) -> String {
        self.granted["session"]["id"].as_str().unwrap().to_owned()
    }

    /// A request with its access token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.access)
    }

    /// `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// `PATCH` of JSON.
    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(body)).await
    }

    /// `DELETE`.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// Presents its refresh token and keeps nothing of the answer.
    pub(crate) async fn present(&self) -> Answer {
        Answer::of(self.presentation()).await
    }

    /// The same, saying when it was sent.
    pub(crate) async fn present_sent_at(&self, millis: &str) -> Answer {
        Answer::of(self.presentation().header(SENT_AT, millis)).await
    }

    fn presentation(&self) -> RequestBuilder {
        let url = format!("{}/api/auth/refresh-mobile", self.url);
        self.http.post(url).json(&json!({ "refresh_token": self.refresh }))
    }

    /// The same device after a refresh that succeeded.
    pub(crate) async fn refreshed(&self) -> Self {
        let granted = self.present().await.ok();
        let token = |name: &str| granted[name].as_str().unwrap().to_owned();
        Self {
            access: token("access_token"),
            refresh: token("refresh_token"),
            granted,
            http: self.http.clone(),
            url: self.url.clone(),
        }
    }
}

/// A browser, signed in over http.
#[derive(Clone)]
pub(crate) struct Browser {
    /// What carries its requests.
    pub(crate) http: Client,
    /// The server it talks to.
    pub(crate) url: String,
    /// What it says to be at.
    pub(crate) origin: String,
    /// Its access cookie.
    pub(crate) access: String,
    /// Its refresh cookie.
    pub(crate) refresh: String,
}

impl Browser {
    /// A browser with these tokens in its cookies.
    pub(crate) fn new(app: &TestApp, access: String, refresh: String) -> Self {
        let url = app.url().to_owned();
        Self { http: app.http().clone(), origin: url.clone(), url, access, refresh }
    }

    /// A request as one of our pages makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut cookies = Vec::new();
        if !self.access.is_empty() {
            cookies.push(format!("wardline_access={}", self.access));
        }
        if !self.refresh.is_empty() {
            cookies.push(format!("wardline_refresh={}", self.refresh));
        }
        let writes = method != Method::GET;
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if writes {
            request = request.header(ORIGIN, &self.origin);
        }
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    /// `GET`, as a script does.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// Opens a page.
    pub(crate) async fn open(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).header(ACCEPT, "text/html")).await
    }

    /// Takes the cookies of an answer, as a browser does.
    pub(crate) fn keep(&mut self, answer: &Answer) {
        for (name, cookie) in
            [("wardline_access", &mut self.access), ("wardline_refresh", &mut self.refresh)]
        {
            if let Some(value) = answer.cookie(name) {
                *cookie = value;
            }
        }
    }
}
