//! Virtual time, the event queue, the single-threaded async executor, randomness and distributions.
//!
//! A [`Sim`] owns one virtual world: a clock, a queue of events and a set of tasks. Nothing here reads a real clock, and
//! nothing depends on the platform, so the same program with the same seed does the same thing natively and in wasm.
//!
//! ```
//! use cachescope::engine::{RunEnd, Sim, Span, VirtualTime};
//!
//! let sim = Sim::new(7);
//! let clock = sim.clone();
//! sim.spawn(async move {
//!     clock.sleep(Span::from_millis(5)).await;
//!     assert_eq!(clock.now(), VirtualTime::from_millis(5));
//! });
//! assert_eq!(sim.run_until(VirtualTime::from_secs(1)), RunEnd::Idle);
//! assert_eq!(sim.now(), VirtualTime::from_secs(1));
//! ```
//!
//! # Order
//!
//! 1. Events happen in order of their time. Of two events with the same time, the one that was put in the queue first
//!    happens first.
//! 2. After each event, all tasks that it made ready run before the next event is taken, in the order in which they
//!    became ready. A task that becomes ready, or is spawned, meanwhile goes to the end of that line.
//! 3. A task that is made ready several times before it runs, runs once.
//! 4. Every waiting line (semaphores, signals, channels) is first in, first out.

mod agenda;
pub mod combinators;
pub mod distribution;
mod estimate;
mod events;
pub mod executor;
pub mod random;
pub mod sync;
mod tasks;
pub mod time;
pub mod timers;
mod zipf;

pub use combinators::{Either, join_all, join2, race};
pub use distribution::{Distribution, DistributionError, Zipf};
pub use executor::{RunEnd, Sim};
pub use random::Rng;
pub use sync::{
    Acquire, BoundedSender, Closed, OneReceiver, OneSender, Permit, Receiver, Semaphore, Sender, Signal, bounded,
    channel, oneshot,
};
pub use tasks::TaskId;
pub use time::{Span, VirtualTime};
pub use timers::{Elapsed, Sleep, YieldNow};
