//! Moments that the timeline points at.

use crate::engine::VirtualTime;
use crate::world::{RequestId, WriteId};

/// What kind of moment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// An intervention: a fault, a repair, a changed setting, a typed command.
    Intervention,
    /// A stale read.
    Stale,
    /// Acknowledged writes lost.
    Lost,
    /// A reader met the gap that a lost write left.
    AfterLoss,
    /// A client was told of an error.
    Failed,
}

impl MarkKind {
    /// The name in messages.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Intervention => "intervention",
            Self::Stale => "stale-read",
            Self::Lost => "lost-write",
            Self::AfterLoss => "read-after-loss",
            Self::Failed => "failed-request",
        }
    }

    /// Whether it is something that went wrong, rather than something that was done.
    #[must_use]
    pub const fn is_anomaly(self) -> bool {
        !matches!(self, Self::Intervention)
    }
}

/// A moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: VirtualTime,
    /// What kind.
    pub kind: MarkKind,
    /// What happened, in a sentence.
    pub text: String,
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// The write that it is about.
    pub write: Option<WriteId>,
}

impl Mark {
    /// Whether it tells of the loss of this write.
    pub(super) fn is_loss_of(&self, write: WriteId) -> bool {
        self.kind == MarkKind::Lost && self.write == Some(write)
    }
}
