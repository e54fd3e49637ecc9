//! The lessons above the stage, which the worker draws.

use leptos::prelude::*;
use web_sys::Event;

use super::browser;
use super::guest::Guest;
use crate::ui::part::Part;
use crate::ui::{Desk, State};

/// Whether the lessons are open. A handle that can be copied; the page gives it to its components.
#[derive(Clone, Copy)]
pub struct Classroom {
    open: State<bool>,
    guest: Guest,
}

impl Classroom {
    /// The classroom of a page: open if its link names a lesson.
    pub fn start(desk: Desk) -> Self {
        let classroom = Self { open: State::new(false), guest: Guest::new("lesson") };
        provide_context(classroom);
        if let Some(lesson) = desk.view().with_untracked(|view| view.lesson.clone()) {
            classroom.open.set(true);
            classroom.begin(desk, lesson);
        }
        classroom
    }

    /// Opens a lesson by its id, or an author's by its address.
    fn begin(self, desk: Desk, lesson: String) {
        if !lesson.ends_with(".json") {
            return self.guest.ask(&format!("open {lesson}"));
        }
        self.guest.link.set(lesson.clone());
        browser::spawn(async move {
            match browser::text_of(&lesson).await {
                Some(text) => self.guest.ask(&format!("read {text}")),
                None => desk.notify(format!("The lesson \"{lesson}\" could not be loaded.")),
            }
        });
    }

    /// What a link calls the lesson that is open; empty: none.
    pub fn lesson(self) -> String {
        if self.open.get() { self.guest.link.get() } else { String::new() }
    }

    fn toggle(self) {
        self.open.update(|open| *open = !*open);
        if self.open.get_untracked() {
            self.guest.ask("");
        }
    }
}

/// The button that opens and closes the lessons.
pub fn lessons_button() -> Part {
    let classroom: Classroom = expect_context();
    Part::new(r#"<button class="button" type="button" data-testid="lessons-button">Lessons</button>"#)
        .set("aria-expanded", move || classroom.open.get().to_string())
        .on("click", move |_: Event| classroom.toggle())
}

/// Where lessons are shown; `otherwise` is shown while none is.
pub fn lessons_or(otherwise: impl Fn() -> Option<Part> + 'static) -> Part {
    let classroom: Classroom = expect_context();
    let shown = move || match classroom.open.get() {
        true => vec![
            Part::new(r#"<section class="classroom" data-testid="lessons" aria-label="Lessons"></section>"#)
                .add(classroom.guest.body()),
        ],
        false => otherwise().into_iter().collect(),
    };
    Part::new(r#"<div class="lead"></div>"#).fill(shown)
}
