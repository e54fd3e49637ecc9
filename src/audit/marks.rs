//! Moments that the timeline points at.

use std::rc::Rc;

use serde::{Serialize, Serializer};

use super::order::OutOfOrder;
use super::records::LostCause;
use super::register::Violation;
use super::sessions::Seen;
use super::updates::LostUpdate;
use crate::engine::{Span, VirtualTime};
use crate::world::{Actor, RequestId, WriteId};

/// What kind of moment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// Acknowledged writes lost.
    Lost,
    /// An update replaced by a write that was worked out without it.
    LostUpdate,
    /// An older write committed after a newer one.
    OutOfOrder,
    /// A reader met the gap that a lost write left.
    AfterLoss,
    /// A client did not see its own write.
    OwnWrite,
    /// A client saw something older than before.
    Backwards,
    /// A stale read.
    Stale,
    /// A read that fits into no order of the row's reads and writes.
    NotLinearizable,
    /// A client was told of an error.
    Failed,
    /// An intervention: a fault, a repair, a changed setting, a typed command.
    Intervention,
}

impl MarkKind {
    /// All that went wrong, what is worst first.
    pub const ANOMALIES: [Self; 9] = [
        Self::Lost,
        Self::LostUpdate,
        Self::OutOfOrder,
        Self::AfterLoss,
        Self::OwnWrite,
        Self::Backwards,
        Self::Stale,
        Self::NotLinearizable,
        Self::Failed,
    ];

    /// The name in messages.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Intervention => "intervention",
            Self::Stale => "stale-read",
            Self::Lost => "lost-write",
            Self::LostUpdate => "lost-update",
            Self::OutOfOrder => "out-of-order",
            Self::OwnWrite => "read-your-writes",
            Self::Backwards => "monotonic-reads",
            Self::NotLinearizable => "not-linearizable",
            Self::AfterLoss => "read-after-loss",
            Self::Failed => "failed-request",
        }
    }

    /// Whether it is something that went wrong, rather than something that was done.
    #[must_use]
    pub const fn is_anomaly(self) -> bool {
        !matches!(self, Self::Intervention)
    }

    /// Whether somebody was given or promised what does not hold. An error gives and promises nothing.
    #[must_use]
    pub const fn is_violation(self) -> bool {
        !matches!(self, Self::Intervention | Self::Failed)
    }
}

/// What was found at a moment, with what shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// An acknowledged write was lost.
    Lost(LostCause),
    /// An update was lost.
    LostUpdate(LostUpdate),
    /// An older write was committed after a newer one.
    OutOfOrder(OutOfOrder),
    /// A read showed what was there before this write, which had been lost.
    AfterLoss(WriteId),
    /// A read showed something older than this write of the same client.
    OwnWrite(WriteId),
    /// A read showed something older than what the same client had seen.
    Backwards(Seen),
    /// A read showed a value that had been out of date for so long.
    Stale(Span),
    /// A read fits into no order.
    NotLinearizable(Violation),
    /// A client was told of an error, with this reason.
    Failed(Actor, Rc<str>),
    /// Something was done, in words.
    Intervention(Rc<str>),
}

impl Finding {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> MarkKind {
        match self {
            Self::Lost(_) => MarkKind::Lost,
            Self::LostUpdate(_) => MarkKind::LostUpdate,
            Self::OutOfOrder(_) => MarkKind::OutOfOrder,
            Self::AfterLoss(_) => MarkKind::AfterLoss,
            Self::OwnWrite(_) => MarkKind::OwnWrite,
            Self::Backwards(_) => MarkKind::Backwards,
            Self::Stale(_) => MarkKind::Stale,
            Self::NotLinearizable(_) => MarkKind::NotLinearizable,
            Self::Failed(..) => MarkKind::Failed,
            Self::Intervention(_) => MarkKind::Intervention,
        }
    }
}

/// A moment: one read, one write or one deed, with all that is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: VirtualTime,
    /// The kind of what says most: the first finding's.
    pub kind: MarkKind,
    /// What was found, what says most first. There is always something.
    pub findings: Vec<Finding>,
    /// The request that it is about.
    pub request: Option<RequestId>,
    /// The write that it is about.
    pub write: Option<WriteId>,
    /// The read that it is about: its place among the reads.
    pub read: Option<u32>,
}

impl Mark {
    pub(super) fn new(at: VirtualTime, finding: Finding) -> Self {
        Self { at, kind: finding.kind(), findings: vec![finding], request: None, write: None, read: None }
    }

    /// Whether this was found, be it what says most or not.
    #[must_use]
    pub fn shows(&self, kind: MarkKind) -> bool {
        self.findings.iter().any(|finding| finding.kind() == kind)
    }
}

/// How many there were of each kind of anomaly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anomalies([usize; MarkKind::ANOMALIES.len()]);

impl Anomalies {
    pub(super) fn of_marks(marks: &[Mark]) -> Self {
        let mut counts = Self::default();
        for mark in marks {
            for finding in &mark.findings {
                if let Some(count) = counts.0.get_mut(finding.kind() as usize) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// How many of this kind; one moment can be of several kinds, and counts for each.
    #[must_use]
    pub fn count(&self, kind: MarkKind) -> usize {
        self.0.get(kind as usize).copied().unwrap_or(0)
    }

    /// All kinds of anomalies, what is worst first, and how many there were of each.
    pub fn iter(&self) -> impl Iterator<Item = (MarkKind, usize)> {
        MarkKind::ANOMALIES.into_iter().zip(self.0)
    }
}

/// The counts by the names of their kinds, also those of 0.
impl Serialize for Anomalies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(kind, count)| (kind.id(), count)))
    }
}
