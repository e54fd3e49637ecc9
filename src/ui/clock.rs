//! Lets virtual time go on while the page plays: once for each frame that the browser draws.

use crate::decimal::within;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::ui::{effect, memo};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Element;

use super::Desk;
use super::shell::seen::watch_seen;

/// Longest time that one frame may make up for, in seconds: a page that was hidden goes on where it was.
const LONGEST_FRAME: f64 = 0.1;

type Tick = Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>;

/// Starts the clock of a desk. It asks for frames only while the desk plays, and while somebody can see `stage`, if that is given.
pub fn start(desk: Desk, stage: Option<&Element>) {
    let tick: Tick = Rc::default();
    let last: Rc<Cell<Option<f64>>> = Rc::default();
    let asked: Rc<Cell<bool>> = Rc::default();
    let seen = Rc::new(Cell::new(true));
    let is_seen = Rc::clone(&seen);
    let (again, latest, pending) = (Rc::clone(&tick), Rc::clone(&last), Rc::clone(&asked));
    *tick.borrow_mut() = Some(Closure::new(move |now: f64| {
        pending.set(false);
        let head = desk.head_now();
        if !head.playing || !is_seen.get() {
            latest.set(None);
            return;
        }
        let elapsed = latest.replace(Some(now)).map_or(0.0, |before| (now - before) / 1000.0);
        desk.advance(within(elapsed, 0.0, LONGEST_FRAME));
        ask(&again, &pending);
    }));
    if let Some(stage) = stage {
        let (tick, asked) = (Rc::clone(&tick), Rc::clone(&asked));
        let look = move |is_in: bool| {
            if is_in && !seen.replace(is_in) && desk.head_now().playing {
                ask(&tick, &asked);
            }
            seen.set(is_in);
            true
        };
        watch_seen(stage, look);
    }
    let playing = memo(move || desk.head().playing);
    effect(move || {
        if playing.get() {
            ask(&tick, &asked);
        }
    });
}

fn ask(tick: &Tick, pending: &Cell<bool>) {
    if pending.replace(true) {
        return;
    }
    let tick = tick.borrow();
    if let (Some(window), Some(tick)) = (web_sys::window(), tick.as_ref()) {
        // Without a frame the page stands still, which is all that can be done about it.
        let _ = window.request_animation_frame(tick.as_ref().unchecked_ref());
    }
}
