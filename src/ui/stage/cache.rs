//! The cache: a chip full of entries, and the moment when it loses them.

use super::actor::{Aside, Face, Vitals, actor, head};
use super::board::Board;
use crate::decimal::Decimal;
use crate::html;
use crate::ui::geometry::{Class, chip, scatter};
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::views::{CacheView, Foot, Tile, TileState, Touch, cache};
use crate::ui::{Memo, memo};
use crate::world::Actor;

const FACE: Face = Face {
    name: "Cache",
    nature: "in memory: fast, forgets when it stops",
    dead_name: "Cache is down",
    icon: "cache",
    icon_class: "actor__icon",
    tells_state: true,
};

/// The cache.
pub fn cache_part() -> Part {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Cache);
    let room = board.place(crate::ui::geometry::Layout::tiles);
    let columns = board.place(|layout| layout.columns);
    let narrow = board.place(|layout| layout.class == Class::Narrow);
    let view = board.moment(move |moment| cache(moment, room.get()));
    let is_loading = move || vitals.look.with(|look| look.condition.restarting);
    let aside = memo(move || if narrow.get() || is_loading() { Aside::default() } else { view.with(aside) });
    let label = move || {
        let cache = vitals.named("Cache");
        view.with(|view| match (vitals.is_down(), view.dirty) {
            (true, _) => format!("{cache}, its memory is gone"),
            (false, 0) => format!("{cache}, {} entries", view.count),
            (false, dirty) => format!("{cache}, {dirty} of {} entries not yet in the database", view.count),
        })
    };
    let part = actor(vitals, "cache", label, chip);
    let entries = Part::new(r#"<ul class="entries"></ul>"#)
        .set("style", move || format!("--columns:{}", columns.get()))
        .fill(move || (0..room.get()).map(|place| tile_part(view, place)).collect());
    part.at(".actor__body").add(head(vitals, FACE, Some(aside))).add(entries);
    part
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

fn tile_part(view: Memo<CacheView>, place: usize) -> Part {
    let tile = memo(move || view.with(|view| view.tiles.get(place).cloned().unwrap_or_default()));
    let ways = fall_ways(place);
    let touch = move || match tile.with(|tile| tile.touch) {
        Touch::None => None,
        Touch::Read => Some("read"),
        Touch::Write => Some("write"),
    };
    let style = move || {
        tile.with(|tile| format!("--ttl:{};{ways}", Decimal(f64::from(tile.ttl.map_or(100, |ttl| ttl.1)) / 100.0)))
    };
    let is_empty = move || tile.with(|tile| tile.state == TileState::Empty);
    Part::new(r#"<li class="entry"></li>"#)
        .set("data-state", move || tile.with(|tile| tile.state.id()))
        .set("data-key", move || tile.with(|tile| (tile.state != TileState::Empty).then(|| tile.key.clone())))
        .set("data-touch", touch)
        .set("style", style)
        .set("aria-hidden", move || is_empty().then_some("true"))
        .html(move || tile.with(|tile| (tile.state != TileState::Empty).then(|| inside(tile))))
}

fn inside(tile: &Tile) -> String {
    let mut inside = String::new();
    html::add(&mut inside, "span class=\"entry__key\"", &tile.key);
    html::add(&mut inside, "span class=\"entry__value\"", &tile.value);
    let version = tile.version.map_or_else(String::new, |version| format!("v{version}"));
    inside.push_str(&format!(
        r#"<span class="entry__version">{version}</span><span class="entry__foot">{}</span><span class="visually-hidden">{}</span>"#,
        foot_html(tile),
        tile.state.words()
    ));
    inside
}

/// Each tile's own way down.
fn fall_ways(place: usize) -> String {
    let seed = u32::try_from(place).unwrap_or(0) * 3 + 40;
    format!(
        "--spin:{:.1}deg;--drop:{:.0}px;--drift:{:.0}px",
        Decimal((scatter(seed) - 0.5) * 7.0),
        Decimal(1.0 + scatter(seed + 1) * 5.0),
        Decimal((scatter(seed + 2) - 0.5) * 12.0)
    )
}

/// Words for a tile with room, and fewer for one without.
fn either(long: &str, short: &str) -> String {
    format!(r#"<span class="entry__long">{long}</span><span class="entry__short">{short}</span>"#)
}

fn foot_html(tile: &Tile) -> String {
    match &tile.foot {
        Foot::Nothing => String::new(),
        Foot::TimeToLive => {
            let left = tile.ttl.map_or_else(|| "no TTL".to_owned(), |(seconds, _)| format!("{seconds} s"));
            format!(r#"<i class="entry__ttl"></i>{left}"#)
        }
        Foot::NotYet => r#"<i class="entry__dot"></i>"#.to_owned() + &either("not yet in database", "only here"),
        Foot::Older => icon("old") + &either("older than database", "too old"),
        Foot::Gone(why, short) => either(why, short),
        Foot::Lost(told) => {
            let who = told.map_or_else(|| "told nobody".to_owned(), |name| format!("told {name}"));
            format!(r#"✕ LOST<i class="entry__told">{who}</i>"#)
        }
    }
}
