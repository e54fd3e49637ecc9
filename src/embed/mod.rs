//! The contract with links and host pages: the URL parameters and the messages.
//!
//! Reading them is plain code that is tested natively; only `bridge` touches the browser.

#[cfg(target_arch = "wasm32")]
pub(crate) mod bridge;
mod describe;
#[cfg(target_arch = "wasm32")]
pub(crate) mod lab;
mod message;
mod origins;
mod params;
#[cfg(target_arch = "wasm32")]
pub(crate) mod parent;
mod request;

pub use describe::describe;
#[cfg(target_arch = "wasm32")]
pub use lab::serve_lab;
pub use message::{Message, event, reply};
pub use origins::Origins;
pub use params::{Language, Params, Theme, parse_query};
pub use request::{LoadRequest, Request, RequestError, read_load};
