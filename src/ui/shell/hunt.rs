//! The search for the shortest run that fails, which the worker makes a part at a time.

use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::Event;

use crate::embed::LoadRequest;
use crate::scenario::decode;
use crate::ui::part::Part;
use crate::ui::{Desk, Lab, State};

const HTML: &str = r#"<div class="hunt" data-testid="hunt">
<button class="button" type="button"></button>
<label class="hunt__faults"><input type="checkbox" checked>something may die</label>
<p class="hunt__news" role="status"></p>
</div>"#;

/// How many runs are tried between two signs of life.
const PART: u64 = 250;

const INVITATION: &str =
    "Tries thousands of small runs of this pattern with these settings, and opens the shortest that breaks a promise.";

/// A search. A handle that can be copied.
#[derive(Clone, Copy)]
struct Hunt {
    desk: Desk,
    lab: Lab,
    running: State<bool>,
    faults: State<bool>,
    news: State<String>,
    /// The run whose system is searched.
    link: StoredValue<String>,
}

/// The button, and what the search has found.
pub(super) fn hunt() -> Part {
    let hunt = Hunt {
        desk: Desk::of_page(),
        lab: Lab::of_page(),
        running: State::new(false),
        faults: State::new(true),
        news: State::new(INVITATION.to_owned()),
        link: StoredValue::default(),
    };
    let part = Part::new(HTML);
    part.at("button")
        .text(move || if hunt.running.get() { "Stop searching" } else { "Find the shortest run that fails" })
        .on("click", move |_: Event| hunt.toggle());
    part.at("input").on("change", move |event: Event| hunt.faults.set(event_target_checked(&event)));
    part.at(".hunt__news").text(move || hunt.news.get());
    part
}

impl Hunt {
    fn toggle(self) {
        let runs = !self.running.get_untracked();
        self.running.set(runs);
        if runs {
            self.link.set_value(self.desk.link());
            self.go_on(0);
        }
    }

    fn go_on(self, from: u64) {
        let params = json!({
            "run": self.link.get_value(),
            "from": from,
            "count": PART,
            "faults": self.faults.get_untracked(),
        });
        self.lab.ask("search", &params, move |answer| {
            if !self.running.get_untracked() {
                return;
            }
            match answer {
                Ok(answer) => self.hear(&answer),
                Err(problem) => self.end(problem),
            }
        });
    }

    fn hear(self, answer: &Value) {
        let (tried, of) = (answer["tried"].as_u64().unwrap_or(0), answer["of"].as_u64().unwrap_or(0));
        if let Some(run) = answer["run"].as_str() {
            return self.open(run, tried, answer);
        }
        if tried >= of {
            return self.end(format!("{of} runs tried: none breaks a promise."));
        }
        self.news.set(format!("{tried} of {of} runs tried, none fails yet."));
        self.go_on(tried);
    }

    fn end(self, news: String) {
        self.running.set(false);
        self.news.set(news);
    }

    /// Shows what was found.
    fn open(self, run: &str, tried: u64, answer: &Value) {
        let count = |name: &str, word: &str| match answer[name].as_u64() {
            Some(1) => format!("1 {word}"),
            Some(number) => format!("{number} {word}s"),
            None => String::new(),
        };
        let says = answer["says"].as_str().unwrap_or_default();
        let (requests, faults) = (count("requests", "request"), count("faults", "intervention"));
        self.end(format!(
            "{says}. Found in run {tried}, shortened to {requests} and {faults}; it is on the stage now."
        ));
        let opened = decode(run).map_err(|error| error.to_string()).and_then(|scenario| {
            self.desk.load(LoadRequest { scenario, scenario_id: None }).map_err(|error| error.to_string())
        });
        match opened {
            Ok(()) => self.desk.play(),
            Err(error) => self.desk.notify(error),
        }
    }
}
