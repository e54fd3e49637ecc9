//! The menu of an actor: how to break it, and how to repair it; and that of a message on its way.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::board::{Board, Subject, rect_of};
use super::packets::spot;
use crate::decimal::{Decimal, within};
use crate::ui::geometry::Layout;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::shell::Trail;
use crate::ui::shell::browser::focus;
use crate::ui::words::{Way, deeds, name_of, ways};
use crate::world::MessageId;

/// The width of a menu, and the heights of its title and of an item.
const WIDTH: f64 = 252.0;
const TITLE: f64 = 40.0;
const ITEM: f64 = 48.0;

/// The menu of an actor or of a message, open.
pub fn menu(board: Board, subject: Subject) -> Part {
    let offered = match subject {
        Subject::Actor(actor) => {
            board.moment(move |moment| ways(&moment.run.scenario, actor, moment.frame.actor(actor).condition))
        }
        Subject::Message(message, _) => board.moment(move |moment| {
            let packet = moment.frame.packets.iter().find(|packet| packet.message == message);
            packet.map(|packet| deeds(message, packet.held)).unwrap_or_default()
        }),
    };
    let (label, title) = match subject {
        Subject::Actor(actor) => {
            (format!("Break or repair the {}", name_of(actor)), format!("Break the {}", name_of(actor)))
        }
        Subject::Message(..) => ("Take hold of the message".to_owned(), "Take hold of it".to_owned()),
    };
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        match key.as_str() {
            "Escape" => close(board, subject),
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
        r#"<div class="menu" role="menu" data-testid="menu" aria-label="{label}"><p class="menu__title">{title}</p></div>"#
    ));
    let element = menu.element().clone();
    // Once it is part of the page.
    queue_microtask(move || {
        if let Ok(Some(first)) = element.query_selector("[role=menuitem]") {
            focus(&first);
        }
    });
    let place = board.place(move |layout| corner(board, layout, subject));
    let more = usize::from(matches!(subject, Subject::Message(..)));
    let items = move || offered.get().into_iter().map(|way| item(board, subject, way)).collect();
    let menu = menu
        .set("style", move || menu_place(board, place.get(), offered.with(Vec::len) + more))
        .on("keydown", on_key)
        .on("focusout", move |event| leave(board, &event));
    match follow_item(board, subject) {
        Some(last) => {
            let menu = menu.add(last.clone());
            last.precede(items);
            menu
        }
        None => menu.fill(items),
    }
}

/// Opens the menu of a message, and stops time meanwhile: a message is gone before one has read what there is to do.
pub fn take_hold(board: Board, message: MessageId) {
    let is_open = matches!(board.open.get_untracked(), Some(Subject::Message(open, _)) if open == message);
    if !is_open {
        let was_playing = board.desk.head_now().playing;
        board.desk.pause();
        board.open.set(Some(Subject::Message(message, was_playing)));
    }
}

/// Closes the menu and gives the focus back to where it was opened.
pub fn close(board: Board, subject: Subject) {
    let opener = match subject {
        Subject::Actor(actor) => format!("[data-testid=actor-{actor}] .actor__head"),
        Subject::Message(message, _) => format!("[data-message=\"{}\"] .packet__grip", message.0),
    };
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(opener) = document.and_then(|document| document.query_selector(&opener).ok().flatten()) {
        focus(&opener);
    }
    board.open.set(None);
    if let Subject::Message(_, true) = subject {
        board.desk.play();
    }
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

fn item(board: Board, subject: Subject, way: Way) -> Part {
    let item = Part::new(&format!(
        r#"<button class="menu__item" type="button" role="menuitem" tabindex="-1" data-testid="fault-{}">{}<span>{}<small>{}</small></span></button>"#,
        way.id(),
        icon(way.icon),
        way.label,
        way.meaning
    ));
    item.on("click", move |_: Event| {
        // At the moment that is shown, before time goes on again.
        let done = board.desk.intervene(way.action.clone(), None);
        close(board, subject);
        if let Err(error) = done {
            board.desk.notify(error.to_string());
        }
    })
}

/// The item that follows the request of a message; a flusher's messages are of none.
fn follow_item(board: Board, subject: Subject) -> Option<Part> {
    let Subject::Message(message, _) = subject else { return None };
    let frame = board.desk.frame_now();
    let request = frame.packets.iter().find(|packet| packet.message == message)?.request?;
    let trail = Trail::of_page();
    let item = Part::new(&format!(
        r#"<button class="menu__item" type="button" role="menuitem" tabindex="-1" data-testid="follow">{}<span>Follow<small>its request, and nothing else</small></span></button>"#,
        icon("right")
    ));
    Some(item.on("click", move |_: Event| {
        trail.follow(Some(request));
        close(board, subject);
    }))
}

/// Where a menu hangs: right end and top.
fn corner(board: Board, layout: &Layout, subject: Subject) -> (f64, f64) {
    match subject {
        Subject::Actor(actor) => {
            let rect = rect_of(layout, actor);
            (rect.right() - 8.0, rect.y + 46.0)
        }
        Subject::Message(message, _) => {
            let frame = board.desk.frame_now();
            let packet = frame.packets.iter().find(|packet| packet.message == message);
            let at = packet.and_then(|packet| spot(layout, packet)).unwrap_or_default();
            (at.x + WIDTH / 2.0, at.y + 24.0)
        }
    }
}

/// Within the stage.
#[allow(clippy::cast_precision_loss)]
fn menu_place(board: Board, (right, top): (f64, f64), items: usize) -> String {
    board.layout.with(|layout| {
        let height = TITLE + items as f64 * ITEM + 16.0;
        let left = within(right - WIDTH, 8.0, (layout.width - WIDTH - 8.0).max(8.0));
        let top = top.min(layout.height - height).max(8.0);
        format!("left:{:.0}px;top:{:.0}px;width:{}px", Decimal(left), Decimal(top), Decimal(WIDTH))
    })
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
