//! The time for all that need not follow each frame: figures, lists and texts.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::derived::{Derive, Memo, effect};
use crate::ui::kept::Kept;

use super::browser;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::ui::{Desk, State};

/// Least time between two beats, in milliseconds.
const LEAST: f64 = 100.0;

/// How long a beat waits after the last jump in time, in milliseconds: the stage is drawn first, and a hand that drags the
/// time is not held up by lists that it passes.
const AFTER: f64 = 150.0;

/// Who follows the beat, one after the other: each in a frame of its own, so that no frame has to draw all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Figures, texts and the timeline.
    First = 0,
    /// The ledger's list.
    Second = 1,
    /// The log.
    Third = 2,
}

/// A playhead that moves at most ten times a second.
#[derive(Clone, Copy)]
pub struct Beat {
    desk: Desk,
    turns: [State<VirtualTime>; 3],
    turn: Turn,
}

impl Beat {
    /// Starts the beat of a page and gives it to its components.
    pub fn start(desk: Desk) -> Self {
        let at = desk.head_now().at;
        let beat = Self { desk, turns: [(); 3].map(|()| State::new(at)), turn: Turn::First };
        let clock = Clock { beat, last: StoredValue::new(0.0), due: StoredValue::new(None) };
        effect(move || {
            let head = desk.head();
            let (now, next) = (browser::now(), clock.last.get_value() + LEAST);
            match head.playing {
                true if now >= next => clock.strike(),
                true => clock.wait_until(next),
                false => clock.wait_until(now + AFTER),
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

    /// The same beat for those whose turn is another one.
    #[must_use]
    pub fn at_turn(self, turn: Turn) -> Self {
        Self { turn, ..self }
    }

    fn signal(self) -> State<VirtualTime> {
        self.turns[self.turn as usize]
    }

    /// The time; follows it.
    #[must_use]
    pub fn at(self) -> VirtualTime {
        self.signal().get()
    }

    /// Follows the time without needing it.
    pub fn follow(self) {
        self.signal().track();
    }

    /// A value derived from the run and the time.
    pub fn watch<T>(self, derive: impl Fn(&Run, VirtualTime) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::kept(self.of_moment(Box::new(move |run, at| Kept::new(derive(run, at)))))
    }

    fn of_moment(self, derive: OfMoment) -> Derive {
        Box::new(move || {
            self.desk.follow_run();
            let at = self.signal().get();
            self.desk.with_run(|run| derive(run, at))
        })
    }
}

/// What is derived from the run and a time.
type OfMoment = Box<dyn Fn(&Run, VirtualTime) -> Kept + Send + Sync>;

/// When the beat strikes.
#[derive(Clone, Copy)]
struct Clock {
    beat: Beat,
    /// When it struck last, in milliseconds.
    last: StoredValue<f64>,
    /// When it is to strike, while it waits.
    due: StoredValue<Option<f64>>,
}

impl Clock {
    fn strike(self) {
        self.due.set_value(None);
        self.last.set_value(browser::now());
        self.take_turn(0);
    }

    fn take_turn(self, turn: usize) {
        let Some(signal) = self.beat.turns.get(turn) else { return };
        let now = self.beat.desk.head_now().at;
        if signal.get_untracked() != now {
            signal.set(now);
        }
        request_animation_frame(move || self.take_turn(turn + 1));
    }

    /// Strikes at that time; a later one takes the place of the one it waits for.
    fn wait_until(self, time: f64) {
        let waits = self.due.get_value().is_some();
        self.due.set_value(Some(time));
        if !waits {
            self.look_again();
        }
    }

    fn look_again(self) {
        let Some(due) = self.due.get_value() else { return };
        let rest = due - browser::now();
        if rest <= 0.0 {
            return self.strike();
        }
        set_timeout(move || self.look_again(), Duration::from_millis(rest as u64 + 1));
    }
}
