//! The single-threaded executor: a clock, the events to come, and the tasks that wait for them.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::agenda::Purpose;
use super::events::{Action, EventKey, EventQueue};
use super::random::Rng;
use super::tasks::{Abort, TaskFuture, TaskId, TaskTable};
use super::time::{Span, VirtualTime};
use super::timers::{Elapsed, Sleep, YieldNow, timeout_at};

/// How many steps (polls and events) one virtual instant may take before the run is given up as [`RunEnd::Stuck`].
pub const STEPS_PER_INSTANT: u64 = 10_000_000;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RunEnd {
    /// The clock is at the time asked for, and events after it are still to come.
    Reached,
    /// Nothing is left to happen: tasks that have not ended, if any, wait for each other or for ever.
    Idle,
    /// The tasks kept each other busy at this one instant for [`STEPS_PER_INSTANT`] steps. The clock stays there.
    Stuck {
        /// The instant that does not end.
        at: VirtualTime,
    },
}

/// A virtual world: a clock, a queue of events and a set of tasks. Cloning gives another handle to the same world.
///
/// All futures of this module tell the executor directly which task waits for what. So a task may poll its own futures in
/// any way it likes (join, race, hand-written), but futures that rely on a [`Waker`], such as those of other libraries,
/// are never woken. The futures must be polled from a task of the `Sim` that they belong to, and panic elsewhere.
///
/// A task usually holds a handle to the world that holds the task. [`Sim::shutdown`] breaks that ring; a world that is
/// dropped with unfinished tasks and without it leaks them.
#[derive(Clone)]
pub struct Sim(Rc<Core>);

struct Core {
    seed: u64,
    now: Cell<VirtualTime>,
    current: Cell<Option<TaskId>>,
    running: Cell<bool>,
    closed: Cell<bool>,
    steps_per_instant: Cell<u64>,
    polls: Cell<u64>,
    tasks: RefCell<TaskTable>,
    events: RefCell<EventQueue>,
}

impl Sim {
    /// A world at time zero with nothing in it. The seed decides all its random streams.
    pub fn new(seed: u64) -> Self {
        Self(Rc::new(Core {
            seed,
            now: Cell::new(VirtualTime::ZERO),
            current: Cell::new(None),
            running: Cell::new(false),
            closed: Cell::new(false),
            steps_per_instant: Cell::new(STEPS_PER_INSTANT),
            polls: Cell::new(0),
            tasks: RefCell::default(),
            events: RefCell::default(),
        }))
    }

    /// The seed that this world was made with.
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The present instant.
    pub fn now(&self) -> VirtualTime {
        self.0.now.get()
    }

    /// The random stream of that name. It depends on the seed and the name alone: draws of one stream never shift
    /// another, and asking twice for one name gives the same numbers twice.
    pub fn rng(&self, stream: &str) -> Rng {
        Rng::for_stream(self.0.seed, stream)
    }

    /// Adds a task, which first runs at this instant, after those that are ready already.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) -> TaskId {
        let id = self.0.tasks.borrow_mut().insert(Box::pin(future));
        if self.0.closed.get() {
            self.abort(id);
        }
        id
    }

    /// Ends a task by dropping its future, whose destructors run before this returns. A task may abort itself: it then
    /// runs on to its next `await` that has to wait, and ends there. Returns whether the task had not ended or been
    /// aborted before.
    pub fn abort(&self, task: TaskId) -> bool {
        // The outcome is bound first, so that the table is free again when the future's destructors run.
        let outcome = self.0.tasks.borrow_mut().abort(task);
        match outcome {
            Abort::Ended => false,
            Abort::Marked => true,
            Abort::Dropped(future) => {
                drop(future);
                true
            }
        }
    }

    /// Whether the task has neither ended nor been aborted.
    pub fn is_alive(&self, task: TaskId) -> bool {
        self.0.tasks.borrow().is_alive(task)
    }

    /// How many tasks have not ended.
    pub fn task_count(&self) -> usize {
        self.0.tasks.borrow().live()
    }

    /// The task that is being polled, if any. With [`Sim::wake`] this is all that a hand-written future needs.
    pub fn current_task(&self) -> Option<TaskId> {
        self.0.current.get()
    }

    /// Makes a task ready to run at this instant, after those that are ready already. Does nothing if it is ready or has
    /// ended. A future that has nothing to say when its task is polled answers pending again, so a wake too many is
    /// harmless.
    pub fn wake(&self, task: TaskId) {
        self.0.tasks.borrow_mut().wake(task);
    }

    /// Waits for that long from now. Even a span of zero goes through the event queue, so that what is due already
    /// happens first. Dropping the future cancels it.
    pub fn sleep(&self, span: Span) -> Sleep {
        self.sleep_until(self.now() + span)
    }

    /// Waits until that instant, as [`Sim::sleep`] does; an instant in the past counts as now.
    pub fn sleep_until(&self, deadline: VirtualTime) -> Sleep {
        Sleep::new(self, deadline, Purpose::Sleep)
    }

    /// Runs the future for at most that long from now, then drops it. When the future and the time end together, the
    /// result counts.
    ///
    /// # Errors
    ///
    /// The future resolves to [`Elapsed`] when time was up.
    pub fn timeout<F: Future>(
        &self,
        limit: Span,
        future: F,
    ) -> impl Future<Output = Result<F::Output, Elapsed>> + use<F> {
        timeout_at(Sleep::new(self, self.now() + limit, Purpose::Limit), future)
    }

    /// Lets everything that is due at this instant go first.
    pub fn yield_now(&self) -> YieldNow {
        YieldNow::new(self)
    }

    /// Runs a callback at that instant; an instant in the past counts as now. The callback is not a task and can't wait.
    pub fn schedule(&self, at: VirtualTime, call: impl FnOnce() + 'static) {
        if self.0.closed.get() {
            return;
        }
        self.0.events.borrow_mut().insert_call(at.max(self.now()), Box::new(call));
    }

    /// When the next event happens: now if a task is ready, `None` if nothing is left to happen.
    pub fn next_event(&self) -> Option<VirtualTime> {
        if self.0.tasks.borrow().has_ready() {
            return Some(self.now());
        }
        self.0.events.borrow_mut().next_time()
    }

    /// How many events are still to come.
    pub fn pending_events(&self) -> usize {
        self.0.events.borrow().len()
    }

    /// How many events were put in the queue so far, cancelled ones included.
    pub fn events_scheduled(&self) -> u64 {
        self.0.events.borrow().inserted()
    }

    /// How often a task was polled so far.
    pub fn polls(&self) -> u64 {
        self.0.polls.get()
    }

    /// Changes how many steps one instant may take, in place of [`STEPS_PER_INSTANT`]; at least one.
    pub fn set_steps_per_instant(&self, steps: u64) {
        self.0.steps_per_instant.set(steps.max(1));
    }

    /// Lets everything happen that is due up to and at `until`, in the order that the [module](super) states, then sets
    /// the clock to it, unless the run is stuck. A time in the past only lets happen what is due now.
    ///
    /// A loop inside one task that never waits can't be stopped.
    ///
    /// # Panics
    ///
    /// When called from a task or callback of this same world, and when a task or callback panics: the panic passes
    /// through, and that task has ended.
    pub fn run_until(&self, until: VirtualTime) -> RunEnd {
        let until = until.max(self.now());
        if let Some(at) = self.run_due(until) {
            return RunEnd::Stuck { at };
        }
        self.0.now.set(until);
        if self.pending_events() == 0 { RunEnd::Idle } else { RunEnd::Reached }
    }

    /// Lets everything happen until nothing is left, and leaves the clock at the last event. Panics as
    /// [`Sim::run_until`] does; does not return if new events keep coming.
    pub fn run_to_idle(&self) -> RunEnd {
        match self.run_due(VirtualTime::MAX) {
            Some(at) => RunEnd::Stuck { at },
            None => RunEnd::Idle,
        }
    }

    /// Ends the world: drops all tasks, in the order of their ids, and all callbacks. From then on what is spawned is
    /// dropped at once, and what is scheduled never happens.
    pub fn shutdown(&self) {
        self.0.closed.set(true);
        let calls = self.0.events.borrow_mut().clear();
        let tasks = self.0.tasks.borrow().ids();
        for task in tasks {
            self.abort(task);
        }
        drop(calls);
    }

    /// Runs what is due up to `until`; an answer is the instant at which the run is stuck.
    fn run_due(&self, until: VirtualTime) -> Option<VirtualTime> {
        let core = &*self.0;
        let _running = Running::enter(core);
        let limit = core.steps_per_instant.get();
        let mut steps = 0;
        loop {
            loop {
                if steps == limit && core.tasks.borrow().has_ready() {
                    return Some(core.now.get());
                }
                let ready = core.tasks.borrow_mut().next_ready();
                let Some((task, future)) = ready else { break };
                steps += 1;
                core.poll(task, future);
            }
            let event = core.events.borrow_mut().pop_due(until);
            let (time, action) = event?;
            if time > core.now.get() {
                core.now.set(time);
                steps = 0;
            }
            steps += 1;
            core.act(action);
            if steps > limit {
                return Some(time);
            }
        }
    }

    /// Puts a wake of the current task in the queue.
    #[inline]
    pub(super) fn arm(&self, at: VirtualTime, purpose: Purpose) -> EventKey {
        let task = self.expect_task();
        self.0.events.borrow_mut().insert(at, task, purpose)
    }

    /// Whether that wake, which is at that time, is still to come; if so it will wake the current task.
    #[inline]
    pub(super) fn is_armed(&self, at: VirtualTime, key: &mut EventKey) -> bool {
        let task = self.expect_task();
        self.0.events.borrow_mut().is_to_come(at, key, task)
    }

    /// Cancels that wake, which is at that time.
    pub(super) fn disarm(&self, at: VirtualTime, key: EventKey) {
        self.0.events.borrow_mut().cancel(at, key);
    }

    /// The task being polled.
    ///
    /// # Panics
    ///
    /// When there is none, which means that a future was polled outside of the world it belongs to.
    pub(super) fn expect_task(&self) -> TaskId {
        match self.current_task() {
            Some(task) => task,
            None => panic!("a future of a Sim was polled outside of that Sim's tasks"),
        }
    }
}

impl fmt::Debug for Sim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sim").field("seed", &self.0.seed).field("now", &self.now()).finish_non_exhaustive()
    }
}

impl Core {
    fn act(&self, action: Action) {
        match action {
            Action::Wake(task) => {
                // No task is ready when an event is taken, so the woken one is the first in line: poll it right away.
                let future = self.tasks.borrow_mut().start(task);
                if let Some(future) = future {
                    self.poll(task, future);
                }
            }
            Action::Call(call) => call(),
        }
    }

    fn poll(&self, task: TaskId, mut future: TaskFuture) {
        let polling = Polling::enter(self, task);
        let outcome = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        polling.leave();
        let ended = match outcome {
            Poll::Pending => self.tasks.borrow_mut().park(task, future),
            Poll::Ready(()) => {
                self.tasks.borrow_mut().retire(task);
                Some(future)
            }
        };
        drop(ended);
    }
}

/// Marks the task that is being polled. Dropped by a panic, it ends that task, so that the world stays usable.
struct Polling<'a> {
    core: &'a Core,
    task: TaskId,
    returned: bool,
}

impl<'a> Polling<'a> {
    fn enter(core: &'a Core, task: TaskId) -> Self {
        core.current.set(Some(task));
        core.polls.set(core.polls.get() + 1);
        Self { core, task, returned: false }
    }

    fn leave(mut self) {
        self.returned = true;
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.core.current.set(None);
        if !self.returned {
            self.core.tasks.borrow_mut().retire(self.task);
        }
    }
}

/// Marks that the world is running.
struct Running<'a>(&'a Core);

impl<'a> Running<'a> {
    fn enter(core: &'a Core) -> Self {
        assert!(!core.running.replace(true), "a Sim was run from one of its own tasks or callbacks");
        Self(core)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.set(false);
    }
}
