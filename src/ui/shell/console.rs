//! Redis commands, typed to the cache at the playhead. They are part of the run: going back in time takes them back, and a
//! link holds them.

use std::rc::Rc;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::{Div, Input};
use leptos::prelude::*;

use super::beat::Turn;
use super::{Beat, browser, handover};
use crate::engine::{Span, VirtualTime};
use crate::ui::words::{complete, count_typed, heard_html, hint, history, offers_html, talk_html};
use crate::ui::{Desk, memo, whole};
use crate::world::DIRTY;
use wasm_bindgen_futures::JsFuture;

/// What the console remembers that is no part of the run. A handle that can be copied.
#[derive(Clone, Copy)]
struct Line {
    desk: Desk,
    text: RwSignal<String>,
    /// How many steps back in the history the text comes from, and what stood there before.
    back: RwSignal<(usize, String)>,
    /// What the completions are of, and which of them the text is.
    turn: RwSignal<(String, usize)>,
    /// So many exchanges are cleared away.
    cleared: RwSignal<usize>,
    /// Whether the panel shows what the cache hears.
    listens: RwSignal<bool>,
    problem: RwSignal<String>,
}

impl Line {
    fn new(desk: Desk) -> Self {
        Self {
            desk,
            text: RwSignal::default(),
            back: RwSignal::default(),
            turn: RwSignal::default(),
            cleared: RwSignal::new(0),
            listens: RwSignal::new(false),
            problem: RwSignal::default(),
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
            _ if whole::is_for_whole(&command) => return self.send_to_whole(&command),
            _ => match self.desk.type_command(&command) {
                Ok(_) => self.listens.set(false),
                // It stays, to be mended.
                Err(error) => return self.problem.set(error.to_string()),
            },
        }
        self.write(String::new());
    }

    /// The whole page takes this one's place and executes the command.
    fn send_to_whole(self, command: &str) {
        self.problem.set("Fetching the rest of Redis …".to_owned());
        let params = js_sys::Object::new();
        // Setting a property of a fresh object can't fail.
        let _ = js_sys::Reflect::set(&params, &"text".into(), &command.into());
        let asked = whole::ask(&handover(self.desk), "command", params.into());
        leptos::task::spawn_local(async move {
            match JsFuture::from(asked).await {
                Ok(_) => browser::focus_on("#console-text"),
                Err(error) => self.problem.set(js_sys::Error::from(error).message().into()),
            }
        });
    }

    fn clear(self) {
        self.cleared.set(self.desk.with_run(count_typed));
    }

    /// Goes through what was typed before.
    fn recall(self, older: bool) {
        let typed = self.desk.with_run(history);
        let (back, draft) = self.back.get_untracked();
        let back = if older { (back + 1).min(typed.len()) } else { back.saturating_sub(1) };
        let text = match typed.len().checked_sub(back).and_then(|place| typed.get(place)) {
            Some(text) if back > 0 => text.to_string(),
            _ => draft.clone(),
        };
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

/// The panel.
#[component]
pub fn Console() -> impl IntoView {
    let line = Line::new(Desk::of_page());
    let choice = move |name: &'static str, listens: bool| {
        let pressed = move || (line.listens.get() == listens).to_string();
        view! {
            <button class="choice" type="button" aria-pressed=pressed on:click=move |_| line.listens.set(listens)>{name}</button>
        }
    };
    view! {
        <section class="panel" data-testid="console">
            <header class="panel__head">
                <h2 class="panel__title">"Talk to the cache"</h2>
                <div class="choices" role="group" aria-label="View">
                    {choice("Console", false)}
                    {choice("What it hears", true)}
                </div>
            </header>
            <div class="panel__body">
                {move || if line.listens.get() { ear() } else { talk(line) }}
                {prompt(line)}
            </div>
        </section>
    }
}

/// What was typed, and the replies.
fn talk(line: Line) -> AnyView {
    let beat = Beat::of_page();
    let html = memo(move || {
        line.desk.follow_run();
        let (at, cleared) = (beat.at(), line.cleared.get());
        line.desk.with_run(|run| talk_html(run, at, cleared))
    });
    let node = NodeRef::<Div>::new();
    Effect::new(move |_| {
        html.track();
        // The newest is at the end, once it is drawn.
        request_animation_frame(move || {
            if let Some(Some(node)) = node.try_get_untracked() {
                node.set_scroll_top(node.scroll_height());
            }
        });
    });
    let go = move |event: leptos::ev::MouseEvent| {
        if let Some(at) = browser::pressed(&event, "data-at").and_then(|at| at.parse().ok()) {
            line.desk.seek(VirtualTime::ZERO + Span::from_secs_f64(at));
        }
    };
    view! {
        <div class="exchanges" tabindex="0" role="log" aria-label="Replies" node_ref=node inner_html=move || html.get() on:click=go></div>
    }
    .into_any()
}

/// Every command that reaches the cache.
fn ear() -> AnyView {
    let html = Beat::of_page().at_turn(Turn::Third).watch(heard_html);
    view! {
        <ol class="heard" reversed tabindex="0" aria-label="What the cache hears, newest first" data-testid="heard" inner_html=move || html.get()></ol>
    }
    .into_any()
}

/// The line that is typed, and what helps with it.
fn prompt(line: Line) -> AnyView {
    let node = NodeRef::<Input>::new();
    let rest = memo(move || line.text.with(|text| hint(text).rest));
    let said = memo(move || line.text.with(|text| hint(text).sentence()));
    let offers = memo(move || {
        line.desk.follow_run();
        offers_html(&line.desk.completions(&line.turn.get().0))
    });
    let take = move |event: leptos::ev::MouseEvent| {
        let Some(offer) = browser::pressed(&event, "data-offer") else { return };
        line.write(format!("{offer} "));
        if let Some(input) = node.get_untracked() {
            browser::focus(&input);
        }
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        line.send();
    };
    view! {
        <form class="console" on:submit=send>
            <label class="console__prompt" for="console-text">"redis>"</label>
            <span class="console__field">
                <span class="console__ghost" aria-hidden="true"><i>{move || line.text.get()}</i>{move || rest.get()}</span>
                <input
                    id="console-text"
                    class="console__text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder="KEYS *"
                    aria-describedby="console-hint"
                    data-testid="console-text"
                    node_ref=node
                    prop:value=move || line.text.get()
                    on:input=move |event| line.write(event_target_value(&event))
                    on:keydown=move |event| line.press(&event)
                />
            </span>
            <button class="button" type="submit">"Send"</button>
        </form>
        <p class="console__hint" id="console-hint">{move || said.get()}</p>
        <div class="offers" inner_html=move || offers.get() on:click=take></div>
        <p class="console__problem" role="alert">{move || line.problem.get()}</p>
    }
    .into_any()
}
