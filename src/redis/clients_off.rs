//! The server without blocking commands, channels and tracking: nobody waits, nobody listens.

use super::command::Command;
use super::errors::RedisError;
use super::reply::Reply;
use super::server::Server;
use super::session::Session;
use super::time::Millis;

/// Nothing is kept of clients.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients {}

/// A connection carries nothing of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientState;

impl Clients {
    pub(crate) fn take_notice(&self) -> bool {
        false
    }
}

impl Server {
    pub(crate) fn arrive(&mut self, _: &mut Session, _: Millis) {}

    pub(crate) fn depart(&mut self, _: Millis) {}

    pub(crate) fn ran(&mut self, _: &mut Session, _: &'static Command, _: &[&[u8]]) {}

    pub(crate) fn refused(_: &mut Session, _: &[&[u8]]) {}

    pub(crate) fn forget_client(&mut self, _: &Session) {}

    pub(crate) fn forget_clients(&mut self) {}

    pub(crate) fn touched(&mut self, _: usize, _: &[u8]) {}

    pub(crate) fn touched_all(&mut self) {}

    pub(crate) fn emptied(&mut self, _: usize) {}

    pub(crate) fn swapped(&mut self, _: [usize; 2]) {}

    pub(crate) fn notify(&mut self, _: usize, _: u16, _: &str, _: &[u8]) {}

    pub(crate) fn permits(_: &Session, _: &Command) -> Result<(), RedisError> {
        Ok(())
    }

    /// Nothing is sent late.
    pub fn take_late(&mut self, _: &Session) -> Vec<Reply> {
        Vec::new()
    }

    /// Nobody waits.
    pub fn end_waits(&mut self, _: Millis) {}
}

impl Session {
    pub(crate) fn is_listening(&self) -> bool {
        let ClientState = self.client;
        false
    }

    pub(crate) fn begin_batch(&mut self) {}

    pub(crate) fn end_batch(&mut self) {}
}
