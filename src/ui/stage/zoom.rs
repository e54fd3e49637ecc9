//! The stage enlarged, in a window that scrolls: the request that is followed stays in its middle.

use web_sys::{Element, MouseEvent, WheelEvent};

use super::board::Board;
use super::packets::spot;
use crate::decimal::{Decimal, within};
use crate::ui::effect;
use crate::ui::part::Part;
use crate::ui::shell::{Trail, browser};

const HTML: &str = r#"<div class="scene">
<div class="glass"></div>
<div class="scene__zoom" role="group" aria-label="Size of the stage"><button class="icon-button" type="button" data-zoom="out" aria-label="Smaller" title="Smaller">−</button><button class="icon-button" type="button" data-zoom="in" aria-label="Larger" title="Larger">+</button></div>
</div>"#;

/// One step of a button, and the most.
const STEP: f64 = 1.5;
const MOST: f64 = 3.375;

/// The stage in its window.
pub fn zoomed(board: Board, stage: Part) -> Part {
    let scene = Part::new(HTML);
    let glass = scene.at(".glass").add(stage);
    let window = glass.element().clone();
    glass
        .set("data-zoomed", move || board.zoom.get() > 1.0)
        .set("tabindex", move || (board.zoom.get() > 1.0).then_some("0"))
        .set("style", move || format!("--zoom:{}", Decimal(board.zoom.get())))
        .on("wheel", {
            let window = window.clone();
            move |event: WheelEvent| {
                // A pinch on a touchpad says so, too.
                if event.ctrl_key() {
                    event.prevent_default();
                    let area = window.get_bounding_client_rect();
                    let at = (f64::from(event.client_x()) - area.left(), f64::from(event.client_y()) - area.top());
                    turn(board, &window, libm::exp(-event.delta_y() / 300.0), at);
                }
            }
        });
    follow_request(board, window.clone());
    scene.at(".scene__zoom").on("click", move |event: MouseEvent| {
        let middle = (f64::from(window.client_width()) / 2.0, f64::from(window.client_height()) / 2.0);
        match browser::pressed(&event, "data-zoom").as_deref() {
            Some("in") => turn(board, &window, STEP, middle),
            Some(_) => turn(board, &window, 1.0 / STEP, middle),
            None => {}
        }
    });
    scene
}

/// Makes the stage larger by a factor; what is at that place of the window stays there.
fn turn(board: Board, window: &Element, factor: f64, at: (f64, f64)) {
    let before = board.zoom.get_untracked();
    let after = within(before * factor, 1.0, MOST);
    let ratio = after / before;
    let place = |scrolled: i32, at: f64| ((f64::from(scrolled) + at) * ratio - at) as i32;
    let (left, top) = (place(window.scroll_left(), at.0), place(window.scroll_top(), at.1));
    board.zoom.set(after);
    window.set_scroll_left(left);
    window.set_scroll_top(top);
}

fn follow_request(board: Board, window: Element) {
    let trail = Trail::of_page();
    effect(move || {
        let (zoom, followed) = (board.zoom.get(), trail.followed());
        if zoom <= 1.0 || followed.is_none() {
            return;
        }
        let frame = board.desk.frame();
        let Some(packet) = frame.packets.iter().rev().find(|packet| packet.request == followed) else { return };
        if let Some(at) = board.layout.with(|layout| spot(layout, packet)) {
            window.set_scroll_left((at.x * zoom) as i32 - window.client_width() / 2);
            window.set_scroll_top((at.y * zoom) as i32 - window.client_height() / 2);
        }
    });
}
