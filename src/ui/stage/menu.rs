//! The menu of an actor: how to break it, and how to repair it.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

use super::board::{Board, rect_of};
use super::icons::icon;
use crate::ui::views::{Choice, choices, look};
use crate::world::{Actor, Fault};

/// The width of a menu, and the heights of its title and of an item.
const WIDTH: f64 = 252.0;
const TITLE: f64 = 40.0;
const ITEM: f64 = 48.0;

/// The open menu, if one is open.
#[component]
pub fn Menu() -> impl IntoView {
    let board = Board::of_stage();
    move || board.open.get().map(|actor| menu_view(board, actor))
}

fn menu_view(board: Board, actor: Actor) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let offered = board.moment(move |moment| Offered(choices(actor, &look(moment, actor))));
    let name = spoken_name(actor);
    Effect::new(move |_| {
        if let Some(first) = node.get().and_then(|menu| menu.query_selector("[role=menuitem]").ok().flatten()) {
            focus(&first);
        }
    });
    let close = move || {
        board.open.set(None);
        if let Some(head) = head_of(actor) {
            focus(&head);
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
        key @ ("ArrowDown" | "ArrowUp" | "Home" | "End") => {
            event.prevent_default();
            event.stop_propagation();
            if let Some(menu) = node.get_untracked() {
                move_focus(&menu, key);
            }
        }
        _ => {}
    };
    let on_leave = move |event: FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        let within = node.get_untracked().is_some_and(|menu| menu.contains(to.as_ref()));
        if !within && board.open.try_get_untracked() == Some(Some(actor)) {
            board.open.set(None);
        }
    };
    let choose = move |choice: Choice| {
        close();
        if let Err(error) = board.desk.inject(Fault { fault: choice.fault, target: actor }, None) {
            board.desk.notify(error.to_string());
        }
    };
    let items = move || offered.get().0.into_iter().map(|choice| item_view(choice, choose)).collect_view();
    let place = Memo::new(move |_| menu_place(board, actor, offered.with(|offered| offered.0.len())));
    view! {
        <div
            class="menu"
            role="menu"
            data-testid="menu"
            aria-label=format!("Break or repair the {name}")
            style=move || place.get()
            node_ref=node
            on:keydown=on_key
            on:focusout=on_leave
        >
            <p class="menu__title">{format!("Break the {name}")}</p>
            {items}
        </div>
    }
}

/// What is offered, for comparison.
#[derive(Clone, PartialEq)]
struct Offered(Vec<Choice>);

fn item_view(choice: Choice, choose: impl Fn(Choice) + 'static) -> impl IntoView {
    view! {
        <button
            class="menu__item"
            type="button"
            role="menuitem"
            tabindex="-1"
            data-testid=format!("fault-{}", choice.fault.id())
            on:click=move |_| choose(choice)
        >
            {icon(choice.icon, "")}
            <span>{choice.name}<small>{choice.effect}</small></span>
        </button>
    }
}

const fn spoken_name(actor: Actor) -> &'static str {
    match actor {
        Actor::App | Actor::Client(_) => "app",
        Actor::Loader => "loader",
        Actor::Cache => "cache",
        Actor::Flusher => "flusher",
        Actor::Database => "database",
    }
}

/// Below the actor's head, and within the stage.
#[allow(clippy::cast_precision_loss)]
fn menu_place(board: Board, actor: Actor, items: usize) -> String {
    board.layout.with(|layout| {
        let rect = rect_of(layout, actor);
        let height = TITLE + items as f64 * ITEM + 16.0;
        let left = (rect.right() - WIDTH - 8.0).clamp(8.0, (layout.width - WIDTH - 8.0).max(8.0));
        let top = (rect.y + 46.0).min(layout.height - height).max(8.0);
        format!("left:{left:.0}px;top:{top:.0}px;width:{WIDTH}px")
    })
}

fn head_of(actor: Actor) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.query_selector(&format!("[data-testid=actor-{actor}] .actor__head")).ok().flatten()
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // What can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

fn move_focus(menu: &HtmlElement, key: &str) {
    let find = |selector| menu.query_selector(selector).ok().flatten();
    let (first, last) = (find("[role=menuitem]"), find("[role=menuitem]:last-of-type"));
    let active = menu.owner_document().and_then(|document| document.active_element());
    let beside = active.and_then(|active| match key {
        "ArrowDown" => active.next_element_sibling(),
        "ArrowUp" => active.previous_element_sibling().filter(|item| item.has_attribute("role")),
        _ => None,
    });
    let end = if matches!(key, "ArrowUp" | "End") { last } else { first };
    if let Some(next) = beside.or(end) {
        focus(&next);
    }
}
