//! What stands between cache and database: the queue of dirty entries and the flusher.

use super::actor::{Vitals, actor, bolt, head_button};
use super::board::Board;
use crate::decimal::Decimal;
use crate::html;
use crate::ui::geometry::{Rect, Slips, plain, scatter};
use crate::ui::icons::classed_icon;
use crate::ui::memo;
use crate::ui::part::Part;
use crate::ui::views::{QueueView, Slip, fall, flusher, queue};
use crate::world::Actor;

/// The queue.
pub fn queue_part() -> Part {
    let board = Board::of_stage();
    let place = board.place(|layout| layout.flusher.map(|(queue, _)| queue).unwrap_or_default());
    let view = board.moment(queue);
    let lost = move || view.with(|view| view.is_lost);
    let count = move || view.with(|view| view.count);
    let since =
        board.moment(|moment| moment.frame.since_crash.map(|since| (since.as_secs_f64() * 100.0).round().min(1e5)));
    let fallen =
        move || since.get().map_or(1.0, |hundredths| fall(hundredths / 100.0, board.speed.get(), board.calm.get()));
    let style = move || {
        let place = place.with(Rect::style);
        if lost() { format!("{place};--fall:{}", Decimal(fallen())) } else { place }
    };
    let words = move || match (lost(), count()) {
        (true, _) => "never arrived",
        (false, 1) => "waits for the database",
        _ => "wait for the database",
    };
    let part = Part::new(r#"<section class="queue" data-testid="queue"></section>"#)
        .set("data-state", move || if lost() { "lost" } else { "" })
        .set("style", style)
        .set("aria-label", move || format!("Queue of dirty entries: {} {}", count(), words()));
    part.html(move || {
        let slips = place.with(|place| view.with(|view| slips_html(place, view)));
        format!(r#"<p class="queue__head"><span class="queue__count">{}</span>{}</p>{slips}"#, count(), words())
    })
}

fn slips_html(place: &Rect, view: &QueueView) -> String {
    let slips = Slips::of(place, view.slips.len());
    let mut html = String::new();
    for top in slips.rails() {
        html.push_str(&format!(r#"<i class="queue__rail" data-style="top:{}px"></i>"#, Decimal(top)));
    }
    html.push_str("<div>");
    for (index, slip) in view.slips.iter().enumerate() {
        let style = format!("{};{}", slips.style(index), fall_ways(index));
        add_slip(&mut html, slip, view.is_lost, slips.is_covered(index), &style);
    }
    html + "</div>"
}

fn add_slip(html: &mut String, slip: &Slip, lost: bool, covered: bool, style: &str) {
    let state = match (lost, slip.in_hand) {
        (true, _) => "lost",
        (false, true) => "in-hand",
        (false, false) => "waiting",
    };
    let covered = if covered { r#" data-covered="true""# } else { "" };
    html.push_str(&format!(
        r#"<span class="slip" data-state="{state}"{covered} data-key="{}" data-style="{style}">"#,
        html::escape(&slip.key)
    ));
    html::add(html, "b", &slip.key);
    html.push_str(&html::escape(&slip.value));
    html.push_str("</span>");
}

/// Each slip's own way down.
fn fall_ways(place: usize) -> String {
    let seed = u32::try_from(place).unwrap_or(0) * 2 + 400;
    format!("--spin:{:.1}deg;--drop:{:.0}px", Decimal((scatter(seed) - 0.5) * 12.0), Decimal(scatter(seed + 1) * 6.0))
}

/// The flusher.
pub fn flusher_part() -> Part {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Flusher);
    let view = board.moment(flusher);
    let waits = memo(move || view.with(|view| view.left.is_some()));
    let left = move || view.with(|view| f64::from(view.left.unwrap_or(0)) / 100.0);
    let sign = move || {
        let ring = || Part::new(RING).set("style", move || format!("--left:{}", Decimal(left())));
        vec![if waits.get() { ring() } else { Part::new(&classed_icon("flusher", "actor__icon")) }]
    };
    let name = move || {
        let name = if vitals.is_down() { "Flusher is down" } else { "Flusher" };
        view.with(|view| format!(r#"{name}<span class="actor__nature">{}</span>"#, view.words))
    };
    let part = actor(vitals, "carrier flusher", move || vitals.named("Flusher"), plain);
    let text = Part::new(r#"<span class="actor__name"></span>"#).html(name);
    part.at(".actor__body").add(head_button(vitals, "Flusher").add(text.clone()).add(bolt()));
    text.precede(sign);
    part
}

const RING: &str = r#"<svg class="ring" viewBox="0 0 34 34" aria-hidden="true"><circle class="ring__track" cx="17" cy="17" r="14"/><circle class="ring__left" cx="17" cy="17" r="14"/></svg>"#;
