//! The requests of a run, and whom each had to ask.

use std::collections::BTreeMap;

use crate::database::RowKey;
use crate::engine::{Span, VirtualTime};
use crate::run::Run;
use crate::world::{Actor, Answer, EventKind, Operation, RequestId};

/// A request from its start to what its client was told.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) operation: Operation,
    pub(super) started: VirtualTime,
    pub(super) ended: Option<(VirtualTime, Answer)>,
    /// Whether the database was sent anything for it.
    pub(super) asked_database: bool,
}

impl Request {
    pub(super) fn is_read(&self) -> bool {
        self.operation.write().is_none()
    }

    pub(super) fn key(&self) -> RowKey {
        self.operation.key()
    }

    /// Whether it ended in an error.
    pub(super) fn failed(&self) -> bool {
        matches!(self.ended, Some((_, Answer::Failed { .. })))
    }

    /// How long its client waited, if it ended well.
    pub(super) fn took(&self) -> Option<Span> {
        let (ended, _) = self.ended.as_ref().filter(|(_, answer)| !matches!(answer, Answer::Failed { .. }))?;
        Some(ended.since(self.started))
    }
}

/// The requests of a run by their numbers.
pub(super) fn requests(run: &Run) -> BTreeMap<RequestId, Request> {
    let mut requests = BTreeMap::new();
    for event in run.trace.events() {
        match &event.kind {
            EventKind::RequestStarted { request, operation, .. } => {
                let (operation, started) = (operation.clone(), event.at);
                requests.insert(*request, Request { operation, started, ended: None, asked_database: false });
            }
            EventKind::RequestEnded { request, answer } => {
                if let Some(open) = requests.get_mut(request) {
                    open.ended = Some((event.at, answer.clone()));
                }
            }
            EventKind::Sent { to: Actor::Database, request: Some(request), .. } => {
                if let Some(open) = requests.get_mut(request) {
                    open.asked_database = true;
                }
            }
            _ => {}
        }
    }
    requests
}
