//! What all actors share: the casing, and the head with name, pulse and state, which opens the actor's menu.

use web_sys::{Event, MouseEvent};

use super::board::{Board, Subject};
use super::menu::close;
use crate::decimal::Decimal;
use crate::html;
use crate::ui::geometry::Rect;
use crate::ui::icons::{classed_icon, icon};
use crate::ui::part::Part;
use crate::ui::views::{Health, Look, down_seconds, fall, look};
use crate::ui::{Memo, memo};
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

    /// How it is, after its name; follows it.
    pub fn named(self, name: &str) -> String {
        format!("{name}, {}", self.look.with(Look::state))
    }

    /// Its place and its fall as inline style.
    pub fn style(self) -> String {
        let place = self.rect.with(Rect::style);
        if self.is_down() { format!("{place};--fall:{}", Decimal(self.fall.get())) } else { place }
    }
}

/// An actor with its casing, named to those who can't see it; its body is still empty.
pub fn actor(vitals: Vitals, classes: &str, label: impl Fn() -> String + 'static, draw: Casing) -> Part {
    let part = Part::new(&format!(
        r#"<section class="actor {classes}" data-testid="actor-{}"><svg class="actor__casing" aria-hidden="true"></svg><div class="actor__body"></div></section>"#,
        vitals.actor
    ));
    part.at(".actor__casing").html(move || draw(vitals.rect.get(), vitals.is_down()));
    part.set("data-state", move || vitals.state()).set("style", move || vitals.style()).set("aria-label", label)
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
        Health::Restarting => "M0 9h30l2-3 2 3h54",
        Health::Failing => "M0 9h8l2-7 2 12 1-8 3 3h9l3 5 2-11 2 6h12h8l2-7 2 12 1-8 3 3h9l3 5 2-11 2 6h12",
        Health::Down => "M0 9h88",
    }
}

/// The head of an actor, with what else it tells beside its state.
pub fn head(vitals: Vitals, face: Face, aside: Option<Memo<Aside>>) -> Part {
    let told = move || aside.map_or_else(Aside::default, |aside| aside.get());
    let waiting = move || vitals.look.with(|look| look.waiting);
    let name = move || {
        let (name, nature) = match (vitals.is_down(), waiting()) {
            (true, _) => (face.dead_name, vitals.look.with(|look| look.loses).to_owned()),
            (false, count) if count > 0 && !face.tells_state => (face.name, line_html(count)),
            _ => (face.name, face.nature.to_owned()),
        };
        format!(r#"{name}<small class="actor__nature">{nature}</small>"#)
    };
    let word = move || {
        let is_silent = (!face.tells_state && !vitals.is_down()) || told().hides_state;
        if is_silent { "" } else { vitals.look.with(|look| look.word) }
    };
    let line = move || {
        let count = waiting();
        (face.tells_state && count > 0).then(|| Part::new(&line_html(count)))
    };
    let words = move || {
        let told = told();
        (!told.words.is_empty() && !vitals.is_down()).then(|| Part::new(&told.html()))
    };
    let head = head_button(vitals, face.name).add(Part::new(&classed_icon(face.icon, face.icon_class)));
    let state = Part::new(
        r#"<span class="actor__state"><span class="actor__word"></span><svg class="pulse" viewBox="0 0 44 16" aria-hidden="true"></svg></span>"#,
    );
    state.at(".actor__word").text(word).precede(move || line().into_iter().chain(words()).collect());
    state.at(".pulse").html(move || {
        let health = vitals.look.with(|look| look.health);
        format!(r#"<path class="pulse__line" d="{}"/>"#, pulse(health))
    });
    head.add(Part::new(r#"<span class="actor__name"></span>"#).html(name)).add(state).add(bolt())
}

/// The bolt that stands for the menu.
pub fn bolt() -> Part {
    Part::new(&format!(r#"<span class="actor__bolt">{}</span>"#, icon("bolt")))
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

impl Aside {
    fn html(&self) -> String {
        let strong = if self.is_strong { " actor__aside--strong" } else { "" };
        let code = if self.is_code { " database__statement" } else { "" };
        format!(r#"<span class="actor__aside{strong}{code}">{}</span>"#, html::escape(&self.words))
    }
}

/// Those who wait in line.
fn line_html(count: u32) -> String {
    let dots = r#"<i class="waiting__dot"></i>"#.repeat(count.min(5) as usize);
    format!(r#"<span class="waiting" title="{count} in line">{dots}{count}</span>"#)
}

/// The button that a head is, still empty: it opens the actor's menu.
pub fn head_button(vitals: Vitals, name: &'static str) -> Part {
    let board = Board::of_stage();
    let actor = vitals.actor;
    let subject = Subject::Actor(actor);
    let is_open = move || board.open.get() == Some(subject);
    let was_open = move || board.open.get_untracked() == Some(subject);
    let toggle = move |_: Event| if was_open() { close(board, subject) } else { board.open.set(Some(subject)) };
    // A press would first close the menu by taking the focus from it, and then open it again.
    let keep = move |event: MouseEvent| {
        if was_open() {
            event.prevent_default();
        }
    };
    Part::new(r#"<button class="actor__head" type="button" aria-haspopup="menu"></button>"#)
        .set("aria-expanded", move || is_open().to_string())
        .set("aria-description", move || format!("{}. Break or repair it", vitals.named(name)))
        .on("click", toggle)
        .on("mousedown", keep)
}
