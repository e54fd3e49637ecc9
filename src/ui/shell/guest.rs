//! A panel that the worker draws: its answers are HTML, and whatever is pressed in them is asked of the worker again.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use web_sys::{Event, FormData, HtmlFormElement, MouseEvent, UrlSearchParams};

use super::browser;
use super::seen::when_seen;
use crate::decimal::read_f64;
use crate::embed::read_load;
use crate::engine::VirtualTime;
use crate::html;
use crate::ui::part::Part;
use crate::ui::{Desk, Lab, State, effect};

/// A panel of the worker. A handle that can be copied.
#[derive(Clone, Copy)]
pub(super) struct Guest {
    desk: Desk,
    lab: Lab,
    /// The worker's method that draws it, under whose name it also keeps things on this device.
    method: &'static str,
    html: State<String>,
    /// What the last answer asked to be told again.
    state: StoredValue<Value>,
    /// When time is to stop, and the worker to be told.
    until: State<Option<VirtualTime>>,
    /// Counts the questions: only the answer to the last is taken.
    asked: StoredValue<u32>,
    form: StoredValue<Option<HtmlFormElement>, LocalStorage>,
    /// What a link calls what is shown; empty: nothing.
    pub(super) link: State<String>,
}

impl Guest {
    /// A panel that this method draws.
    pub(super) fn new(method: &'static str) -> Self {
        let guest = Self {
            desk: Desk::of_page(),
            lab: Lab::of_page(),
            method,
            html: State::default(),
            state: StoredValue::default(),
            until: State::new(None),
            asked: StoredValue::new(0),
            form: StoredValue::new_local(None),
            link: State::default(),
        };
        effect(move || guest.stop_in_time());
        guest
    }

    /// Its place on the page.
    pub(super) fn body(self) -> Part {
        // What the hand went down on: an answer may have drawn it anew before the hand comes up.
        let held = StoredValue::new(None::<String>);
        let form = Part::new(r#"<form class="guest" autocomplete="off" tabindex="-1"></form>"#);
        self.form.set_value(form.element().clone().dyn_into().ok());
        form.html(move || self.html.get())
            .on("pointerdown", move |event: MouseEvent| held.set_value(browser::pressed(&event, "data-ask")))
            .on("click", move |event: MouseEvent| {
                let began = held.try_update_value(Option::take).flatten();
                if let Some(ask) = browser::pressed(&event, "data-ask").or(began) {
                    self.ask(&ask);
                }
                if let Some(run) = browser::pressed(&event, "data-run") {
                    let at = browser::pressed(&event, "data-at").and_then(|at| read_f64(&at));
                    self.open(&mut json!({"load": {"run": run}, "at": at}));
                    browser::bring_into_view(".theatre");
                }
            })
            .on("change", move |event: Event| {
                if let Some(file) = browser::chosen_file(&event) {
                    self.lab.give(&file);
                    self.ask("file");
                }
            })
            .on("submit", move |event: Event| {
                event.prevent_default();
                self.ask("answer");
            })
    }

    /// Asks the worker, with what is in the fields.
    pub(super) fn ask(self, ask: &str) {
        self.until.set(None);
        let kept = browser::stored(&self.storage());
        let params = json!({
            "run": self.desk.link(),
            "at": self.desk.head_now().at.as_secs_f64(),
            "ask": ask,
            "form": self.fields().unwrap_or_default(),
            "state": self.state.get_value(),
            "kept": kept,
        });
        let this = self.asked.get_value() + 1;
        self.asked.set_value(this);
        self.lab.ask(self.method, &params, move |answer| {
            if self.asked.try_get_value() != Some(this) {
                return;
            }
            let had_focus = self.has_focus();
            match answer {
                Ok(answer) => self.take(answer),
                Err(problem) => {
                    let mut html = String::new();
                    html::add(&mut html, r#"p class="guest__problem" role="alert""#, &problem);
                    self.html.set(html);
                }
            }
            // What was pressed is often gone, and the keyboard must not be lost with it.
            if had_focus {
                request_animation_frame(move || self.keep_focus());
            }
        });
    }

    /// Asks when it is first seen and, until then and later, whenever the run changes.
    pub(super) fn follow_run(self, panel: &Part) {
        let seen = State::new(false);
        when_seen(panel.element(), move || seen.set(true));
        effect(move || {
            self.desk.follow_run();
            if seen.get() {
                self.ask("");
            }
        });
    }

    /// Lets what follows signals follow what is drawn.
    pub(super) fn when_drawn(self) {
        self.html.with(|_| ());
    }

    fn has_focus(self) -> bool {
        let focused = self.form.try_get_value().flatten().map(|form| form.query_selector(":focus"));
        matches!(focused, Some(Ok(Some(_))))
    }

    fn keep_focus(self) {
        if self.has_focus() {
            return;
        }
        if let Some(form) = self.form.try_get_value().flatten() {
            browser::focus(&form);
        }
    }

    fn storage(self) -> String {
        format!("cachescope-{}", self.method)
    }

    fn fields(self) -> Option<String> {
        let form = self.form.get_value()?;
        let fields = FormData::new_with_form(&form).ok()?;
        Some(UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?.to_string().into())
    }

    fn take(self, mut answer: Value) {
        match answer["html"].as_str() {
            Some(html) => self.html.set(html.to_owned()),
            None => self.show_progress(&answer),
        }
        self.state.set_value(answer["state"].take());
        if let Some(link) = answer["link"].as_str() {
            self.link.set(link.to_owned());
        }
        if let Some(kept) = answer["kept"].as_str() {
            browser::store(&self.storage(), kept);
        }
        if answer["open"].is_object() {
            self.open(&mut answer["open"]);
        }
        if let Some(again) = answer["again"].as_str() {
            self.ask(again);
        }
    }

    /// What is shown stays, so that whatever is being pressed does, but for how far it is.
    fn show_progress(self, answer: &Value) {
        let Some(form) = self.form.try_get_value().flatten() else { return };
        let part = |name: &str| form.query_selector(name).ok().flatten();
        let text = |name: &str| answer[name].as_str().unwrap_or_default();
        if let (Some(bar), Some(told)) = (part("progress"), part("output")) {
            let _ = bar.set_attribute("value", text("progress"));
            told.set_text_content(Some(text("told")));
        }
    }

    fn open(self, open: &mut Value) {
        if open["load"].is_object() {
            let loaded = read_load(&open["load"])
                .map_err(|error| error.to_string())
                .and_then(|load| self.desk.load(load).map_err(|error| error.to_string()));
            if let Err(problem) = loaded {
                return self.desk.notify(problem);
            }
        }
        let time = |value: &Value| value.as_f64().map(VirtualTime::from_secs_f64);
        self.desk.pause();
        self.desk.seek(time(&open["at"]).unwrap_or_default());
        self.until.set(time(&open["until"]));
        if self.until.get_untracked().is_some() {
            self.desk.play();
        }
    }

    /// Stops time at the end of a moment that is shown. Whoever stops it before, or goes elsewhere, has seen enough.
    fn stop_in_time(self) {
        let Some(until) = self.until.get() else { return };
        let head = self.desk.head();
        if head.playing && head.at < until {
            return;
        }
        if head.at >= until {
            self.desk.pause();
            self.desk.seek(until);
        }
        self.ask("reached");
    }
}
