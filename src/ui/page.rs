//! The page's root.

use leptos::prelude::*;

use super::stage::Stage;
use super::{Desk, clock};
use crate::embed::{bridge, parse_query};

/// Mounts the page into the document's body.
pub fn mount() {
    console_error_panic_hook::set_once();
    let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    mount_to_body(move || {
        let params = parse_query(&query);
        match Desk::new(params) {
            Ok(desk) => view! { <Page desk/> }.into_any(),
            Err(error) => view! { <p data-testid="notice" role="alert">{error.to_string()}</p> }.into_any(),
        }
    });
}

#[component]
fn Page(desk: Desk) -> impl IntoView {
    provide_context(desk);
    clock::start(desk);
    bridge::install(desk);
    view! {
        <main>
            <Stage/>
            <button data-testid="play" on:click=move |_| desk.toggle()>"Play"</button>
        </main>
    }
}
