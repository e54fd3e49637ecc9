//! What happened in a run, and its projection to a frame.
//!
//! `frame(&Trace, t)` is a pure function: playing, stepping, scrubbing and exporting are all the same projection at other
//! times. [`Scene`] is the state that events add up to; a trace keeps copies of it as keyframes, so the scene at any time
//! is a keyframe and a bounded number of events away.

mod digest;
mod frame;
mod narration;
mod scene;
mod stored;
mod token;

pub use digest::{Digest, digest};
pub use frame::{
    ActorView, BubbleView, CodeView, DirtyView, EntryView, Frame, GhostView, PacketView, RowView, SHOWN_KEYS, frame,
};
pub use narration::{Line, answer_in_words, lost_in_words, narrate};
pub use scene::{Bubble, Dirty, Entry, Flight, Ghost, Health, RequestState, Scene, StoredRow};
pub use stored::{Projector, Trace};
pub use token::Token;
