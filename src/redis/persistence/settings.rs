//! The settings of persistence, named as in `redis.conf` where Redis has them, and the speed of the disk.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a server keeps of its data beyond its process. The default keeps nothing, as a plain cache does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Persistence {
    /// `save`: when a snapshot is taken by itself. Redis's own default is `3600 1 300 100 60 10000`.
    pub save: Vec<SavePoint>,
    /// `appendonly`: whether each write is appended to a file.
    pub append_only: bool,
    /// `appendfsync`: when what was appended is forced to the disk.
    pub append_fsync: AppendFsync,
    /// `auto-aof-rewrite-percentage`: by how many percent the file must have grown before it is rewritten; 0 never.
    pub rewrite_percentage: u64,
    /// `auto-aof-rewrite-min-size`: in bytes; a smaller file is not rewritten by itself.
    pub rewrite_min_bytes: u64,
    /// How fast the disk is.
    pub disk: Disk,
}

impl Default for Persistence {
    fn default() -> Persistence {
        Persistence {
            save: Vec::new(),
            append_only: false,
            append_fsync: AppendFsync::EverySecond,
            rewrite_percentage: 100,
            rewrite_min_bytes: 64 << 20,
            disk: Disk::default(),
        }
    }
}

/// The disk under the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Disk {
    /// How long an `fsync` takes, in milliseconds. With more than a second the disk can't follow `everysec`.
    pub fsync_ms: u64,
    /// How much of a snapshot is written in a millisecond, in bytes; 0 counts as 1.
    pub bytes_per_ms: u64,
}

impl Default for Disk {
    /// A plain SSD: an `fsync` within a millisecond is as good as at once here, and 100 MB are written in a second.
    fn default() -> Disk {
        Disk { fsync_ms: 0, bytes_per_ms: 100_000 }
    }
}

impl Disk {
    /// How long a file of so many bytes takes, in milliseconds: at least one.
    pub(crate) fn writing_time(self, bytes: u64) -> u64 {
        (bytes / self.bytes_per_ms.max(1)).max(1) + self.fsync_ms
    }
}

/// Redis's `appendfsync`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AppendFsync {
    /// Before each reply.
    #[serde(rename = "always")]
    Always,
    /// Once a second, in the background.
    #[default]
    #[serde(rename = "everysec")]
    EverySecond,
    /// Whenever the operating system likes: on Linux after about thirty seconds.
    #[serde(rename = "no")]
    No,
}

impl AppendFsync {
    /// All policies, the safest first.
    pub const ALL: [AppendFsync; 3] = [AppendFsync::Always, AppendFsync::EverySecond, AppendFsync::No];

    /// The name that `redis.conf` gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AppendFsync::Always => "always",
            AppendFsync::EverySecond => "everysec",
            AppendFsync::No => "no",
        }
    }
}

impl fmt::Display for AppendFsync {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for AppendFsync {
    type Err = PersistenceError;

    fn from_str(name: &str) -> Result<AppendFsync, PersistenceError> {
        let policy = AppendFsync::ALL.into_iter().find(|policy| policy.name() == name);
        policy.ok_or_else(|| PersistenceError::UnknownFsync(name.to_owned()))
    }
}

/// A rule of `save`: a snapshot is taken when so much has changed in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavePoint {
    /// More than so many seconds must have passed since the last snapshot.
    pub seconds: u64,
    /// At least so many changes must have been made since.
    pub changes: u64,
}

impl SavePoint {
    /// Reads rules as `redis.conf` writes them: `900 1 300 10`; nothing means none.
    ///
    /// # Errors
    /// When a word is no positive number or a number has no partner.
    pub fn parse(text: &str) -> Result<Vec<SavePoint>, PersistenceError> {
        let broken = || PersistenceError::BrokenSave(text.to_owned());
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let number = |word: &str| word.parse::<u64>().ok().filter(|&number| number > 0).ok_or_else(broken);
        let pair = |pair: &[&str]| match pair {
            [seconds, changes] => Ok(SavePoint { seconds: number(seconds)?, changes: number(changes)? }),
            _ => Err(broken()),
        };
        words.chunks(2).map(pair).collect()
    }
}

impl fmt::Display for SavePoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.seconds, self.changes)
    }
}

/// A setting of persistence that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PersistenceError {
    /// `appendfsync` has no such policy.
    #[error("appendfsync is always, everysec or no, not '{0}'")]
    UnknownFsync(String),
    /// `save` is no list of pairs.
    #[error("save wants pairs of positive numbers, seconds and changes, as in '900 1 300 10', not '{0}'")]
    BrokenSave(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn save_points_are_read_and_printed_as_in_the_file() {
        let points = SavePoint::parse("900 1 300 10").unwrap();
        assert_eq!(points, [SavePoint { seconds: 900, changes: 1 }, SavePoint { seconds: 300, changes: 10 }]);
        assert_eq!(points.iter().map(SavePoint::to_string).collect::<Vec<_>>(), ["900 1", "300 10"]);
        assert_eq!(SavePoint::parse(""), Ok(Vec::new()));
        for broken in ["900", "900 1 60", "0 1", "a b", "-1 1"] {
            assert_eq!(SavePoint::parse(broken), Err(PersistenceError::BrokenSave(broken.to_owned())));
        }
    }

    #[test]
    fn a_policy_has_the_name_that_it_is_read_by() {
        for policy in AppendFsync::ALL {
            assert_eq!(policy.name().parse(), Ok(policy));
        }
        assert!("sometimes".parse::<AppendFsync>().unwrap_err().to_string().contains("sometimes"));
    }
}
