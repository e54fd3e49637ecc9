//! The page's root: what is shown, and in which order.

use leptos::prelude::*;

use super::icons::sprite;
use super::shell::{
    Beat, BreakIt, CaptionBar, Claims, Code, Compare, Console, Figures, FullView, Key, Log, Losses, Masthead, Notices,
    Promise, Settings, Sheet, Story, Transport, keep_address, keep_theme, listen,
};
use super::stage::Stage;
use super::{Desk, Lab, clock, whole};
use crate::embed::{bridge, parse_query};

/// Mounts the page into the document's body, or has the whole page mounted where the link needs it.
pub fn mount() {
    console_error_panic_hook::set_once();
    let Some(window) = web_sys::window() else { return };
    let handed_over = whole::handed_over();
    let query = handed_over.clone().unwrap_or_else(|| window.location().search().unwrap_or_default());
    let params = parse_query(&query);
    if whole::is_needed(&params.scenario) {
        return whole::begin(&query);
    }
    if let Some(body) = window.document().and_then(|document| document.body()) {
        // There is something only where this page takes another one's place.
        body.set_inner_html("");
    }
    mount_to_body(move || match Desk::new(params) {
        Ok(desk) => view! { <Page desk/> }.into_any(),
        Err(error) => view! { <p data-testid="notice" role="alert">{error.to_string()}</p> }.into_any(),
    });
    if handed_over.is_some() {
        whole::tell_ready();
    }
}

#[component]
fn Page(desk: Desk) -> impl IntoView {
    provide_context(desk);
    Beat::start(desk);
    clock::start(desk);
    let lab = Lab::new();
    provide_context(lab);
    bridge::install(desk, lab);
    keep_theme(desk);
    listen(desk);
    let is_embedded = desk.view().with_untracked(|view| view.embed);
    if !is_embedded {
        keep_address(desk);
    }
    view! {
        {sprite()}
        <div class="page" data-embed=is_embedded.then_some("true")>
            {(!is_embedded).then(|| view! { <Masthead/> }.into_any())}
            <main>
                <Notices/>
                {(!is_embedded).then(|| view! { <Story/> }.into_any())}
                <Theatre/>
                <Panels/>
            </main>
            {is_embedded.then(|| view! { <FullView/> }.into_any())}
        </div>
        <Sheet/>
    }
}

/// Whether a panel is asked for, which a link decides once.
fn shows(panel: &str) -> bool {
    Desk::of_page().view().with_untracked(|view| view.shows(panel))
}

#[component]
fn Theatre() -> impl IntoView {
    let (has_stage, has_timeline) = (shows("stage"), shows("timeline"));
    let (has_ledger, has_faults) = (shows("ledger"), shows("faults"));
    if !(has_stage || has_timeline || has_ledger || has_faults) {
        return ().into_any();
    }
    view! {
        <div class="theatre">
            {has_stage.then(|| view! { <Stage/> }.into_any())}
            {has_timeline.then(|| view! { <div class="deck"><CaptionBar/><Transport/></div> }.into_any())}
            {(has_ledger || has_faults).then(|| view! {
                <div class="foot">
                    {has_ledger.then(|| view! { <Promise/> }.into_any())}
                    {has_faults.then(|| view! { <BreakIt/> }.into_any())}
                </div>
            }.into_any())}
            {has_stage.then(|| view! { <Key/> }.into_any())}
        </div>
    }
    .into_any()
}

#[component]
fn Panels() -> impl IntoView {
    let desk = Desk::of_page();
    let is_whole = desk.view().with_untracked(|view| view.panels.is_empty());
    let compares = is_whole || desk.view().with_untracked(|view| !view.compare.is_empty());
    view! {
        <div class="panels">
            {shows("ledger").then(|| view! { <Losses/> }.into_any())}
            {shows("code").then(|| view! { <Code/> }.into_any())}
            {shows("metrics").then(|| view! { <Figures/> }.into_any())}
            {compares.then(|| view! { <Compare/> }.into_any())}
            <div class="column" data-span="6">
                {shows("settings").then(|| view! { <Settings/> }.into_any())}
                {shows("console").then(|| view! { <Console/> }.into_any())}
            </div>
            <div class="column" data-span="6">
                {shows("log").then(|| view! { <Log/> }.into_any())}
            </div>
            {shows("claims").then(|| view! { <Claims/> }.into_any())}
        </div>
    }
}
