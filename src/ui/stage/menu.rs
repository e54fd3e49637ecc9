//! The menu of an actor: how to break it, and how to repair it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::board::{Board, rect_of};
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::shell::browser::focus;
use crate::ui::words::{Way, name_of, ways};
use crate::world::Actor;

/// The width of a menu, and the heights of its title and of an item.
const WIDTH: f64 = 252.0;
const TITLE: f64 = 40.0;
const ITEM: f64 = 48.0;

/// The menu of an actor, open.
pub fn menu(board: Board, actor: Actor) -> Part {
    let offered = board.moment(move |moment| ways(actor, moment.frame.actor(actor).condition));
    let name = name_of(actor);
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        match key.as_str() {
            "Escape" => close(board, actor),
            "ArrowDown" | "ArrowUp" | "Home" | "End" => {
                if let Some(menu) = event.current_target() {
                    move_focus(menu.unchecked_ref(), &key);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let menu = Part::new(&format!(
        r#"<div class="menu" role="menu" data-testid="menu" aria-label="Break or repair the {name}"><p class="menu__title">Break the {name}</p></div>"#
    ));
    let element = menu.element().clone();
    // Once it is part of the page.
    queue_microtask(move || {
        if let Ok(Some(first)) = element.query_selector("[role=menuitem]") {
            focus(&first);
        }
    });
    menu.set("style", move || menu_place(board, actor, offered.with(Vec::len)))
        .on("keydown", on_key)
        .on("focusout", move |event| leave(board, &event))
        .fill(move || offered.get().into_iter().map(|way| item(board, actor, way)).collect())
}

/// Closes the menu of an actor and gives the focus back to its head.
pub fn close(board: Board, actor: Actor) {
    if let Some(head) = head_of(actor) {
        focus(&head);
    }
    board.open.set(None);
}

/// Closes the menu when the focus has left it. That is looked at a little later: an item that is taken off the page loses the
/// focus in the midst of the drawing, when no signal may be touched.
fn leave(board: Board, event: &FocusEvent) {
    let menu = event.current_target().and_then(|menu| menu.dyn_into::<Node>().ok());
    let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
    let Some(menu) = menu.filter(|menu| !menu.contains(next.as_ref())) else { return };
    set_timeout(
        move || {
            let active = menu.owner_document().and_then(|document| document.active_element());
            let is_back = menu.contains(active.as_ref().map(AsRef::as_ref));
            // One that is off the page is closed already, and another one may be open.
            if !is_back && menu.is_connected() {
                board.open.set(None);
            }
        },
        Duration::ZERO,
    );
}

fn item(board: Board, actor: Actor, way: Way) -> Part {
    let item = Part::new(&format!(
        r#"<button class="menu__item" type="button" role="menuitem" tabindex="-1" data-testid="fault-{}">{}<span>{}<small>{}</small></span></button>"#,
        way.kind().id(),
        icon(way.icon),
        way.label,
        way.meaning
    ));
    item.on("click", move |_: Event| {
        close(board, actor);
        if let Err(error) = board.desk.inject(way.incident) {
            board.desk.notify(error.to_string());
        }
    })
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
