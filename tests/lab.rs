//! The lab: headless runs, sweeps, and recorded traffic.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

#[path = "lab/experiments.rs"]
mod experiments;
#[path = "lab/headless.rs"]
mod headless;
#[path = "redis/real.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod real;
#[path = "lab/seek.rs"]
mod seek;
#[path = "runs/support.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod support;
#[path = "lab/traffic.rs"]
mod traffic;
