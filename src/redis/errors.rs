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
    /// A field of a hash is no integer.
    #[error("ERR hash value is not an integer")]
    HashNotAnInteger,
    /// A field of a hash is no floating point number.
    #[error("ERR hash value is not a float")]
    HashNotAFloat,
    /// NaN or infinite where a number is needed.
    #[error("ERR value is NaN or Infinity")]
    NanOrInfinity,
    /// A number that does not fit.
    #[error("ERR value is out of range")]
    ValueOutOfRange,
    /// A connection that listens to channels runs little else.
    #[error(
        "ERR Can't execute '{0}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
    )]
    Subscribed(&'static str),
    /// `CLIENT UNBLOCK ... ERROR`.
    #[error("UNBLOCKED client unblocked via CLIENT UNBLOCK")]
    UnblockedByClient,
    /// The stream that `XREADGROUP` waited for was removed.
    #[error("UNBLOCKED the stream key no longer exists")]
    StreamGone,
    /// The consumer group that `XREADGROUP` waited in was removed.
    #[error("NOGROUP the consumer group this client was blocked on no longer exists")]
    GroupGone,
    /// The number of keys is not positive.
    #[error("ERR numkeys should be greater than 0")]
    NumKeys,
    /// The number of keys is greater than that of the words that follow.
    #[error("ERR Number of keys can't be greater than number of args")]
    TooManyKeys,
    /// A number of elements that must be positive.
    #[error("ERR count should be greater than 0")]
    CountNotPositive,
    /// An option's number is negative.
    #[error("ERR {0} can't be negative")]
    NegativeOption(&'static str),
    /// `LPOS` with a rank of 0.
    #[error(
        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start \
         from the end of the list"
    )]
    ZeroRank,
    /// A wait whose length is no number.
    #[error("ERR timeout is not a float or out of range")]
    TimeoutNotAFloat,
    /// A wait whose end can't be counted.
    #[error("ERR timeout is out of range")]
    TimeoutOutOfRange,
    /// Options of `ZADD` that exclude each other.
    #[error("ERR XX and NX options at the same time are not compatible")]
    XxWithNx,
    /// Options of `ZADD` that exclude each other.
    #[error("ERR GT, LT, and/or NX options at the same time are not compatible")]
    GtLtNx,
    /// `ZADD INCR` with several members.
    #[error("ERR INCR option supports a single increment-element pair")]
    IncrOfMany,
    /// Infinities that cancel each other.
    #[error("ERR resulting score is not a number (NaN)")]
    ScoreNotANumber,
    /// The end of a range of scores.
    #[error("ERR min or max is not a float")]
    ScoreBound,
    /// The end of a range of names.
    #[error("ERR min or max not valid string range item")]
    NameBound,
    /// `LIMIT` for a range of places.
    #[error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")]
    LimitByRank,
    /// `WITHSCORES` for a range of names.
    #[error("ERR syntax error, WITHSCORES not supported in combination with BYLEX")]
    ScoresByName,
    /// No keys to combine.
    #[error("ERR at least 1 input key is needed for '{0}' command")]
    NoInputKey(&'static str),
    /// A weight that is no number.
    #[error("ERR weight value is not a float")]
    WeightNotAFloat,
    /// What is sorted by is no number.
    #[error("ERR One or more scores can't be converted into double")]
    SortNumbers,
    /// `LCS` of something else.
    #[error("ERR The specified keys must contain string values")]
    LcsStrings,
    /// `LCS` with two kinds of replies.
    #[error("ERR If you want both the length and indexes, please just use IDX.")]
    LcsLengthAndPlaces,
    /// `LCS` of strings that are too long for Redis.
    #[error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")]
    LcsMemory,
    /// `LCS` of strings that are too long for this model.
    #[error("CACHESCOPE an LCS of strings so long is not modelled")]
    LcsTooLarge,
    /// A database number of `SWAPDB` that is no number.
    #[error("ERR invalid {0} DB index")]
    SwapIndex(&'static str),
    /// A random sample with so many repetitions that a real server would not end.
    #[error("CACHESCOPE a sample of more than a million elements is not modelled")]
    SampleTooLarge,
    /// Redis may know the setting, this model does not.
    #[error("CACHESCOPE this setting is not modelled: '{0}'")]
    SettingNotModelled(String),
    /// A setting that can't be changed so.
    #[error("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}")]
    ConfigSet {
        /// The setting.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A subcommand with arguments that it does not take.
    #[error("ERR unknown subcommand or wrong number of arguments for '{0}'. Try {1} HELP.")]
    SubcommandSyntax(String, &'static str),
    /// No identifier of a stream's entry.
    #[error("ERR Invalid stream ID specified as stream command argument")]
    InvalidStreamId,
    /// An open range that begins after the last identifier.
    #[error("ERR invalid start ID for the interval")]
    InvalidStart,
    /// An open range that ends before the first identifier.
    #[error("ERR invalid end ID for the interval")]
    InvalidEnd,
    /// An identifier that none may have.
    #[error("ERR The ID specified in XADD must be greater than 0-0")]
    ZeroStreamId,
    /// An identifier that is not after the last one.
    #[error("ERR The ID specified in XADD is equal or smaller than the target stream top item")]
    StreamIdTooSmall,
    /// There is no identifier after the last one.
    #[error("ERR The stream has exhausted the last possible ID, unable to add more items")]
    StreamExhausted,
    /// A threshold or a limit of trimming that is negative.
    #[error("ERR The {0} argument must be >= 0.")]
    NegativeArgument(&'static str),
    /// Two ways of trimming.
    #[error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")]
    MaxlenWithMinid,
    /// A limit without trimming.
    #[error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")]
    LimitWithoutStrategy,
    /// A limit of exact trimming.
    #[error("ERR syntax error, LIMIT cannot be used without the special ~ option")]
    LimitWithoutTilde,
    /// `XTRIM` without what is to be left.
    #[error("ERR syntax error, XTRIM must be called with a trimming strategy")]
    NoTrimStrategy,
    /// Streams without identifiers.
    #[error("ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")]
    UnbalancedStreams,
    /// An option of `XREADGROUP` in `XREAD`.
    #[error("ERR The {0} option is only supported by XREADGROUP. You called XREAD instead.")]
    OnlyInGroup(&'static str),
    /// `XREADGROUP` without a group.
    #[error("ERR Missing GROUP option for XREADGROUP")]
    MissingGroup,
    /// `$` in `XREADGROUP`.
    #[error(
        "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by \
         specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set."
    )]
    DollarInGroup,
    /// `>` in `XREAD`.
    #[error("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.")]
    NewWithoutGroup,
    /// `XREADGROUP` of a stream or a group that is not there.
    #[error("NOGROUP No such key '{key}' or consumer group '{group}' in XREADGROUP with GROUP option")]
    NoGroupToRead {
        /// The stream.
        key: String,
        /// The group.
        group: String,
    },
    /// A stream or a group that is not there.
    #[error("NOGROUP No such key '{key}' or consumer group '{group}'")]
    NoGroupOrKey {
        /// The stream.
        key: String,
        /// The group.
        group: String,
    },
    /// A group that is not there.
    #[error("NOGROUP No such consumer group '{group}' for key name '{key}'")]
    NoSuchGroup {
        /// The stream.
        key: String,
        /// The group.
        group: String,
    },
    /// `XGROUP CREATE` of a group that is there.
    #[error("BUSYGROUP Consumer Group name already exists")]
    BusyGroup,
    /// `XGROUP` of a stream that is not there.
    #[error(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM \
         option to create an empty stream automatically."
    )]
    GroupNeedsKey,
    /// A count of entries read that is negative.
    #[error("ERR value for ENTRIESREAD must be positive or -1")]
    EntriesRead,
    /// The idle time of a claim.
    #[error("ERR Invalid min-idle-time argument for {0}")]
    ClaimIdle(&'static str),
    /// A number of an option of `XCLAIM`.
    #[error("ERR Invalid {0} option argument for XCLAIM")]
    ClaimNumber(&'static str),
    /// An option that `XCLAIM` has not.
    #[error("ERR Unrecognized XCLAIM option '{0}'")]
    ClaimOption(String),
    /// The count of `XAUTOCLAIM`.
    #[error("ERR COUNT must be > 0")]
    ClaimCount,
    /// A connection's name with spaces or the like.
    #[error("ERR Client names cannot contain spaces, newlines or special characters.")]
    ClientName,
    /// An option of `CLIENT UNBLOCK`.
    #[error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")]
    UnblockReason,
    /// `CLIENT CACHING` without a mode that heeds it.
    #[error(
        "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled"
    )]
    CachingWithoutMode,
    /// `CLIENT CACHING YES` where keys are cached anyway.
    #[error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")]
    CachingYes,
    /// `CLIENT CACHING NO` where keys are not cached anyway.
    #[error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")]
    CachingNo,
    /// Two clients to redirect to.
    #[error("ERR A client can only redirect to a single other client")]
    RedirectTwice,
    /// A client to redirect to that is not there.
    #[error("ERR The client ID you want redirect to does not exist")]
    RedirectToNobody,
    /// Prefixes without `BCAST`.
    #[error("ERR PREFIX option requires BCAST mode to be enabled")]
    PrefixWithoutBroadcast,
    /// Another mode of tracking while it is on.
    #[error(
        "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with \
         a different mode."
    )]
    SwitchOfBroadcast,
    /// Another mode of tracking while it is on.
    #[error(
        "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with \
         a different mode."
    )]
    SwitchOfOpt,
    /// Options of tracking that exclude each other.
    #[error("ERR OPTIN and OPTOUT are not compatible with BCAST")]
    OptWithBroadcast,
    /// Options of tracking that exclude each other.
    #[error("ERR You can't specify both OPTIN mode and OPTOUT mode")]
    OptInWithOptOut,
    /// A prefix that another one begins with, or the other way round.
    #[error(
        "ERR Prefix '{prefix}' overlaps with an existing prefix '{other}'. Prefixes for a single client must not overlap."
    )]
    PrefixTaken {
        /// The new one.
        prefix: String,
        /// The one that is there.
        other: String,
    },
    /// As [`RedisError::PrefixTaken`], of two new ones.
    #[error(
        "ERR Prefix '{prefix}' overlaps with another provided prefix '{other}'. Prefixes for a single client must not \
         overlap."
    )]
    PrefixesOverlap {
        /// The first one.
        prefix: String,
        /// The other one.
        other: String,
    },
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
