//! A replica: a server that follows another one's stream, and what becomes of it when it is promoted.

use thiserror::Error;

use super::changes::Change;
use super::config::Config;
use super::persistence::aof::Aof;
use super::replication::{Address, Content, Position, Role, SyncData};
use super::server::Server;
use super::time::Millis;

/// A server that answers reads only and follows a primary. It removes no key by itself: a key whose time is over reads as
/// missing and stays until the primary says so.
#[derive(Clone, Debug)]
pub struct Replica {
    server: Server,
}

/// Part of a stream is missing between what a replica has and what it was sent; it has to ask anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the replica has {has:?} of the primary's stream and was sent what follows {sent}")]
pub struct StreamGap {
    /// What the replica has; nothing before the first synchronisation.
    pub has: Option<Position>,
    /// The offset that the data follow.
    pub sent: u64,
}

impl Replica {
    /// An empty replica of the primary at an address.
    #[must_use]
    pub fn new(config: Config, seed: u64, primary: Address) -> Replica {
        Replica::of(Server::new(config, seed), primary)
    }

    /// A server becomes a replica (`REPLICAOF host port`). It keeps its data until the first synchronisation, which replaces
    /// them: writes that its new primary never had are lost then.
    #[must_use]
    pub fn of(mut server: Server, primary: Address) -> Replica {
        server.durable.replication.restart();
        server.durable.replication.role = Role::Replica { primary, position: None };
        server.durable.watch();
        Replica { server }
    }

    /// The server within, for reads by [`Server::execute`], crashes and restarts; it refuses writes.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }

    /// How far it has followed its primary, to be sent to [`Server::sync_replica`] and [`Server::acknowledge`].
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match &self.server.durable.replication.role {
            Role::Replica { position, .. } => *position,
            Role::Primary => None,
        }
    }

    /// Takes in what the primary has sent. What it has already is skipped, so data may arrive twice.
    ///
    /// # Errors
    /// When something between is missing, or the data belong to another history.
    pub fn apply(&mut self, now: Millis, data: &SyncData) -> Result<Position, StreamGap> {
        match &data.content {
            Content::Full(snapshot) => {
                self.replace(snapshot);
                let settings = &self.server.config.persistence;
                if let Some(aof) = &mut self.server.durable.aof {
                    *aof = Aof::new(std::sync::Arc::clone(snapshot), settings);
                }
            }
            Content::Partial { from, records } => {
                let has = self.position();
                let gap = StreamGap { has, sent: *from };
                let own = has.filter(|own| own.history == data.to.history && own.offset >= *from).ok_or(gap)?;
                let mut offset = *from;
                let is_known = |record: &&super::Record| {
                    offset += record.bytes();
                    offset <= own.offset
                };
                let known = records.iter().take_while(is_known).count();
                if own.offset >= data.to.offset {
                    return Ok(own);
                }
                self.server.replay(&records[known..]);
                self.server.settle(now);
            }
        }
        if let Role::Replica { position, .. } = &mut self.server.durable.replication.role {
            *position = Some(data.to);
        }
        Ok(data.to)
    }

    fn replace(&mut self, snapshot: &super::persistence::rdb::Snapshot) {
        for db in 0..self.server.databases.len() {
            self.server.log.note(|| Change::Cleared { db: db as u8 });
        }
        self.server.load(snapshot);
        self.server.tell_keys();
    }

    /// It becomes a primary (`REPLICAOF NO ONE`) with what it has: what it lagged behind is lost. A new history begins.
    #[must_use]
    pub fn promote(mut self) -> Server {
        self.server.durable.replication.role = Role::Primary;
        self.server.durable.replication.restart();
        self.server.durable.watch();
        self.server
    }
}
