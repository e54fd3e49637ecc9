//! What takes too long for the page's own thread: questions asked and answered as texts, so that a Web Worker, or a test,
//! can do the work.
//!
//! A request is `{"id": 1, "method": "claim", "params": {"id": "WB4"}}`; its answer is `{"id": 1, "result": ...}` or
//! `{"id": 1, "error": "..."}`, with the same `id`.

mod claims;
mod claims_html;
mod experiment;
mod export;
mod guest;
mod guide;
mod journey;
mod lab;
mod lab_html;
mod lesson;
mod lesson_html;
mod request;
mod runs;
mod search;
mod sequence;
mod source;
mod traffic_html;

pub use request::{answer, answer_with};
pub use source::{NoFile, Source};
