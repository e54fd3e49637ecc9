//! The page. State lives in one place ([`desk`](Desk)): the session, the playhead and the view's settings; everything that
//! is drawn derives from it.
//!
//! Geometry and words are plain code that is tested natively; components exist only in the browser.

#[cfg(target_arch = "wasm32")]
mod clock;
#[cfg(target_arch = "wasm32")]
mod derived;
#[cfg(target_arch = "wasm32")]
mod desk;
pub mod geometry;
#[cfg(target_arch = "wasm32")]
mod icons;
#[cfg(target_arch = "wasm32")]
mod kept;
#[cfg(target_arch = "wasm32")]
mod lab;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod part;
#[cfg(target_arch = "wasm32")]
mod shell;
#[cfg(target_arch = "wasm32")]
mod stage;
#[cfg(target_arch = "wasm32")]
mod state;
pub mod views;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub(crate) use derived::{Memo, effect, memo};
#[cfg(target_arch = "wasm32")]
pub use desk::{Desk, ViewSettings};
#[cfg(target_arch = "wasm32")]
pub(crate) use lab::Lab;
#[cfg(target_arch = "wasm32")]
pub use page::mount;
#[cfg(target_arch = "wasm32")]
pub(crate) use shell::Beat;
#[cfg(target_arch = "wasm32")]
pub(crate) use state::State;
