//! The application with its desks, and the cache layer with its one.

use leptos::prelude::*;

use super::actor::{Face, Head, Vitals, casing};
use super::board::Board;
use super::icons::token_use;
use crate::ui::geometry::{Rect, plain};
use crate::ui::views::{DeskView, Look, desk, loader_desk};
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
    let token = Memo::new(move |_| desk.with(|desk| desk.as_ref().map(|desk| desk.token)));
    let text = move |pick: fn(&DeskView) -> &String| {
        move || desk.with(|desk| desk.as_ref().map(pick).cloned().unwrap_or_default())
    };
    let inside = move || {
        token.get().map(|token| {
            view! {
                <svg class="token desk__token" data-kind=token.id() aria-hidden="true" inner_html=token_use(token)></svg>
                <span class="desk__what">{text(|desk| &desk.what)}</span>
                <span class="desk__step">{text(|desk| &desk.step)}</span>
            }
        })
    };
    view! {
        <div class="desk" style=move || place.with(Rect::style) data-kind=move || token.get().map(crate::ui::views::Token::id)>
            {inside}
        </div>
    }
}
