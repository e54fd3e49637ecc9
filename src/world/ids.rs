//! Names of the things that a run talks about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Somebody on the stage: a person, a process or a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person who uses the application, counted from 1.
    Client(u8),
    /// The application server.
    App,
    /// The cache layer in front of cache and database, in patterns that have one.
    Loader,
    /// The cache server.
    Cache,
    /// The process that writes dirty entries to the database, in patterns that have one.
    Flusher,
    /// The database server.
    Database,
}

/// What the clients are called on the stage, in order.
const PEOPLE: [&str; 12] =
    ["Mina", "Omar", "Lena", "Kofi", "Ines", "Yuto", "Sara", "Tomas", "Aiko", "Nuri", "Elif", "Ravi"];

impl Actor {
    /// The name for people: clients have first names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client(number) => PEOPLE[usize::from(number.saturating_sub(1)) % PEOPLE.len()],
            Self::App => "App",
            Self::Loader => "Cache layer",
            Self::Cache => "Cache",
            Self::Flusher => "Flusher",
            Self::Database => "Database",
        }
    }
}

/// A name that belongs to no actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no actor \"{0}\"; known are app, cache, database, flusher, loader and client-1, client-2, ...")]
pub struct ParseActorError(String);

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(number) => write!(f, "client-{number}"),
            Self::App => f.write_str("app"),
            Self::Loader => f.write_str("loader"),
            Self::Cache => f.write_str("cache"),
            Self::Flusher => f.write_str("flusher"),
            Self::Database => f.write_str("database"),
        }
    }
}

impl FromStr for Actor {
    type Err = ParseActorError;

    fn from_str(text: &str) -> Result<Self, ParseActorError> {
        match text {
            "app" => Ok(Self::App),
            "loader" => Ok(Self::Loader),
            "cache" => Ok(Self::Cache),
            "flusher" => Ok(Self::Flusher),
            "database" => Ok(Self::Database),
            other => other
                .strip_prefix("client-")
                .and_then(|number| number.parse().ok())
                .filter(|number| *number > 0)
                .map(Self::Client)
                .ok_or_else(|| ParseActorError(text.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = ParseActorError;

    fn try_from(text: String) -> Result<Self, ParseActorError> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

/// One request of a client, from its click to its answer; counted from 1 in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub u32);

/// One message on a link; counted from 1 in order of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub u32);

/// One write of a client; counted from 1 in order of arrival. It is also the `version` that the write gives its row, so a
/// row or a cached copy tells which write made it; 0 is the row that was there at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteId(pub u64);

impl WriteId {
    /// The row as it was before any write.
    pub const SEED: Self = Self(0);
}

impl fmt::Display for WriteId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// Where code runs: on which actor, for whose request (none for a background task).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The process that runs the code.
    pub actor: Actor,
    /// The request that it serves.
    pub request: Option<RequestId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_read_as_it_is_written() {
        for actor in [Actor::Client(3), Actor::App, Actor::Loader, Actor::Cache, Actor::Flusher, Actor::Database] {
            assert_eq!(actor.to_string().parse(), Ok(actor));
        }
    }

    #[test]
    fn a_wrong_actor_is_named_in_the_error() {
        for text in ["", "client-0", "client-", "client-999", "Cache"] {
            let error = text.parse::<Actor>().unwrap_err().to_string();
            assert!(error.contains(&format!("\"{text}\"")), "{error}");
        }
    }
}
