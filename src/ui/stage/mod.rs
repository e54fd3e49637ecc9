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
mod zoom;

use leptos::prelude::*;

use self::app::{app, loader};
use self::avatars::OUTLINE;
use self::board::{Board, measure};
use self::cache::cache_part;
use self::carriers::{flusher_part, queue_part};
use self::database::database;
use self::lanes::lanes;
use self::menu::menu;
use self::packets::packets;
use self::person::person_part;
use self::zoom::zoomed;
use super::part::Part;
use super::{Desk, memo};
use crate::decimal::Decimal;

/// The stage.
pub fn stage() -> Part {
    let desk = Desk::of_page();
    let board = Board::new(desk);
    provide_context(board);
    // Its height never changes, so that measuring it is never the cause of another measurement.
    let ruler = Part::new(r#"<div class="stage__ruler"></div>"#);
    measure(ruler.element(), board.width);
    let playing = memo(move || desk.head().playing);
    let class = board.place(|layout| layout.class);
    let height = board.place(|layout| layout.height);
    let people = board.place(|layout| layout.people.len());
    let cast = memo(move || board.backdrop.with(|backdrop| backdrop.cast));
    let (app, cache, database) = (app(), cache_part(), database());
    let stage = Part::new(r#"<section class="stage" data-testid="stage" aria-label="Stage"></section>"#)
        .add(Part::new(OUTLINE))
        .add(ruler)
        .add(lanes())
        .add_all([app.clone(), cache.clone(), database.clone()])
        .add(packets());
    app.precede(move || (0..people.get()).map(person_part).collect());
    cache.precede(move || cast.get().loader.then(loader).into_iter().collect());
    database.precede(move || if cast.get().flusher { vec![queue_part(), flusher_part()] } else { Vec::new() });
    let stage = stage
        .set("data-class", move || class.get().id())
        .set("data-orientation", move || class.get().orientation())
        .set("data-playing", move || playing.get().to_string())
        .set("style", move || format!("height:{:.0}px", Decimal(height.get())))
        .fill(move || board.open.get().map(|subject| menu(board, subject)).into_iter().collect());
    zoomed(board, stage)
}
