//! Cachescope simulates an application, a Redis-like cache and a database, and shows what each caching pattern does,
//! what it costs and how it fails. `ARCHITECTURE.md` is the map of the rooms below.

pub mod audit;
pub mod database;
mod decimal;
pub mod diagram;
pub mod embed;
pub mod engine;
mod fields;
mod html;
pub mod lab;
pub mod lessons;
pub mod order;
pub mod patterns;
mod query;
pub mod redis;
pub mod run;
pub mod scenario;
pub mod trace;
pub mod ui;
pub mod worker;
pub mod workload;
pub mod world;
