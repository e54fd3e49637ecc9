//! The time for all that need not follow each frame: figures, lists and texts.

use leptos::prelude::*;

use super::browser;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::ui::Desk;

/// Least time between two beats while the page plays, in milliseconds.
const LEAST: f64 = 100.0;

/// A playhead that moves at most ten times a second while the page plays, and at once when it stands.
#[derive(Clone, Copy)]
pub struct Beat {
    desk: Desk,
    at: RwSignal<VirtualTime>,
}

impl Beat {
    /// Starts the beat of a page and gives it to its components.
    pub fn start(desk: Desk) -> Self {
        let at = RwSignal::new(desk.head_signal().get_untracked().at);
        let last = StoredValue::new(0.0);
        Effect::new(move |_| {
            let head = desk.head();
            let now = browser::now();
            if head.playing && now - last.get_value() < LEAST {
                return;
            }
            last.set_value(now);
            if at.get_untracked() != head.at {
                at.set(head.at);
            }
        });
        let beat = Self { desk, at };
        provide_context(beat);
        beat
    }

    /// The beat of the page that a component is part of.
    #[must_use]
    pub fn of_page() -> Self {
        expect_context()
    }

    /// The time; follows it.
    #[must_use]
    pub fn at(self) -> VirtualTime {
        self.at.get()
    }

    /// Follows the time without needing it.
    pub fn follow(self) {
        self.at.track();
    }

    /// A value derived from the run and the time.
    pub fn watch<T>(self, derive: impl Fn(&Run, VirtualTime) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| {
            self.desk.follow_run();
            let at = self.at.get();
            self.desk.with_run(|run| derive(run, at))
        })
    }
}
