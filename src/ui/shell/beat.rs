//! The time for all that need not follow each frame: figures, lists and texts.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::memo;

use super::browser;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::ui::Desk;

/// Least time between two beats, in milliseconds.
const LEAST: f64 = 100.0;

/// How long a beat waits after a jump in time, in milliseconds: the stage is drawn first, and a hand that drags the time is
/// not held up by lists that it passes.
const AFTER: u64 = 40;

/// A playhead that moves at most ten times a second.
#[derive(Clone, Copy)]
pub struct Beat {
    desk: Desk,
    at: RwSignal<VirtualTime>,
}

impl Beat {
    /// Starts the beat of a page and gives it to its components.
    pub fn start(desk: Desk) -> Self {
        let at = RwSignal::new(desk.head_signal().get_untracked().at);
        let beat = Self { desk, at };
        let last = StoredValue::new(0.0);
        let waits = StoredValue::new(false);
        let strike = move || {
            waits.set_value(false);
            last.set_value(browser::now());
            let now = desk.head_signal().get_untracked().at;
            if at.get_untracked() != now {
                at.set(now);
            }
        };
        Effect::new(move |_| {
            let head = desk.head();
            let since = browser::now() - last.get_value();
            if head.playing && since >= LEAST {
                strike();
            } else if !waits.get_value() {
                waits.set_value(true);
                let rest = if head.playing { (LEAST - since).max(0.0) as u64 } else { AFTER };
                set_timeout(strike, Duration::from_millis(rest));
            }
        });
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
        memo(move || {
            self.desk.follow_run();
            let at = self.at.get();
            self.desk.with_run(|run| derive(run, at))
        })
    }
}
