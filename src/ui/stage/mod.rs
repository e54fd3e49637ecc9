//! The stage: people, servers and the messages between them. Everything on it is drawn from the moment that is shown, so
//! it looks the same when time is turned back.

mod actor;
mod app;
mod avatars;
mod board;
mod cache;
mod carriers;
mod crowd;
mod database;
mod lanes;
mod menu;
mod packets;
mod person;

use leptos::html::Div;
use leptos::prelude::*;

use crate::ui::{effect, memo};

use self::app::{App, Loader};
use self::avatars::Outline;
use self::board::{Board, measure};
use self::cache::Cache;
use self::carriers::{Flusher, Queue};
use self::database::Database;
use self::lanes::Lanes;
use self::menu::Menu;
use self::packets::Packets;
use self::person::Person;
use super::Desk;

/// The stage.
#[component]
pub fn Stage() -> impl IntoView {
    let desk = Desk::of_page();
    let board = Board::new(desk);
    provide_context(board);
    let ruler = NodeRef::<Div>::new();
    effect(move || {
        if let Some(ruler) = ruler.get() {
            measure(&ruler, board.width);
        }
    });
    let playing = memo(move || desk.head().playing);
    let class = board.place(|layout| layout.class);
    let height = board.place(|layout| layout.height);
    let people = board.place(|layout| layout.people.len());
    let cast = memo(move || board.backdrop.with(|backdrop| backdrop.cast));
    view! {
        <section
            class="stage"
            data-testid="stage"
            data-class=move || class.get().id()
            data-orientation=move || class.get().orientation()
            data-playing=move || playing.get().to_string()
            style=move || format!("height:{:.0}px", height.get())
            aria-label="Stage"
        >
            <Outline/>
            // Its height never changes, so that measuring it is never the cause of another measurement.
            <div class="stage__ruler" node_ref=ruler></div>
            <Lanes/>
            {move || (0..people.get()).map(|seat| view! { <Person seat/> }).collect_view()}
            <App/>
            {move || cast.get().loader.then(|| view! { <Loader/> })}
            <Cache/>
            {move || cast.get().flusher.then(|| view! { <Queue/><Flusher/> })}
            <Database/>
            <Packets/>
            <Menu/>
        </section>
    }
}
