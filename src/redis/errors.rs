//! Every error that the model answers with. The texts are Redis 7.0's, so that a client can't tell the difference; those
//! that begin with `CACHESCOPE` are the model's own, so that nobody takes them for Redis's.

use thiserror::Error;

/// An error reply.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RedisError {
    /// Redis has the command, this model has not.
    #[error("CACHESCOPE this command is not modelled: '{0}'")]
    NotModelled(String),
    /// No name and no arguments; Redis answers nothing to it.
    #[error("CACHESCOPE an empty command")]
    Empty,
    /// Redis has no such command. `arguments` are the first ones, each quoted and followed by a space.
    #[error("ERR unknown command '{name}', with args beginning with: {arguments}")]
    UnknownCommand {
        /// The name as it was typed.
        name: String,
        /// The quoted arguments.
        arguments: String,
    },
    /// A container command has no such subcommand.
    #[error("ERR unknown subcommand '{subcommand}'. Try {command} HELP.")]
    UnknownSubcommand {
        /// The subcommand as it was typed.
        subcommand: String,
        /// The container's name in capitals.
        command: String,
    },
    /// Too few or too many arguments.
    #[error("ERR wrong number of arguments for '{0}' command")]
    Arity(&'static str),
    /// The key holds a value of another type.
    #[error("WRONGTYPE Operation against a key holding the wrong kind of value")]
    WrongType,
    /// The options can't be read.
    #[error("ERR syntax error")]
    Syntax,
    /// An argument or a value is no 64-bit integer.
    #[error("ERR value is not an integer or out of range")]
    NotAnInteger,
    /// An argument or a value is no floating point number.
    #[error("ERR value is not a valid float")]
    NotAFloat,
    /// The sum is no number.
    #[error("ERR increment would produce NaN or Infinity")]
    NotFinite,
    /// A count must not be negative.
    #[error("ERR value is out of range, must be positive")]
    NotPositive,
    /// An integer does not fit its range.
    #[error("ERR value is out of range, value must between {least} and {greatest}")]
    OutOfRange {
        /// The least value allowed.
        least: i64,
        /// The greatest value allowed.
        greatest: i64,
    },
    /// The result of a counter would not fit 64 bits.
    #[error("ERR increment or decrement would overflow")]
    IncrementOverflow,
    /// The one decrement whose negation does not fit 64 bits.
    #[error("ERR decrement would overflow")]
    DecrementOverflow,
    /// A time to live that is not positive where it must be, or that does not fit 64 bits.
    #[error("ERR invalid expire time in '{0}' command")]
    InvalidExpire(&'static str),
    /// An option of `EXPIRE` and its relatives that does not exist.
    #[error("ERR Unsupported option {0}")]
    UnsupportedOption(String),
    /// Options of `EXPIRE` that exclude each other.
    #[error("ERR NX and XX, GT or LT options at the same time are not compatible")]
    NxWithOthers,
    /// Options of `EXPIRE` that exclude each other.
    #[error("ERR GT and LT options at the same time are not compatible")]
    GtWithLt,
    /// A negative offset.
    #[error("ERR offset is out of range")]
    OffsetOutOfRange,
    /// An index beyond a list's ends.
    #[error("ERR index out of range")]
    IndexOutOfRange,
    /// A string longer than 512 MB.
    #[error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")]
    StringTooLong,
    /// The command needs a key that does not exist.
    #[error("ERR no such key")]
    NoSuchKey,
    /// `COPY` of a key onto itself.
    #[error("ERR source and destination objects are the same")]
    SameObject,
    /// A database number that is not configured.
    #[error("ERR DB index is out of range")]
    DatabaseOutOfRange,
    /// A `SCAN` cursor that is no number.
    #[error("ERR invalid cursor")]
    InvalidCursor,
    /// `maxmemory` is reached and nothing can be evicted.
    #[error("OOM command not allowed when used memory > 'maxmemory'.")]
    OutOfMemory,
    /// `OBJECT FREQ` under a policy that does not count.
    #[error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
         between policies at runtime LRU and LFU data will take some time to adjust."
    )]
    FrequencyNotTracked,
    /// `OBJECT IDLETIME` under a policy that counts instead.
    #[error(
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between \
         policies at runtime LRU and LFU data will take some time to adjust."
    )]
    IdleTimeNotTracked,
    /// `MULTI` within `MULTI`.
    #[error("ERR MULTI calls can not be nested")]
    NestedMulti,
    /// `WATCH` within `MULTI`.
    #[error("ERR WATCH inside MULTI is not allowed")]
    WatchInsideMulti,
    /// `EXEC` outside `MULTI`.
    #[error("ERR EXEC without MULTI")]
    ExecWithoutMulti,
    /// `DISCARD` outside `MULTI`.
    #[error("ERR DISCARD without MULTI")]
    DiscardWithoutMulti,
    /// A command was refused while it was queued.
    #[error("EXECABORT Transaction discarded because of previous errors.")]
    ExecAbort,
    /// The process has died and was not started again; a real one would answer nothing.
    #[error("CACHESCOPE the server is down")]
    Down,
    /// A command that `MULTI` can't queue.
    #[error("ERR Command not allowed inside a transaction")]
    InsideTransaction,
    /// A write to a replica.
    #[error("READONLY You can't write against a read only replica.")]
    ReadOnly,
    /// A snapshot is being written already.
    #[error("ERR Background save already in progress")]
    SaveInProgress,
    /// `BGSAVE` while the append-only file is rewritten.
    #[error(
        "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a \
         BGSAVE whenever possible."
    )]
    AnotherChild,
    /// `BGREWRITEAOF` while the file is rewritten already.
    #[error("ERR Background append only file rewriting already in progress")]
    RewriteInProgress,
    /// `WAIT` on a replica.
    #[error(
        "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured \
         to be writable (which is not the default) writes to replicas are just local and are not propagated."
    )]
    WaitOnReplica,
    /// A timeout that is no integer.
    #[error("ERR timeout is not an integer or out of range")]
    TimeoutNotAnInteger,
    /// A timeout below 0.
    #[error("ERR timeout is negative")]
    NegativeTimeout,
    /// `EXEC` itself was refused.
    #[error("EXECABORT Transaction discarded because of: {}", without_code(.0))]
    ExecRefused(Box<RedisError>),
}

/// Redis quotes its plain errors without their `ERR`.
fn without_code(error: &RedisError) -> String {
    let text = error.to_string();
    text.strip_prefix("ERR ").map(str::to_owned).unwrap_or(text)
}

/// What an error quotes of a typed word: at most `limit` bytes up to a zero byte, where C's strings end.
pub(crate) fn as_c_text(typed: &[u8], limit: usize) -> String {
    let end = typed.iter().position(|&byte| byte == 0).unwrap_or(typed.len()).min(limit);
    String::from_utf8_lossy(&typed[..end]).into_owned()
}
