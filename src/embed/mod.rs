//! The contract with links and host pages: the URL parameters and the messages.
//!
//! Reading them is plain code that is tested natively; only `bridge` touches the browser.

#[cfg(target_arch = "wasm32")]
pub(crate) mod bridge;
mod describe;
mod params;
mod request;

pub use describe::describe;
pub use params::{Params, Theme, parse_query};
pub use request::{LoadRequest, Request, RequestError};
