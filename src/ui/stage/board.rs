//! What all parts of the stage share.

use std::sync::Arc;

use leptos::prelude::*;

use crate::ui::derived::{Derive, Memo, effect, memo};
use crate::ui::kept::Kept;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use crate::ui::geometry::{Layout, Rect, layout};
use crate::ui::views::{Backdrop, Moment};
use crate::ui::{Desk, State};
use crate::world::{Actor, MessageId};

/// The stage's state: what it is drawn from, and how large it is. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Board {
    /// The page's state.
    pub desk: Desk,
    /// What holds for the whole run.
    pub backdrop: Memo<Arc<Backdrop>>,
    /// Where everybody stands.
    pub layout: Memo<Arc<Layout>>,
    /// The stage's width.
    pub width: State<f64>,
    /// Whether the spectator asked for little motion.
    pub calm: State<bool>,
    /// How often the page has taken on new colours.
    pub coat: State<u32>,
    /// Of whom or of what the menu is open.
    pub open: State<Option<Subject>>,
    /// Virtual seconds for each real one.
    pub speed: Memo<f64>,
    /// How much larger than its window the stage is.
    pub zoom: State<f64>,
}

/// Who or what has a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An actor.
    Actor(Actor),
    /// A message on its way, and whether time went on when it was taken hold of.
    Message(MessageId, bool),
}

impl Board {
    /// The board of a desk.
    pub fn new(desk: Desk) -> Self {
        let backdrop = desk.watch_run(|run| Arc::new(Backdrop::of(run)));
        let width = State::new(first_width());
        let cast = memo(move || backdrop.with(|backdrop| backdrop.cast));
        let layout = memo(move || Arc::new(layout(width.get(), cast.get())));
        let speed = memo(move || desk.head().speed);
        Self {
            desk,
            backdrop,
            layout,
            width,
            calm: watch_media("(prefers-reduced-motion: reduce)"),
            coat: watch_theme(desk),
            open: State::new(None),
            speed,
            zoom: State::new(1.0),
        }
    }

    /// The board of the stage that a component is part of.
    pub fn of_stage() -> Self {
        expect_context()
    }

    /// A value derived from the moment that is shown, which changes only when the value does.
    pub fn moment<T>(self, derive: impl Fn(&Moment) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::kept(self.of_moment(Box::new(move |moment| Kept::new(derive(moment)))))
    }

    fn of_moment(self, derive: Box<dyn Fn(&Moment) -> Kept + Send + Sync>) -> Derive {
        Box::new(move || {
            let frame = self.desk.frame();
            self.backdrop.with(|backdrop| {
                self.desk.with_run(|run| derive(&Moment { frame: &frame, run, backdrop: backdrop.as_ref() }))
            })
        })
    }

    /// A value derived from where everybody stands.
    pub fn place<T>(self, derive: impl Fn(&Layout) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::kept(self.of_layout(Box::new(move |layout| Kept::new(derive(layout)))))
    }

    fn of_layout(self, derive: Box<dyn Fn(&Layout) -> Kept + Send + Sync>) -> Derive {
        Box::new(move || self.layout.with(|layout| derive(layout)))
    }

    /// The place of an actor; nothing where the pattern has no such actor.
    pub fn rect(self, actor: Actor) -> Memo<Rect> {
        self.place(move |layout| rect_of(layout, actor))
    }
}

/// The place of an actor.
pub fn rect_of(layout: &Layout, actor: Actor) -> Rect {
    match actor {
        Actor::App => layout.app,
        Actor::Cache => layout.cache,
        Actor::Database => layout.database,
        Actor::Loader => layout.loader.map(|(place, _)| place).unwrap_or_default(),
        Actor::Flusher => layout.flusher.map(|(_, place)| place).unwrap_or_default(),
        Actor::Client(client) => layout.people.get(crate::ui::geometry::seat(client)).copied().unwrap_or_default(),
    }
}

/// The width that the stage will most likely have, for the first drawing; it is measured right after.
fn first_width() -> f64 {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    let width = f64::from(root.map_or(1280, |root| root.client_width()));
    if width < 768.0 { width } else { width.min(1680.0) - 50.0 }
}

fn watch_theme(desk: Desk) -> State<u32> {
    let coat = State::new(0);
    let dark = watch_media("(prefers-color-scheme: dark)");
    let theme = memo(move || desk.view().with(|view| view.theme));
    effect(move || {
        dark.track();
        theme.track();
        // The document takes up the theme in an effect of its own, which may come after this one.
        request_animation_frame(move || coat.update(|coat| *coat += 1));
    });
    coat
}

/// Whether the browser answers yes to a media query, now and later.
fn watch_media(query: &str) -> State<bool> {
    let answer = State::new(false);
    let query = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    if let Some(query) = query {
        answer.set(query.matches());
        let asked = query.clone();
        let changed = Closure::<dyn Fn()>::new(move || answer.set(asked.matches()));
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // The page has one stage, which lasts as long as the page.
        changed.forget();
    }
    answer
}

/// Measures the width of an element whenever it changes.
pub fn measure(element: &web_sys::Element, width: State<f64>) {
    let measured = element.clone();
    let changed = Closure::<dyn Fn()>::new(move || {
        let found = f64::from(measured.client_width());
        if found > 0.0 && found != width.get_untracked() {
            width.set(found);
        }
    });
    if let Ok(observer) = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()) {
        observer.observe(element);
        // The observer lives as long as the element, and calls this as long as it lives.
        changed.forget();
    }
}
