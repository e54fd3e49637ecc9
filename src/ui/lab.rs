//! The page's side of the worker: it is started by the first question, and answers one question after the other.

use js_sys::{Array, Function};
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use super::Desk;
use super::shell::browser;
use crate::embed::lab::READY;
use crate::run::ExportFormat;

const PROGRAM: &str = "./lab_loader.js";
/// The same as one classic script.
const PLAIN: &str = "lab-plain.js";
const STYLES: [&str; 5] =
    ["./later/claims.css", "./later/journey.css", "./later/lab.css", "./later/lessons.css", "./later/sequence.css"];
const UNREACHABLE: &str = "The part of the page that measures could not be loaded. Reload the page to try again.";

/// What to do with an answer, or with the sentence that says why there is none.
type Then = Box<dyn FnOnce(Result<Value, String>)>;

/// The worker of the page. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Lab(StoredValue<State, LocalStorage>);

#[derive(Default)]
struct State {
    started: bool,
    /// How a request is sent, once there is somebody to answer.
    send: Option<Function>,
    last: u64,
    waiting: Vec<(u64, Then)>,
    /// Requests made before there was somebody.
    early: Vec<String>,
}

impl Lab {
    /// The page's worker, not yet started.
    pub fn new() -> Self {
        Self(StoredValue::new_local(State::default()))
    }

    /// The worker of the page that a component is part of.
    #[must_use]
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Asks for the trace of the run that is shown.
    pub fn export(self, desk: Desk, format: ExportFormat, then: impl FnOnce(Result<String, String>) + 'static) {
        let params = json!({"run": desk.link(), "format": format.id()});
        self.ask("export", &params, |answer| {
            then(answer.map(|text| text.as_str().unwrap_or_default().to_owned()));
        });
    }

    /// Gives the worker, which has answered before, a file to read.
    pub fn give(self, file: &JsValue) {
        self.0.try_update_value(|state| state.send.as_ref().map(|send| send.call1(&JsValue::NULL, file).is_ok()));
    }

    /// Asks; the answer comes later.
    pub fn ask(self, method: &str, params: &Value, then: impl FnOnce(Result<Value, String>) + 'static) {
        self.send(method, params, Box::new(then));
    }

    fn send(self, method: &str, params: &Value, then: Then) {
        let begins = self.0.try_update_value(|state| {
            state.last += 1;
            state.waiting.push((state.last, then));
            let request = json!({"id": state.last, "method": method, "params": params});
            let request = serde_json::to_string(&request).unwrap_or_default();
            match &state.send {
                // Whoever was ready once can be called.
                Some(send) => drop(send.call1(&JsValue::NULL, &request.into())),
                None => state.early.push(request),
            }
            !std::mem::replace(&mut state.started, true)
        });
        if begins != Some(true) {
            return;
        }
        // What the worker draws is not seen before, so its styles come with it.
        STYLES.into_iter().for_each(browser::add_styles);
        if self.start_worker().is_err() {
            self.give_up();
        }
    }

    fn start_worker(self) -> Result<(), JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(PROGRAM, &options).or_else(|_| plain_worker())?;
        let sender = worker.clone();
        let send = Closure::<dyn Fn(JsValue)>::new(move |request: JsValue| drop(sender.post_message(&request)));
        let send: Function = send.into_js_value().unchecked_into();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if text == READY { self.is_ready(send.clone()) } else { self.take(&text) }
        });
        worker.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        let failed = Closure::<dyn Fn()>::new(move || self.give_up());
        worker.set_onerror(Some(failed.into_js_value().unchecked_ref()));
        Ok(())
    }

    fn is_ready(self, send: Function) {
        self.0.try_update_value(|state| {
            for request in std::mem::take(&mut state.early) {
                // Whoever is ready can be called.
                let _ = send.call1(&JsValue::NULL, &request.into());
            }
            state.send = Some(send);
        });
    }

    fn take(self, text: &str) {
        let mut answer: Value = serde_json::from_str(text).unwrap_or_default();
        let id = answer["id"].as_u64();
        let then = self.0.try_update_value(|state| {
            let place = state.waiting.iter().position(|(waiting, _)| Some(*waiting) == id)?;
            Some(state.waiting.swap_remove(place).1)
        });
        let Some(Some(then)) = then else { return };
        then(match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["result"].take()),
        });
    }

    /// Tells all who wait; the next question tries again.
    fn give_up(self) {
        let waiting = self.0.try_update_value(|state| std::mem::take(state).waiting).unwrap_or_default();
        for (_, then) in waiting {
            then(Err(UNREACHABLE.to_owned()));
        }
    }
}

/// The worker of a sandboxed frame, which has no origin: no file of the page's host may be its program, but what it makes itself
/// may, and that may run a script of any host whether or not it may read it.
fn plain_worker() -> Result<Worker, JsValue> {
    // An address holds no quote that is not written as %22.
    let program = format!("importScripts(new URL(\"{PLAIN}\",\"{}\"))", browser::address().unwrap_or_default());
    let blob = Blob::new_with_str_sequence(&Array::of1(&program.into()))?;
    Worker::new(&Url::create_object_url_with_blob(&blob)?)
}
