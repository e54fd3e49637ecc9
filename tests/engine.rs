//! The engine as its users see it, one module a subject.

#[path = "engine/support.rs"]
mod support;

#[path = "engine/channels.rs"]
mod channels;
#[path = "engine/combinators.rs"]
mod combinators;
#[path = "engine/determinism.rs"]
mod determinism;
#[path = "engine/distributions.rs"]
mod distributions;
#[path = "engine/order.rs"]
mod order;
#[path = "engine/queueing.rs"]
mod queueing;
#[path = "engine/runs.rs"]
mod runs;
#[path = "engine/semaphores.rs"]
mod semaphores;
#[path = "engine/signals.rs"]
mod signals;
#[path = "engine/statistics.rs"]
mod statistics;
#[path = "engine/tasks.rs"]
mod tasks;
#[path = "engine/timers.rs"]
mod timers;
