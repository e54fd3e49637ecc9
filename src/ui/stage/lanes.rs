//! The lanes.

use std::cell::RefCell;
use std::sync::Arc;

use web_sys::Element;

use super::board::Board;
use crate::ui::geometry::{Direction, Lane, LaneId, Layout, route};
use crate::ui::part::{Part, follow};
use crate::ui::views::Moment;
use crate::world::Actor;

/// The lanes, lit where something travels, dashed where nothing gets through.
pub fn lanes() -> Part {
    let board = Board::of_stage();
    let active = board.moment(|moment| {
        let packets = moment.frame.packets.iter().filter(|packet| packet.lost.is_none());
        packets.filter_map(|packet| route(packet.from, packet.to)).fold(0, |set, (lane, way)| set | lane.bit(way))
    });
    let cut = board.moment(cut_lanes);
    let part = Part::new(r#"<svg class="stage__lanes" aria-hidden="true"></svg>"#);
    let drawn = RefCell::new(Drawn { ground: part.element().clone(), layout: None, tracks: Vec::new() });
    follow(move || drawn.borrow_mut().show(board.layout.get(), active.get(), cut.get()));
    part
}

/// The lanes of a layout, as they are drawn.
struct Drawn {
    ground: Element,
    layout: Option<Arc<Layout>>,
    tracks: Vec<Track>,
}

/// One way of a lane: its bit, its element, and whether it is active and whether it is cut.
struct Track {
    bit: u32,
    element: Element,
    state: Option<(bool, bool)>,
}

impl Drawn {
    fn show(&mut self, layout: Arc<Layout>, active: u32, cut: u32) {
        if !self.layout.as_ref().is_some_and(|drawn| Arc::ptr_eq(drawn, &layout)) {
            self.tracks = draw(&self.ground, &layout);
            self.layout = Some(layout);
        }
        for track in &mut self.tracks {
            let state = (active & track.bit != 0, cut & track.bit != 0);
            if track.state.replace(state) != Some(state) {
                // Both fail only for names that are no names.
                let _ = track.element.set_attribute("data-active", &state.0.to_string());
                let _ = track.element.set_attribute("data-cut", &state.1.to_string());
            }
        }
    }
}

fn draw(ground: &Element, layout: &Layout) -> Vec<Track> {
    let lanes = || layout.lanes.iter().filter(|lane| !lane.is_short());
    ground.set_inner_html(&lanes().map(lane_html).collect::<String>());
    let bits = lanes().flat_map(|lane| [Direction::Out, Direction::Back].map(|way| lane.id.bit(way)));
    let elements = ground.get_elements_by_class_name("lane");
    (0..)
        .zip(bits)
        .filter_map(|(place, bit)| Some(Track { bit, element: elements.item(place)?, state: None }))
        .collect()
}

fn lane_html(lane: &Lane) -> String {
    let track = |(line, tip): &(String, String)| {
        format!(r#"<path class="lane" d="{line}"/><path class="lane__arrow" d="{tip}"/>"#)
    };
    let [out, back] = lane.paths();
    format!("<g>{}{}</g>", track(&out), track(&back))
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
