//! The page that this one is part of: its messages are answered, and it is told what happens here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{JSON, Object};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MessageEvent, ResizeObserver, Window};

use super::bridge::{carry_out, json_of, state_json};
use super::{Message, Origins, event, reply};
use crate::audit::Mark;
use crate::engine::VirtualTime;
use crate::ui::{Beat, Desk, Lab, effect, memo};

/// Most anomalies that are told of one step in time.
const MOST_ANOMALIES: usize = 20;

/// A window around this one.
#[derive(Clone)]
struct Parent {
    window: Window,
    origins: Rc<Origins>,
}

/// Answers the page that this one is part of, if it is part of one, and tells it what happens here.
pub(crate) fn connect(desk: Desk, lab: Lab, page: &Element, origins: Origins) {
    let Some(parent) = Parent::of_page(origins) else { return };
    parent.listen(desk, lab);
    parent.tell("ready", &state_json(desk));
    tell_height(parent.clone(), page);
    tell_moments(parent, desk);
}

impl Parent {
    fn of_page(origins: Origins) -> Option<Self> {
        let own = web_sys::window()?;
        let window = own.parent().ok()??;
        (!Object::is(&window, &own)).then(|| Self { window, origins: Rc::new(origins) })
    }

    fn post(&self, json: &str, to: &str) {
        // What is posted to somebody else than who is there, or to nobody, is not received: that is as it should be.
        let _ = JSON::parse(json).and_then(|message| self.window.post_message(&message, to));
    }

    fn tell(&self, name: &str, data: &str) {
        let event = event(name, data);
        for origin in self.origins.targets() {
            self.post(&event, origin);
        }
    }

    fn listen(&self, desk: Desk, lab: Lab) {
        let parent = self.clone();
        let hear = move |event: MessageEvent| parent.hear(desk, lab, &event);
        let hear = Closure::<dyn Fn(MessageEvent)>::new(hear).into_js_value();
        if let Some(window) = web_sys::window() {
            // Any window can be listened to.
            let _ = window.add_event_listener_with_callback("message", hear.unchecked_ref());
        }
    }

    fn hear(&self, desk: Desk, lab: Lab, event: &MessageEvent) {
        let origin = event.origin();
        let is_from_parent = event.source().is_some_and(|source| Object::is(&source, &self.window));
        if !is_from_parent || !self.origins.allow(&origin) {
            return;
        }
        let Some(message) = json_of(&event.data()).and_then(|json| Message::read(&json)) else { return };
        let parent = self.clone();
        let Message { id, request } = message;
        let answer = move |result: Result<String, _>| {
            // A page without an origin of its own can be answered only wherever it is.
            let to = if origin == "null" { "*" } else { &origin };
            parent.post(&reply(&id, result.as_deref()), to);
        };
        carry_out(desk, lab, request, Box::new(answer));
    }
}

/// Tells how large the page is, whenever that changes.
fn tell_height(parent: Parent, page: &Element) {
    let measured = page.clone();
    let last = Cell::new(0.0);
    let tell = move |_: JsValue| {
        let area = measured.get_bounding_client_rect();
        let height = area.height().ceil();
        if last.replace(height) != height {
            parent.tell("resize", &format!("{{\"width\":{},\"height\":{}}}", area.width() as u32, height as u32));
        }
    };
    let tell = Closure::<dyn Fn(JsValue)>::new(tell).into_js_value();
    if let Ok(observer) = ResizeObserver::new(tell.unchecked_ref()) {
        observer.observe(page);
    }
}

/// Tells the state when it changes, what goes wrong as time passes it, and the end.
fn tell_moments(parent: Parent, desk: Desk) {
    let beat = Beat::of_page();
    let pace = memo(move || {
        let head = desk.head();
        (head.playing, head.speed.to_bits())
    });
    let last = Cell::new(desk.head_now());
    let told = RefCell::new(String::new());
    effect(move || {
        beat.follow();
        desk.follow_run();
        pace.get();
        let head = desk.head_now();
        let before = last.replace(head);
        if before.playing {
            for anomaly in anomalies(desk, before.at, head.at) {
                parent.tell("anomaly", &anomaly);
            }
        }
        let state = state_json(desk);
        if told.replace(state.clone()) == state {
            return;
        }
        parent.tell("state", &state);
        if before.playing && !head.playing && desk.with_run(|run| head.at >= run.trace.end()) {
            parent.tell("ended", &state);
        }
    });
}

/// What went wrong after one time and until another.
fn anomalies(desk: Desk, after: VirtualTime, until: VirtualTime) -> Vec<String> {
    desk.with_run(|run| {
        let marks = run.audit.marks().iter().filter(|mark| mark.kind.is_anomaly());
        let passed = marks.filter(|mark| mark.at > after && mark.at <= until).take(MOST_ANOMALIES);
        let told = |mark: &Mark| {
            let (at, kind, text) =
                (Value::from(mark.at.as_secs_f64()), mark.kind.id(), Value::from(run.audit.sentence(mark)));
            format!("{{\"at\":{at},\"kind\":\"{kind}\",\"text\":{text}}}")
        };
        passed.map(told).collect()
    })
}
