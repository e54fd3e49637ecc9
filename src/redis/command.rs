//! What the table of commands says of each: its signature and its place in the documentation.

use super::call::{Call, Outcome};
use super::number::parse_i64;

/// A command's implementation.
pub(crate) type Run = fn(&mut Call<'_>) -> Outcome;

/// One modelled command or subcommand.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name in small letters; a subcommand's is `container|name`.
    pub name: &'static str,
    /// How many words it takes, its name included; negative: at least so many.
    pub arity: i32,
    /// What it does to the server, which decides when it is refused.
    pub flags: Flags,
    /// Which of its arguments are keys.
    pub keys: KeyPositions,
    /// Its group in Redis's documentation.
    pub group: Group,
    /// Its arguments as the documentation writes them.
    pub arguments: &'static str,
    /// What it does, in one sentence; nothing in the table of all commands.
    pub(crate) summary: &'static str,
    /// Its subcommands; one of them must be given when there are any.
    pub subcommands: &'static [Command],
    pub(crate) moving: Moving,
    pub(crate) run: Run,
}

/// Keys whose places are told by other arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moving {
    /// There are none.
    None,
    /// As many as this argument says come after it.
    Counted(usize),
    /// The first half of what comes after the word `STREAMS`.
    Streams,
}

/// The groups of Redis's documentation that have modelled commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Keys of any type.
    Generic,
    /// Strings.
    String,
    /// Lists.
    List,
    /// The connection.
    Connection,
    /// The server.
    Server,
    /// `MULTI` and its companions.
    Transactions,
    /// Hashes.
    Hash,
    /// Sets.
    Set,
    /// Sorted sets.
    SortedSet,
    /// Streams.
    Stream,
    /// Publish and subscribe.
    PubSub,
}

impl Group {
    /// Its name in the documentation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Group::Generic => "generic",
            Group::String => "string",
            Group::List => "list",
            Group::Connection => "connection",
            Group::Server => "server",
            Group::Transactions => "transactions",
            Group::Hash => "hash",
            Group::Set => "set",
            Group::SortedSet => "sorted-set",
            Group::Stream => "stream",
            Group::PubSub => "pubsub",
        }
    }
}

/// What a command does, as the flags of Redis's `COMMAND INFO`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// It may change keys.
    pub write: bool,
    /// It reads keys only.
    pub read_only: bool,
    /// It may need memory, and is refused when there is none.
    pub deny_oom: bool,
    /// Its time does not grow with the data.
    pub fast: bool,
}

/// Which arguments are keys: from `first` to `last` (negative: from the end) in steps of `step`. All are 0 without keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyPositions {
    /// The first key's argument.
    pub first: i32,
    /// The last key's argument.
    pub last: i32,
    /// The distance between keys.
    pub step: i32,
}

impl Command {
    /// A command without flags and keys.
    pub(crate) const fn new(
        group: Group,
        name: &'static str,
        arity: i32,
        arguments: &'static str,
        summary: &'static str,
        run: Run,
    ) -> Command {
        let flags = Flags { write: false, read_only: false, deny_oom: false, fast: false };
        let keys = KeyPositions { first: 0, last: 0, step: 0 };
        Command { name, arity, flags, keys, group, arguments, summary, subcommands: &[], moving: Moving::None, run }
    }

    pub(crate) const fn writes(mut self) -> Command {
        self.flags.write = true;
        self
    }

    pub(crate) const fn reads(mut self) -> Command {
        self.flags.read_only = true;
        self
    }

    /// It may need memory.
    pub(crate) const fn grows(mut self) -> Command {
        self.flags.deny_oom = true;
        self
    }

    pub(crate) const fn fast(mut self) -> Command {
        self.flags.fast = true;
        self
    }

    pub(crate) const fn keys(mut self, first: i32, last: i32, step: i32) -> Command {
        self.keys = KeyPositions { first, last, step };
        self
    }

    /// Keys that come after their number, which is this argument.
    pub(crate) const fn counted(mut self, argument: usize) -> Command {
        self.moving = Moving::Counted(argument);
        self
    }

    /// Keys that come after the word `STREAMS`.
    pub(crate) const fn streams(mut self) -> Command {
        self.moving = Moving::Streams;
        self
    }

    pub(crate) const fn with(mut self, subcommands: &'static [Command]) -> Command {
        self.subcommands = subcommands;
        self
    }

    /// Whether so many words, the name included, suit the command.
    #[must_use]
    pub fn accepts(&self, words: usize) -> bool {
        let wanted = self.arity.unsigned_abs() as usize;
        if self.arity < 0 { words >= wanted } else { words == wanted }
    }

    /// The keys among a call's words, the name included, wherever the command says that they are.
    #[must_use]
    pub fn keys_of<'a>(&self, words: &[&'a [u8]]) -> Vec<&'a [u8]> {
        let places: Vec<usize> = match self.moving {
            Moving::None => self.key_arguments(words.len()).collect(),
            Moving::Counted(place) => {
                let count = words.get(place).and_then(|word| parse_i64(word)).unwrap_or(0);
                let first = place + 1;
                (first..words.len().min(first.saturating_add(usize::try_from(count).unwrap_or(0)))).collect()
            }
            Moving::Streams => {
                let first = words.iter().position(|word| same_name(b"streams", word)).map_or(words.len(), |at| at + 1);
                (first..first + (words.len() - first) / 2).collect()
            }
        };
        places.into_iter().filter_map(|place| words.get(place).copied()).collect()
    }

    /// The numbers of the arguments that are keys in a call of so many words.
    pub fn key_arguments(&self, words: usize) -> impl Iterator<Item = usize> + use<> {
        let first = self.keys.first.max(0) as usize;
        let last = if self.keys.last < 0 {
            words.saturating_sub(self.keys.last.unsigned_abs() as usize)
        } else {
            (self.keys.last as usize).min(words.saturating_sub(1))
        };
        let step = self.keys.step.max(1) as usize;
        let none = first == 0;
        (first..=last).step_by(step).filter(move |_| !none)
    }
}

/// Whether two names are the same but for the case of their letters.
pub(crate) fn same_name(name: &[u8], typed: &[u8]) -> bool {
    name.eq_ignore_ascii_case(typed)
}
