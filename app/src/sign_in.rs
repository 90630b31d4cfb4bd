//! The sign-in page. Its forms work without JavaScript.

mod demo;
mod form;
mod here;
pub mod words;

pub use form::SignInForm;
pub use here::SignInHere;

use crate::session::api::{self, SignIn};
use crate::ui::Icon;
use demo::DemoSignIns;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// One card in the middle of the page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let query = use_query_map();
    let next = Signal::derive(move || query.with(|query| query.get("next")).unwrap_or_default());
    let demo = Resource::new_blocking(|| (), |()| api::demo());
    view! {
        <Title text=words::TITLE />
        <main class="sign-in">
            <p class="sign-in__brand">{Icon::Leaf.draw()} "Wardline"</p>
            <div class="card sign-in__card">
                <h1>{words::TITLE}</h1>
                <SignInForm action next />
                <Suspense>
                    {move || Suspend::new(async move {
                        demo.await.unwrap_or(false).then(|| view! { <DemoSignIns action next /> })
                    })}
                </Suspense>
            </div>
        </main>
    }
}
