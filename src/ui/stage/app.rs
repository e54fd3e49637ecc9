//! The application with its desks, and the cache layer with its one.

use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::actor::{Face, Head, Vitals, casing};
use super::board::Board;
use crate::ui::geometry::{Rect, plain};
use crate::ui::icons::token;
use crate::ui::views::{DeskView, Look, Token, desk, loader_desk};
use crate::world::Actor;

const APP: Face = Face {
    name: "App",
    nature: "server",
    dead_name: "App",
    dead_nature: "is down",
    icon: "app",
    icon_class: "actor__icon app__icon",
    tells_state: false,
};

const LOADER: Face = Face {
    name: "Loader",
    nature: "cache layer",
    dead_name: "Loader",
    dead_nature: "is down",
    icon: "loader",
    icon_class: "actor__icon loader__icon",
    tells_state: false,
};

/// The application.
#[component]
pub fn App() -> impl IntoView {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::App);
    let seats = board.place(|layout| layout.desks.len());
    let desks = move || {
        let one = |seat| {
            let place = board.place(move |layout| layout.desks.get(seat).copied().unwrap_or_default());
            desk_view(place, board.moment(move |moment| desk(moment, seat)))
        };
        (0..seats.get()).map(one).collect_view()
    };
    view! {
        <section
            class="actor app"
            data-testid="actor-app"
            data-state=move || vitals.state()
            style=move || vitals.style()
            aria-label=move || format!("App server, {}", vitals.look.with(Look::state))
        >
            {casing(vitals, plain)}
            <div class="actor__body"><Head vitals face=APP/>{desks}</div>
        </section>
    }
}

/// The cache layer.
#[component]
pub fn Loader() -> impl IntoView {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Loader);
    let place = board.place(|layout| layout.loader.map(|(_, desk)| desk).unwrap_or_default());
    let desk = board.moment(loader_desk);
    view! {
        <section
            class="actor loader"
            data-testid="actor-loader"
            data-state=move || vitals.state()
            style=move || vitals.style()
            aria-label=move || format!("Cache layer, {}", vitals.look.with(Look::state))
        >
            {casing(vitals, plain)}
            <div class="actor__body"><Head vitals face=LOADER/>{desk_view(place, desk)}</div>
        </section>
    }
}

/// A desk; an idle one has no kind.
fn desk_view(place: Memo<Rect>, desk: Memo<Option<DeskView>>) -> impl IntoView {
    let kind = memo(move || desk.with(|desk| desk.as_ref().map(|desk| desk.token)));
    let what = move || desk.with(|desk| desk.as_ref().map(|desk| desk.what.clone()).unwrap_or_default());
    // One that gets no answer says so; where its code is matters less then.
    let line = move || {
        let line = desk.with(|desk| desk.as_ref().filter(|desk| !desk.is_stuck).map(|desk| desk.line));
        line.map_or_else(String::new, |line| format!("line {line}, "))
    };
    let step = move || desk.with(|desk| desk.as_ref().map_or("", |desk| desk.step));
    let inside = move || {
        kind.get().map(|kind| {
            view! {
                {token(kind.id(), "desk__token")}
                <span class="desk__what">{what}</span>
                <span class="desk__step"><span class="desk__line">{line}</span>{step}</span>
            }
        })
    };
    view! {
        <div class="desk" style=move || place.with(Rect::style) data-kind=move || kind.get().map(Token::id)>
            {inside}
        </div>
    }
}
