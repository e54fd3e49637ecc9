//! Breaking things, and mending them.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;

use crate::ui::{Memo, memo};
use wasm_bindgen::JsCast;

use super::{pattern, pattern_id, report};
use crate::ui::Desk;
use crate::ui::icons::{changing_icon, icon};
use crate::ui::words::{Way, name_of, targets, ways};
use crate::world::{Actor, Condition, Fault, FaultKind};

/// One button for each that can crash, a menu for the finer ways, and the way back.
#[component]
pub fn BreakIt() -> impl IntoView {
    let desk = Desk::of_page();
    let pattern_id = pattern_id(desk);
    let actors = memo(move || pattern_id.get().and_then(pattern).map(|pattern| targets(&pattern)).unwrap_or_default());
    view! {
        <section class="breakit" aria-label="Break it" data-testid="breakit">
            <span class="breakit__name">"Break it"</span>
            {move || actors.get().into_iter().map(|actor| view! { <Crash actor/> }).collect::<Vec<_>>()}
            <More actors/>
            <Undo/>
        </section>
    }
}

/// The health of an actor; follows the frame.
fn condition_of(desk: Desk, actor: Actor) -> Memo<Condition> {
    desk.watch(move |frame| frame.actor(actor).condition)
}

#[component]
fn Crash(actor: Actor) -> impl IntoView {
    let desk = Desk::of_page();
    let condition = condition_of(desk, actor);
    let is_well = memo(move || condition.get() == Condition::HEALTHY);
    let press = move |_| {
        let fault = if is_well.get_untracked() { FaultKind::Crash } else { FaultKind::Repair };
        report(desk, desk.inject(Fault { fault, target: actor }, None));
    };
    let name = move || {
        let verb = if is_well.get() { "Crash" } else { "Bring back" };
        format!("{verb} the {} now", name_of(actor))
    };
    view! {
        <button
            class="button"
            type="button"
            data-testid=format!("break-{actor}")
            data-mends=move || (!is_well.get()).then_some("true")
            aria-label=name
            title=name
            on:click=press
        >
            {changing_icon(move || if is_well.get() { "bolt" } else { "again" })}
            {title(actor)}
        </button>
    }
}

const fn title(actor: Actor) -> &'static str {
    match actor {
        Actor::Client(_) => "Person",
        Actor::App => "App",
        Actor::Loader => "Loader",
        Actor::Cache => "Cache",
        Actor::Flusher => "Flusher",
        Actor::Database => "Database",
    }
}

#[component]
fn More(actors: Memo<Vec<Actor>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let element = NodeRef::<Div>::new();
    let leave = move |event: FocusEvent| {
        let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let stays = element.get_untracked().is_some_and(|element| element.contains(next.as_ref()));
        if !stays {
            open.set(false);
        }
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            open.set(false);
        }
    };
    view! {
        <div class="more" node_ref=element on:focusout=leave on:keydown=escape>
            <button
                class="button"
                type="button"
                aria-label="More ways to break it"
                title="More ways to break it"
                aria-expanded=move || open.get().to_string()
                data-testid="break-more"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span class="more__dots">{icon("more")}</span>
                "More"
            </button>
            {move || open.get().then(|| view! {
                <div class="menu menu--up">
                    {actors.get().into_iter().map(|actor| view! { <Group actor open/> }).collect::<Vec<_>>()}
                </div>
            })}
        </div>
    }
}

/// The finer ways to break one actor: what its own button does is not repeated.
#[component]
fn Group(actor: Actor, open: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::of_page();
    let condition = condition_of(desk, actor);
    let finer = move || {
        let ways = ways(actor, condition.get()).into_iter();
        ways.filter(|way| !matches!(way.fault.fault, FaultKind::Crash | FaultKind::Repair)).collect::<Vec<_>>()
    };
    let item = move |way: Way| {
        let press = move |_| {
            open.set(false);
            report(desk, desk.inject(way.fault, None));
        };
        view! {
            <button class="menu__item" type="button" data-testid=format!("inject-{}-{actor}", way.fault.fault.id()) on:click=press>
                {icon(way.icon)}
                <span>{way.label}<small>{way.meaning}</small></span>
            </button>
        }
    };
    move || {
        let finer = finer();
        (!finer.is_empty()).then(|| {
            view! {
                <p class="menu__title">{title(actor)}</p>
                {finer.into_iter().map(item).collect::<Vec<_>>()}
            }
        })
    }
}

#[component]
fn Undo() -> impl IntoView {
    let desk = Desk::of_page();
    let is_changed = memo(move || desk.is_changed());
    view! {
        <button
            class="button"
            type="button"
            data-testid="undo"
            title="Undo what I did"
            aria-label="Undo what I did"
            disabled=move || !is_changed.get()
            on:click=move |_| report(desk, desk.reset())
        >
            <span class="more__dots">{icon("undo")}</span>
            "Undo"
        </button>
    }
}
