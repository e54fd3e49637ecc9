//! How tasks wait for each other: semaphores, signals, channels, single answers.
//!
//! All waiting lines are first in, first out, and each place in them belongs to the future that waits. Such a future can
//! be dropped at any time: it leaves the line, and what it was already granted goes to the next.

mod channel;
mod gate;
mod line;
mod oneshot;
mod semaphore;
mod signal;

pub use channel::{BoundedSender, Receiver, Recv, Send, Sender, bounded, channel};
pub use oneshot::{OneReceiver, OneSender, oneshot};
pub use semaphore::{Acquire, Permit, Semaphore};
pub use signal::{Signal, Wait};

use thiserror::Error;

/// The other side has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the other side has gone")]
pub struct Closed;
