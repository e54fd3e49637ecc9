//! The requests for one key as a sequence diagram that follows the playhead. The worker draws it, when somebody looks.

use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::{Element, Event};

use super::guest::Guest;
use super::seen::when_seen;
use super::{Beat, browser};
use crate::decimal::read_f64;
use crate::engine::VirtualTime;
use crate::ui::part::Part;
use crate::ui::{Desk, Lab, State, effect};

const HTML: &str = r#"<section class="panel" data-testid="sequence">
<header class="panel__head">
<h2 class="panel__title">Who met whom</h2>
<p class="panel__aside">press a row to go there</p>
<div class="seq__bar">
<label class="seq__pick"><span class="visually-hidden">Key</span><select class="seq__keys" data-testid="sequence-key"></select></label>
<button class="button" type="button" data-by="-1">Row back</button>
<button class="button" type="button" data-by="1">Row on</button>
</div>
</header>
<div class="seq" tabindex="0" role="region" aria-label="Sequence diagram"><div class="seq__sheet"><div class="seq__picture"></div><div class="seq__now" aria-hidden="true"></div></div></div>
<p class="seq__note" role="status"></p>
</section>"#;

/// How near to the edge the newest row may come, in pixels.
const EDGE: f64 = 48.0;

/// What is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
struct Drawn {
    picture: String,
    times: Vec<f64>,
    /// The heights of the heads and of a row.
    head: f64,
    row: f64,
    key: String,
    options: String,
    from: f64,
    until: f64,
    note: &'static str,
}

impl Drawn {
    fn read(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| answer[name].as_f64().unwrap_or(0.0);
        let picture = text("svg");
        let note = match (picture.is_empty(), answer["cut"].as_bool()) {
            (true, _) => "Nobody asks for anything in this run.",
            (_, Some(true)) => "There is more than can be drawn here.",
            _ => "",
        };
        Self {
            times: answer["times"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect(),
            head: number("head"),
            row: number("row"),
            key: text("key"),
            options: text("options"),
            from: number("from"),
            until: number("until"),
            picture,
            note,
        }
    }

    /// How many rows have happened at that time.
    fn passed(&self, at: f64) -> usize {
        self.times.partition_point(|time| *time <= at)
    }

    /// The time of the next row after that time, or of the one before.
    fn beside(&self, at: f64, forward: bool) -> Option<f64> {
        let before = self.times.partition_point(|time| *time < at);
        let place = if forward { Some(self.passed(at)) } else { before.checked_sub(1) };
        self.times.get(place?).copied()
    }
}

/// What was asked for last. A handle that can be copied.
#[derive(Clone, Copy)]
struct Sequence {
    desk: Desk,
    lab: Lab,
    drawn: State<Drawn>,
    problem: State<String>,
    key: State<String>,
    seen: State<bool>,
    /// Counts the questions; only the answer to the last is taken.
    asked: StoredValue<u32>,
    /// Whether what is drawn, or asked for, is of the run that is shown.
    current: State<bool>,
}

/// The panel.
pub fn sequence_panel() -> Part {
    let sequence = Sequence {
        desk: Desk::of_page(),
        lab: Lab::of_page(),
        drawn: State::default(),
        problem: State::default(),
        key: State::default(),
        seen: State::new(false),
        asked: StoredValue::new(0),
        current: State::new(false),
    };
    let panel = Part::new(HTML);
    let hunt = Guest::new("search");
    when_seen(panel.element(), move || {
        sequence.seen.set(true);
        hunt.ask("");
    });
    sequence.keep();
    let Sequence { desk, drawn, problem, key, .. } = sequence;
    panel.at(".seq__picture").html(move || drawn.with(|drawn| drawn.picture.clone())).on("click", move |event| {
        go_to(desk, browser::pressed(&event, "data-at").and_then(|at| read_f64(&at)));
    });
    panel
        .at("select")
        .html(move || drawn.with(|drawn| drawn.options.clone()))
        .on("change", move |event: Event| key.set(event_target_value(&event)));
    panel.at(".seq__bar").on("click", move |event| {
        let Some(by) = browser::pressed(&event, "data-by") else { return };
        let at = desk.head_now().at.as_secs_f64();
        go_to(desk, drawn.with(|drawn| drawn.beside(at, by == "1")));
    });
    panel.at(".seq__note").text(move || {
        let problem = problem.get();
        if problem.is_empty() { drawn.with(|drawn| drawn.note.to_owned()) } else { problem }
    });
    follow_time(&panel, drawn);
    panel.add(hunt.body())
}

fn go_to(desk: Desk, seconds: Option<f64>) {
    let Some(seconds) = seconds else { return };
    desk.pause();
    desk.seek(VirtualTime::from_secs_f64(seconds));
}

/// Keeps what is still to come under a veil, and the newest row in view.
fn follow_time(panel: &Part, drawn: State<Drawn>) {
    let beat = Beat::of_page();
    let view: Element = panel.at(".seq").element().clone();
    let top = move || {
        let at = beat.at().as_secs_f64();
        drawn.with(|drawn| drawn.head + drawn.row * drawn.passed(at) as f64)
    };
    panel.at(".seq__now").set("style", move || format!("top:{}px", top() as u32));
    effect(move || {
        let (top, height, scrolled) = (top(), f64::from(view.client_height()), f64::from(view.scroll_top()));
        if top > scrolled + height - EDGE || top < scrolled + 2.0 * EDGE {
            view.set_scroll_top((top - height / 2.0).max(0.0) as i32);
        }
    });
}

impl Sequence {
    /// Asks for another drawing when the run changes, when time leaves the part that is drawn, and for another key.
    fn keep(self) {
        let beat = Beat::of_page();
        effect(move || {
            self.desk.follow_run();
            self.key.set(String::new());
            self.current.set(false);
        });
        effect(move || {
            let (at, key) = (beat.at().as_secs_f64(), self.key.get());
            let is_current = self.current.get();
            let fits = is_current
                && self.drawn.with_untracked(|drawn| {
                    (drawn.from..drawn.until).contains(&at) && (key.is_empty() || key == drawn.key)
                });
            if self.seen.get() && !fits {
                self.ask(at, &key);
            }
        });
    }

    fn ask(self, at: f64, key: &str) {
        let this = self.asked.get_value() + 1;
        self.asked.set_value(this);
        let params = json!({"run": self.desk.link(), "at": at, "key": key});
        self.lab.ask("sequence", &params, move |answer| {
            if self.asked.try_get_value() != Some(this) {
                return;
            }
            match answer {
                Ok(answer) => {
                    self.drawn.set(Drawn::read(&answer));
                    self.current.set(true);
                }
                Err(problem) => self.problem.set(problem),
            }
        });
    }
}
