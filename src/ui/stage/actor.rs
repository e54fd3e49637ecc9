//! What all actors share: the casing, and the head with name, pulse and state, which opens the actor's menu.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::board::Board;
use super::menu::close;
use crate::ui::geometry::Rect;
use crate::ui::icons::{classed_icon, icon};
use crate::ui::views::{Health, Look, down_seconds, fall, look};
use crate::world::Actor;

/// How an actor's casing is drawn, from its size and whether it is down.
pub type Casing = fn(Rect, bool) -> String;

/// What is particular to an actor's head.
#[derive(Clone, Copy)]
pub struct Face {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub nature: &'static str,
    /// Its name while it is down.
    pub dead_name: &'static str,
    /// What its death means.
    pub dead_nature: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The class of its icon.
    pub icon_class: &'static str,
    /// Whether its state is told in a word.
    pub tells_state: bool,
}

/// How an actor is: the signals that its parts share.
#[derive(Clone, Copy)]
pub struct Vitals {
    /// Who.
    pub actor: Actor,
    /// How it is.
    pub look: Memo<Look>,
    /// How far it has fallen: 0 when it dies, then 1.
    pub fall: Memo<f64>,
    /// Where it stands.
    pub rect: Memo<Rect>,
}

impl Vitals {
    /// The vital signs of an actor.
    pub fn of(board: Board, actor: Actor) -> Self {
        let down = board.moment(move |moment| fall(down_seconds(moment, actor).unwrap_or(100.0), 1.0, false));
        let seconds = board.moment(move |moment| down_seconds(moment, actor).map(|seconds| (seconds * 100.0).round()));
        let fall = memo(move || match seconds.get() {
            Some(hundredths) => fall(hundredths / 100.0, board.speed.get(), board.calm.get()),
            None => down.get(),
        });
        Self { actor, look: board.moment(move |moment| look(moment, actor)), fall, rect: board.rect(actor) }
    }

    /// The name of its state in the styles.
    pub fn state(self) -> &'static str {
        self.look.with(|look| look.health.id())
    }

    /// Whether it is down; follows it.
    pub fn is_down(self) -> bool {
        self.look.with(|look| look.health == Health::Down)
    }

    /// Its place and its fall as inline style.
    pub fn style(self) -> String {
        let place = self.rect.with(Rect::style);
        if self.is_down() { format!("{place};--fall:{}", self.fall.get()) } else { place }
    }
}

/// The casing.
pub fn casing(vitals: Vitals, draw: Casing) -> impl IntoView {
    let down = memo(move || vitals.is_down());
    view! {
        <svg class="actor__casing" aria-hidden="true" inner_html=move || draw(vitals.rect.get(), down.get())></svg>
    }
}

/// One beat of each state, drawn so that it can run on without a seam.
const fn pulse(health: Health) -> &'static str {
    match health {
        Health::Healthy => "M0 9h16l2-4 3 7 2-3h21h16l2-4 3 7 2-3h21",
        Health::Busy => {
            "M0 9h5l2-6 3 10 2-4h4l2-6 3 10 2-4h4l2-6 3 10 2-4h8h5l2-6 3 10 2-4h4l2-6 3 10 2-4h4l2-6 3 10 2-4h8"
        }
        Health::Queueing => {
            "M0 8l2-6 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 4 6l2-6 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 3 12 3-12 4 6"
        }
        Health::Failing => "M0 9h8l2-7 2 12 1-8 3 3h9l3 5 2-11 2 6h12h8l2-7 2 12 1-8 3 3h9l3 5 2-11 2 6h12",
        Health::Down => "M0 9h88",
    }
}

/// The pulse: the actor's vital sign.
pub fn pulse_view(vitals: Vitals) -> impl IntoView {
    let line = move || {
        let health = vitals.look.with(|look| look.health);
        format!(r#"<path class="pulse__line" d="{}"/>"#, pulse(health))
    };
    view! { <svg class="pulse" viewBox="0 0 44 16" aria-hidden="true" inner_html=line></svg> }
}

/// The head of an actor, with what else it tells beside its state.
#[component]
pub fn Head(
    vitals: Vitals,
    face: Face,
    /// What it tells beside its state.
    #[prop(optional, into)]
    aside: Option<Signal<Aside>>,
) -> impl IntoView {
    let down = memo(move || vitals.is_down());
    let name = move || if down.get() { face.dead_name } else { face.name };
    let told = move || aside.map_or_else(Aside::default, |aside| aside.get());
    let nature = move || {
        let waiting = vitals.look.with(|look| look.waiting);
        match (down.get(), waiting) {
            (true, _) => face.dead_nature.into_any(),
            (false, count) if count > 0 && !face.tells_state => line_view(count).into_any(),
            _ => face.nature.into_any(),
        }
    };
    let word = move || {
        let silent = (!face.tells_state && !down.get()) || told().hides_state;
        if silent { "" } else { vitals.look.with(|look| look.word) }
    };
    let line = move || {
        let waiting = vitals.look.with(|look| look.waiting);
        (face.tells_state && waiting > 0).then(|| line_view(waiting))
    };
    let words = move || {
        let told = told();
        (!told.words.is_empty() && !down.get()).then(|| {
            view! {
                <span class="actor__aside" class:actor__aside--strong=told.is_strong class:database__statement=told.is_code>
                    {told.words}
                </span>
            }
        })
    };
    view! {
        <HeadButton vitals name=face.name>
            {classed_icon(face.icon, face.icon_class)}
            <span class="actor__name">{name}<small class="actor__nature">{nature}</small></span>
            <span class="actor__state">{line}{words}<span class="actor__word">{word}</span>{pulse_view(vitals)}</span>
            <span class="actor__bolt">{icon("bolt")}</span>
        </HeadButton>
    }
}

/// What a head tells beside its state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aside {
    /// The words.
    pub words: String,
    /// Whether they matter much.
    pub is_strong: bool,
    /// Whether they are a statement.
    pub is_code: bool,
    /// Whether they stand in the place of the word for the state.
    pub hides_state: bool,
}

/// Those who wait in line.
fn line_view(count: u32) -> impl IntoView {
    let dots = (0..count.min(5)).map(|_| view! { <i class="waiting__dot"></i> }).collect_view();
    view! { <span class="waiting" title=format!("{count} in line")>{dots}{count}</span> }
}

/// The button that a head is: it opens the actor's menu.
#[component]
pub fn HeadButton(vitals: Vitals, name: &'static str, children: Children) -> impl IntoView {
    let board = Board::of_stage();
    let actor = vitals.actor;
    let is_open = memo(move || board.open.get() == Some(actor));
    let toggle = move |_| if is_open.get_untracked() { close(board, actor) } else { board.open.set(Some(actor)) };
    // A press would first close the menu by taking the focus from it, and then open it again.
    let keep = move |event: MouseEvent| {
        if is_open.get_untracked() {
            event.prevent_default();
        }
    };
    let label = move || format!("{name}, {}. Break or repair it", vitals.look.with(Look::state));
    view! {
        <button
            class="actor__head"
            type="button"
            aria-haspopup="menu"
            aria-expanded=move || is_open.get().to_string()
            aria-label=label
            on:click=toggle
            on:mousedown=keep
        >
            {children()}
        </button>
    }
}
