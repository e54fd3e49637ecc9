//! Redis commands, typed to the cache at the playhead. They are part of the run: going back in time takes them back, and a
//! link holds them.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use serde_json::Value;
use web_sys::{Event, KeyboardEvent};

use super::beat::Turn;
use super::seen::when_seen;
use super::{Beat, browser};
use crate::decimal::read_f64;
use crate::engine::{Span, VirtualTime};
use crate::ui::part::{Part, follow};
use crate::ui::words::{Dialogue, complete, heard_html, hint, offers_html};
use crate::ui::{Desk, Lab, Memo, State, memo};
use crate::world::DIRTY;

/// What the console remembers that is no part of the run. A handle that can be copied.
#[derive(Clone, Copy)]
struct Line {
    desk: Desk,
    /// What was typed in the run.
    dialogue: Memo<Dialogue>,
    text: State<String>,
    /// How many steps back in the history the text comes from, and what stood there before.
    back: State<(usize, String)>,
    /// What the completions are of, and which of them the text is.
    turn: State<(String, usize)>,
    /// So many exchanges are cleared away.
    cleared: State<usize>,
    /// Whether the panel shows what the cache hears.
    listens: State<bool>,
    problem: State<String>,
}

impl Line {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            dialogue: desk.watch_run(Dialogue::of),
            text: State::default(),
            back: State::default(),
            turn: State::default(),
            cleared: State::new(0),
            listens: State::new(false),
            problem: State::default(),
        }
    }

    fn write(self, text: String) {
        self.turn.set((text.clone(), 0));
        self.back.set((0, text.clone()));
        self.text.set(text);
    }

    fn send(self) {
        let command = self.text.get_untracked().trim().to_owned();
        self.problem.set(String::new());
        match command.to_ascii_lowercase().as_str() {
            "" => return,
            "clear" => self.clear(),
            "monitor" => self.listens.set(true),
            _ => match self.desk.type_command(&command) {
                Ok(_) => self.listens.set(false),
                // It stays, to be mended.
                Err(error) => return self.problem.set(error.to_string()),
            },
        }
        self.write(String::new());
    }

    fn clear(self) {
        self.cleared.set(self.dialogue.with(Dialogue::count));
    }

    /// Goes through what was typed before.
    fn recall(self, older: bool) {
        let (back, draft) = self.back.get_untracked();
        let (back, text) = self.dialogue.with(|dialogue| {
            let typed = dialogue.history();
            let back = if older { (back + 1).min(typed.len()) } else { back.saturating_sub(1) };
            let text = typed.get(typed.len() - back).copied().unwrap_or(&draft);
            (back, text.to_owned())
        });
        self.back.set((back, draft));
        self.turn.set((text.clone(), 0));
        self.text.set(text);
    }

    /// Puts the next completion in place. Says whether there was one.
    fn complete(self) -> bool {
        let (stem, turn) = self.turn.get_untracked();
        let found = self.desk.completions(&stem);
        let Some(text) = found.get(turn % found.len().max(1)) else { return false };
        if found.len() == 1 && self.text.with_untracked(|shown| shown == text) {
            // Nothing is left to complete: the key goes on to the next control.
            return false;
        }
        self.turn.set((stem, turn + 1));
        self.text.set(text.clone());
        true
    }

    fn press(self, event: &KeyboardEvent) {
        let taken = match event.key().as_str() {
            "ArrowUp" => {
                self.recall(true);
                true
            }
            "ArrowDown" => {
                self.recall(false);
                true
            }
            "Tab" if !event.shift_key() => self.complete(),
            "Escape" if !self.text.with_untracked(String::is_empty) => {
                self.write(String::new());
                true
            }
            "l" if event.ctrl_key() => {
                self.clear();
                true
            }
            _ => false,
        };
        if taken {
            event.prevent_default();
        }
    }
}

impl Desk {
    /// What a line of the console may become.
    fn completions(self, text: &str) -> Vec<String> {
        let keys: Vec<Rc<str>> = self.with_moment(|_, scene| {
            let queue = (!scene.queue.is_empty()).then(|| Rc::from(DIRTY));
            scene.entries.iter().map(|(key, _)| Rc::clone(key)).chain(queue).collect()
        });
        complete(text, &keys)
    }
}

const HTML: &str = r#"<section class="panel" data-testid="console">
<header class="panel__head">
<h2 class="panel__title">Talk to the cache</h2>
<div class="choices" role="group" aria-label="View"></div>
</header>
<div class="panel__body">
<form class="console">
<label class="console__prompt" for="console-text">redis&gt;</label>
<span class="console__field">
<span class="console__ghost" aria-hidden="true"><i></i><span></span></span>
<input id="console-text" class="console__text" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="KEYS *" aria-describedby="console-hint" data-testid="console-text">
</span>
<button class="button" type="submit">Send</button>
</form>
<p class="console__hint" id="console-hint"></p>
<div class="offers"></div>
<p class="console__problem" role="alert"></p>
</div>
</section>"#;

/// The panel.
pub fn console_panel() -> Part {
    let line = Line::new(Desk::of_page());
    let panel = Part::new(HTML);
    when_seen(panel.element(), || browser::add_styles("./later/console.css"));
    let choice = |(name, listens): (&'static str, bool)| {
        Part::new(r#"<button class="choice" type="button"></button>"#)
            .text(move || name)
            .set("aria-pressed", move || (line.listens.get() == listens).to_string())
            .on("click", move |_: Event| line.listens.set(listens))
    };
    panel.at(".choices").add_all([("Console", false), ("What it hears", true)].map(choice));
    panel.at(".console").precede(move || vec![if line.listens.get() { ear() } else { talk(line) }]);
    keep_prompt(line, &panel);
    panel
}

/// What was typed, and the replies.
fn talk(line: Line) -> Part {
    let beat = Beat::of_page();
    let part = Part::new(r#"<div class="exchanges" tabindex="0" role="log" aria-label="Replies"></div>"#);
    let node = part.element().clone();
    let html = move || line.dialogue.with(|dialogue| dialogue.html(beat.at(), line.cleared.get()));
    let shown = RefCell::new(String::new());
    follow(move || {
        let html = html();
        if *shown.borrow() != html {
            node.set_inner_html(&html);
            shown.replace(html);
            // The newest is at the end, once it is drawn.
            let node = node.clone();
            request_animation_frame(move || node.set_scroll_top(node.scroll_height()));
        }
    });
    part.on("click", move |event| {
        if let Some(at) = browser::pressed(&event, "data-at").and_then(|at| read_f64(&at)) {
            line.desk.seek(VirtualTime::ZERO + Span::from_secs_f64(at));
        }
    })
}

/// Every command that reaches the cache.
fn ear() -> Part {
    let html = Beat::of_page().at_turn(Turn::Third).watch(heard_html);
    let part = Part::new(
        r#"<ol class="heard" reversed tabindex="0" aria-label="What the cache hears, newest first" data-testid="heard"></ol>"#,
    );
    part.html(move || html.get())
}

/// Keeps the line that is typed, and what helps with it.
fn keep_prompt(line: Line, panel: &Part) {
    let offers = memo(move || {
        line.desk.follow_run();
        offers_html(&line.desk.completions(&line.turn.get().0))
    });
    panel.at(".console").on("submit", move |event: Event| {
        event.prevent_default();
        line.send();
    });
    panel.at(".console__ghost i").text(move || line.text.get());
    let told = memo(move || line.text.with(|text| hint(text)));
    panel.at(".console__ghost span").text(move || told.with(|told| told.rest.clone()));
    panel
        .at("input")
        .property("value", move || line.text.get())
        .on("input", move |event: Event| line.write(event_target_value(&event)))
        .on("keydown", move |event| line.press(&event));
    let (lab, summaries) = (Lab::of_page(), State::new(Value::Null));
    panel.at(".console__hint").text(move || told.with(|told| summaries.with(|summaries| told.sentence(summaries))));
    panel.at("input").on("focus", move |_: Event| {
        // The worker knows what commands do; without it the hint tells only what they take.
        if summaries.with_untracked(Value::is_null) {
            lab.ask("commands", &Value::Null, move |answer| summaries.set(answer.unwrap_or_default()));
        }
    });
    let input = panel.at("input").element().clone();
    panel.at(".offers").html(move || offers.get()).on("click", move |event| {
        if let Some(offer) = browser::pressed(&event, "data-offer") {
            line.write(format!("{offer} "));
            browser::focus(&input);
        }
    });
    panel.at(".console__problem").text(move || line.problem.get());
}
