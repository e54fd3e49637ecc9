//! The cache: a chip full of entries, and the moment when it loses them.

use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::actor::{Aside, Face, Head, Vitals, casing};
use super::board::Board;
use crate::ui::geometry::{Class, chip, scatter};
use crate::ui::icons::icon;
use crate::ui::views::{CacheView, Foot, Look, Tile, TileState, Touch, cache};
use crate::world::Actor;

const FACE: Face = Face {
    name: "Cache",
    nature: "in memory: fast, forgets when it stops",
    dead_name: "Cache is down",
    dead_nature: "its memory is gone",
    icon: "cache",
    icon_class: "actor__icon",
    tells_state: true,
};

/// The cache.
#[component]
pub fn Cache() -> impl IntoView {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Cache);
    let room = board.place(crate::ui::geometry::Layout::tiles);
    let columns = board.place(|layout| layout.columns);
    let narrow = board.place(|layout| layout.class == Class::Narrow);
    let view = board.moment(move |moment| cache(moment, room.get()));
    let aside = Signal::derive(move || if narrow.get() { Aside::default() } else { view.with(aside) });
    let label = move || {
        let state = vitals.look.with(Look::state);
        view.with(|view| match (vitals.is_down(), view.dirty) {
            (true, _) => format!("Cache, {state}, its memory is gone"),
            (false, 0) => format!("Cache, {state}, {} entries", view.count),
            (false, dirty) => format!("Cache, {state}, {dirty} of {} entries not yet in the database", view.count),
        })
    };
    let tiles = move || (0..room.get()).map(|place| tile_view(view, place)).collect_view();
    view! {
        <section
            class="actor cache"
            data-testid="actor-cache"
            data-state=move || vitals.state()
            style=move || vitals.style()
            aria-label=label
        >
            {casing(vitals, chip)}
            <div class="actor__body">
                <Head vitals face=FACE aside/>
                <ul class="entries" style=move || format!("--columns:{}", columns.get())>{tiles}</ul>
            </div>
        </section>
    }
}

fn aside(view: &CacheView) -> Aside {
    let keys = if view.count == 1 { "key" } else { "keys" };
    let (words, is_strong) = match view {
        _ if view.dirty > 0 => (format!("{} of {} not in database", view.dirty, view.count), true),
        _ if view.is_emptied => ("restarted, empty".to_owned(), false),
        _ if view.count == 0 => ("empty".to_owned(), false),
        _ => (format!("{} {keys}", view.count), false),
    };
    let words = if view.hidden > 0 && !is_strong { format!("{words}, +{} more", view.hidden) } else { words };
    Aside { words, is_strong, hides_state: is_strong, ..Aside::default() }
}

fn tile_view(view: Memo<CacheView>, place: usize) -> impl IntoView {
    let tile = memo(move || view.with(|view| view.tiles.get(place).cloned().unwrap_or_default()));
    let state = memo(move || tile.with(|tile| tile.state));
    let foot = memo(move || tile.with(|tile| tile.foot.clone()));
    let filled = memo(move || state.get() != TileState::Empty);
    let touch = move || match tile.with(|tile| tile.touch) {
        Touch::None => None,
        Touch::Read => Some("read"),
        Touch::Write => Some("write"),
    };
    let ways = fall_ways(place);
    let style =
        move || tile.with(|tile| format!("--ttl:{};{ways}", f64::from(tile.ttl.map_or(100, |ttl| ttl.1)) / 100.0));
    let text = move |pick: fn(&Tile) -> String| move || tile.with(pick);
    let inside = move || {
        filled.get().then(|| {
            view! {
                <span class="entry__key">{text(|tile| tile.key.clone())}</span>
                <span class="entry__value">{text(|tile| tile.value.clone())}</span>
                <span class="entry__version">
                    {text(|tile| tile.version.map_or_else(String::new, |version| format!("v{version}")))}
                </span>
                <span class="entry__foot">{move || foot_view(foot.get(), tile)}</span>
                <span class="visually-hidden">{move || state.get().words()}</span>
            }
        })
    };
    view! {
        <li class="entry" data-state=move || state.get().id() data-touch=touch style=style aria-hidden=move || (!filled.get()).then_some("true")>
            {inside}
        </li>
    }
}

/// Each tile's own way down.
fn fall_ways(place: usize) -> String {
    let seed = u32::try_from(place).unwrap_or(0) * 3 + 40;
    format!(
        "--spin:{:.1}deg;--drop:{:.0}px;--drift:{:.0}px",
        (scatter(seed) - 0.5) * 7.0,
        1.0 + scatter(seed + 1) * 5.0,
        (scatter(seed + 2) - 0.5) * 12.0
    )
}

/// Words for a tile with room, and fewer for one without.
fn either(long: &'static str, short: &'static str) -> impl IntoView {
    view! { <span class="entry__long">{long}</span><span class="entry__short">{short}</span> }
}

fn foot_view(foot: Foot, tile: Memo<Tile>) -> impl IntoView {
    let ttl = move || {
        let left = tile.with(|tile| tile.ttl);
        left.map_or_else(|| "no TTL".to_owned(), |(seconds, _)| format!("{seconds} s"))
    };
    match foot {
        Foot::Nothing => ().into_any(),
        Foot::TimeToLive => view! { <i class="entry__ttl"></i>{ttl} }.into_any(),
        Foot::NotYet => view! { <i class="entry__dot"></i>{either("not yet in database", "only here")} }.into_any(),
        Foot::Older => view! { {icon("old")}{either("older than database", "too old")} }.into_any(),
        Foot::Gone(why, short) => either(why, short).into_any(),
        Foot::Lost(told) => {
            let who = told.map_or_else(|| "told nobody".to_owned(), |name| format!("told {name}"));
            view! { "✕ LOST"<i class="entry__told">{who}</i> }.into_any()
        }
    }
}
