//! The lanes.

use leptos::prelude::*;

use crate::ui::Memo;

use super::board::Board;
use crate::ui::geometry::{Direction, Lane, LaneId, route};
use crate::ui::views::Moment;
use crate::world::Actor;

/// The lanes, lit where something travels, dashed where nothing gets through.
#[component]
pub fn Lanes() -> impl IntoView {
    let board = Board::of_stage();
    let active = board.moment(|moment| {
        let packets = moment.frame.packets.iter().filter(|packet| packet.lost.is_none());
        packets.filter_map(|packet| route(packet.from, packet.to)).fold(0, |set, (lane, way)| set | lane.bit(way))
    });
    let cut = board.moment(cut_lanes);
    let drawn = move || {
        board.layout.with(|layout| {
            let lanes = layout.lanes.iter().filter(|lane| !lane.is_short());
            lanes.map(|lane| lane_view(lane, active, cut)).collect_view()
        })
    };
    view! { <svg class="stage__lanes" aria-hidden="true">{drawn}</svg> }
}

fn lane_view(lane: &Lane, active: Memo<u32>, cut: Memo<u32>) -> impl IntoView + use<> {
    let id = lane.id;
    let [(out, out_tip), (back, back_tip)] = lane.paths();
    let track = move |way: Direction, line: String, tip: String| {
        let bit = id.bit(way);
        view! {
            <path
                class="lane"
                data-active=move || (active.get() & bit != 0).to_string()
                data-cut=move || (cut.get() & bit != 0).to_string()
                d=line
            ></path>
            <path class="lane__arrow" d=tip></path>
        }
    };
    view! { <g>{track(Direction::Out, out, out_tip)}{track(Direction::Back, back, back_tip)}</g> }
}

/// The lanes that have an end which is down or cut off.
fn cut_lanes(moment: &Moment) -> u32 {
    let works = |actor| {
        let condition = moment.frame.actor(actor).condition;
        condition.up && condition.reachable
    };
    let front = if moment.backdrop.cast.loader { Actor::Loader } else { Actor::App };
    let mut lanes: Vec<(LaneId, [Actor; 2])> = vec![
        (LaneId::AppLoader, [Actor::App, Actor::Loader]),
        (LaneId::Cache, [front, Actor::Cache]),
        (LaneId::Database, [front, Actor::Database]),
        (LaneId::Flush, [Actor::Flusher, Actor::Database]),
    ];
    lanes.extend((0..moment.backdrop.cast.people).map(|seat| (LaneId::Person(seat), [Actor::App, Actor::App])));
    let broken = lanes.into_iter().filter(|(_, ends)| ends.iter().any(|end| !works(*end)));
    broken.fold(0, |set, (lane, _)| set | lane.bit(Direction::Out) | lane.bit(Direction::Back))
}
