//! People who use the application: each request goes to the application, which runs the pattern's code for it.

use std::rc::Rc;

use super::protection::read_modify_write;
use super::rpc::{Call, Served};
use super::{Actor, Answer, Context, EventKind, Failure, Operation, Parcel, ParcelKind, Place, RequestId, World};
use crate::database::Row;

impl World {
    /// Sends a request of `client`. It goes on by itself; the answer comes as an event. A reader who is told of an error
    /// asks again at once, up to so many times.
    pub fn submit(&self, client: Actor, operation: Operation, retries: u32) {
        let first = self.next_request();
        self.note(EventKind::RequestStarted { request: first, client, operation: operation.clone() });
        let world = self.clone();
        self.inner.sim.spawn(async move {
            let mut tries = if operation.write().is_some() { 0 } else { retries };
            let mut request = first;
            while world.ask(client, request, &operation).await && tries > 0 {
                tries -= 1;
                request = world.next_request();
                world.note(EventKind::RequestStarted { request, client, operation: operation.clone() });
            }
        });
    }

    /// One request from its start to its end. Gives whether it failed.
    async fn ask(&self, client: Actor, request: RequestId, operation: &Operation) -> bool {
        let call = Call {
            from: Place { actor: client, request: Some(request) },
            to: Actor::App,
            parcel: self.question(operation),
            limit: self.inner.timings.client_timeout,
        };
        let (world, operation) = (self.clone(), operation.clone());
        let served = move || world.clone().handle(request, operation.clone());
        let answer = self.call(call, served).await.unwrap_or_else(|failure| failed(&failure));
        let has_failed = matches!(answer, Answer::Failed { .. });
        self.note(EventKind::RequestEnded { request, answer });
        has_failed
    }

    /// The application's handler: runs the pattern's read or write path.
    async fn handle(self, request: RequestId, operation: Operation) -> Served<Answer> {
        let place = Place { actor: Actor::App, request: Some(request) };
        let context = Context::new(&self, place, operation.write().is_some());
        let roles = self.inner.pattern.roles;
        let answer = match operation {
            Operation::Read { key } => match (roles.read)(context, key).await {
                Ok(Some(row)) => Answer::Found { row },
                Ok(None) => Answer::Absent,
                Err(failure) => failed(&failure),
            },
            Operation::Write { row } => match self.write(context, row).await {
                Ok(()) => Answer::Saved,
                Err(failure) => failed(&failure),
            },
        };
        self.show(|| EventKind::Answered { request, answer: answer.clone() });
        self.show(|| EventKind::CodeEnded { place });
        Served { parcel: self.answer(&answer), result: Ok(answer) }
    }
}

impl World {
    async fn write(&self, context: Context, row: Row) -> Result<(), Failure> {
        if self.settings().read_modify_write {
            return Box::pin(read_modify_write(context, row)).await;
        }
        let caller = context.caller().clone();
        (self.inner.pattern.roles.write)(context, row).await?;
        caller.end_only_step().await;
        Ok(())
    }
}

fn failed(failure: &Failure) -> Answer {
    Answer::Failed { reason: Rc::from(failure.to_string()) }
}

impl World {
    fn question(&self, operation: &Operation) -> Parcel {
        match operation {
            Operation::Read { key } => self.parcel(ParcelKind::ReadRequest, || format!("read {}", key.cache_key())),
            Operation::Write { row } => {
                self.parcel(ParcelKind::WriteRequest, || format!("save {} {}", row.key().cache_key(), row.headline()))
            }
        }
    }

    fn answer(&self, answer: &Answer) -> Parcel {
        match answer {
            Answer::Found { row } => self.parcel(ParcelKind::Rows, || row.headline()),
            Answer::Absent => self.parcel(ParcelKind::Miss, || "no such row"),
            Answer::Saved => self.parcel(ParcelKind::Saved, || "saved"),
            Answer::Failed { reason } => Parcel::new(ParcelKind::Failure, reason.clone()),
        }
    }
}
