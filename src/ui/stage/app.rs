//! The application with its desks, and the cache layer with its one.

use super::actor::{Face, Vitals, actor, head};
use super::board::Board;
use crate::html;
use crate::ui::Memo;
use crate::ui::geometry::{Rect, plain};
use crate::ui::icons::token;
use crate::ui::part::Part;
use crate::ui::views::{DeskView, desk, loader_desk};
use crate::world::Actor;

const APP: Face = Face {
    name: "App",
    nature: "server",
    dead_name: "App",
    icon: "app",
    icon_class: "actor__icon app__icon",
    tells_state: false,
};

const LOADER: Face = Face {
    name: "Loader",
    nature: "cache layer",
    dead_name: "Loader",
    icon: "loader",
    icon_class: "actor__icon loader__icon",
    tells_state: false,
};

/// The application.
pub fn app() -> Part {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::App);
    let seats = board.place(|layout| layout.desks.len());
    let one = move |seat| {
        let place = board.place(move |layout| layout.desks.get(seat).copied().unwrap_or_default());
        desk_part(place, board.moment(move |moment| desk(moment, seat)))
    };
    let app = actor(vitals, "app", move || vitals.named("App server"), plain);
    app.at(".actor__body").add(head(vitals, APP, None)).fill(move || (0..seats.get()).map(one).collect());
    app
}

/// The cache layer.
pub fn loader() -> Part {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Loader);
    let place = board.place(|layout| layout.loader.map(|(_, desk)| desk).unwrap_or_default());
    let desk = desk_part(place, board.moment(loader_desk));
    let loader = actor(vitals, "loader", move || vitals.named("Cache layer"), plain);
    loader.at(".actor__body").add(head(vitals, LOADER, None)).add(desk);
    loader
}

/// A desk; an idle one has no kind.
fn desk_part(place: Memo<Rect>, desk: Memo<Option<DeskView>>) -> Part {
    Part::new(r#"<div class="desk"></div>"#)
        .set("style", move || place.with(Rect::style))
        .set("data-kind", move || desk.with(|desk| desk.as_ref().map(|desk| desk.token.id())))
        .html(move || desk.with(|desk| desk.as_ref().map(inside)))
}

fn inside(desk: &DeskView) -> String {
    let mut inside = token(desk.token.id(), "desk__token");
    html::add(&mut inside, "span class=\"desk__what\"", &desk.what);
    inside.push_str("<span class=\"desk__step\"><span class=\"desk__line\">");
    // One that gets no answer says so; where its code is matters less then.
    if !desk.is_stuck {
        inside.push_str(&format!("line {}, ", desk.line));
    }
    inside + "</span>" + desk.step + "</span>"
}
