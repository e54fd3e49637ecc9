//! What a command answers, as RESP2 bytes and as `redis-cli` prints it.

use std::borrow::Cow;
use std::fmt;

use super::errors::RedisError;
use super::line::quoted;

/// A reply in one of the shapes of RESP2, the protocol that Redis speaks to a client that asks for nothing newer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A short text without line breaks, such as `OK`.
    Status(Cow<'static, str>),
    /// An error: its code in capitals, then the message.
    Error(String),
    /// A 64-bit integer.
    Integer(i64),
    /// A string of any bytes, or nil.
    Bulk(Option<Vec<u8>>),
    /// Replies in order, or the nil array.
    Array(Option<Vec<Reply>>),
    /// Nothing on the wire now: the command waits, and the server tells its reply when it has ended.
    Later,
    /// Several replies, one after the other, as `SUBSCRIBE` gives one for each channel.
    Several(Vec<Reply>),
}

impl Reply {
    /// `+OK`.
    pub const OK: Reply = Reply::Status(Cow::Borrowed("OK"));
    /// The nil string.
    pub const NIL: Reply = Reply::Bulk(None);
    /// The nil array.
    pub const NIL_ARRAY: Reply = Reply::Array(None);

    /// A string reply.
    #[must_use]
    pub fn bulk(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::Bulk(Some(bytes.into()))
    }

    /// A count as an integer reply.
    #[must_use]
    pub fn count(count: usize) -> Reply {
        Reply::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// 1 or 0.
    #[must_use]
    pub fn flag(yes: bool) -> Reply {
        Reply::Integer(i64::from(yes))
    }

    /// Whether the command was refused or failed.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Reply::Error(_))
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode_into(&mut out);
        out
    }

    fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Reply::Status(text) => push_line(out, b'+', text.as_bytes()),
            Reply::Error(text) => push_line(out, b'-', text.as_bytes()),
            Reply::Integer(value) => push_line(out, b':', value.to_string().as_bytes()),
            Reply::Bulk(None) => push_line(out, b'$', b"-1"),
            Reply::Bulk(Some(bytes)) => {
                push_line(out, b'$', bytes.len().to_string().as_bytes());
                out.extend_from_slice(bytes);
                out.extend_from_slice(b"\r\n");
            }
            Reply::Array(None) => push_line(out, b'*', b"-1"),
            Reply::Later => {}
            Reply::Several(replies) => replies.iter().for_each(|reply| reply.encode_into(out)),
            Reply::Array(Some(replies)) => {
                push_line(out, b'*', replies.len().to_string().as_bytes());
                for reply in replies {
                    reply.encode_into(out);
                }
            }
        }
    }

    /// The reply to a command as `redis-cli` prints it on a terminal, without the last line break: the report of `INFO` as it
    /// is, all else as [`fmt::Display`] has it.
    #[must_use]
    pub fn printed(&self, command: &[impl AsRef<[u8]>]) -> String {
        let is_report = command.first().is_some_and(|name| name.as_ref().eq_ignore_ascii_case(b"info"));
        match self {
            Reply::Bulk(Some(bytes)) if is_report => String::from_utf8_lossy(bytes).trim_end().replace('\r', ""),
            reply => reply.to_string(),
        }
    }

    fn print(&self, formatter: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        match self {
            Reply::Status(text) => formatter.write_str(text),
            Reply::Error(text) => write!(formatter, "(error) {text}"),
            Reply::Integer(value) => write!(formatter, "(integer) {value}"),
            Reply::Bulk(Some(bytes)) => formatter.write_str(&quoted(bytes)),
            Reply::Bulk(None) | Reply::Array(None) => formatter.write_str("(nil)"),
            Reply::Later => formatter.write_str("(waiting)"),
            Reply::Several(replies) => {
                for (index, reply) in replies.iter().enumerate() {
                    formatter.write_str(if index > 0 { "\n" } else { "" })?;
                    reply.print(formatter, indent)?;
                }
                Ok(())
            }
            Reply::Array(Some(replies)) if replies.is_empty() => formatter.write_str("(empty array)"),
            Reply::Array(Some(replies)) => print_items(replies, formatter, indent),
        }
    }
}

/// Prints an array's elements one a line, numbered, nested ones indented under their number.
fn print_items(replies: &[Reply], formatter: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
    let width = replies.len().to_string().len();
    for (index, reply) in replies.iter().enumerate() {
        if index > 0 {
            write!(formatter, "\n{:indent$}", "")?;
        }
        write!(formatter, "{:width$}) ", index + 1)?;
        reply.print(formatter, indent + width + 2)?;
    }
    Ok(())
}

fn push_line(out: &mut Vec<u8>, kind: u8, text: &[u8]) {
    out.push(kind);
    out.extend_from_slice(text);
    out.extend_from_slice(b"\r\n");
}

impl From<RedisError> for Reply {
    fn from(error: RedisError) -> Reply {
        // A line break would end the reply on the wire; Redis puts spaces there.
        let text = error.to_string();
        Reply::Error(if text.contains(['\r', '\n']) { text.replace(['\r', '\n'], " ") } else { text })
    }
}

/// As `redis-cli` prints a reply on a terminal, without the last line break.
impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(formatter, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_has_its_bytes() {
        let reply = Reply::Array(Some(vec![
            Reply::OK,
            Reply::Error("ERR no such key".to_owned()),
            Reply::Integer(-7),
            Reply::bulk("a\r\nb"),
            Reply::bulk(""),
            Reply::NIL,
            Reply::NIL_ARRAY,
            Reply::Array(Some(Vec::new())),
        ]));
        let expected = b"*8\r\n+OK\r\n-ERR no such key\r\n:-7\r\n$4\r\na\r\nb\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n";
        assert_eq!(reply.encode(), expected);
    }

    #[test]
    fn nested_arrays_are_indented_under_their_numbers() {
        let inner = Reply::Array(Some(vec![Reply::Integer(1), Reply::NIL]));
        let reply = Reply::Array(Some(vec![Reply::bulk("0"), inner]));
        assert_eq!(reply.to_string(), "1) \"0\"\n2) 1) (integer) 1\n   2) (nil)");
    }

    #[test]
    fn an_error_stays_on_its_line() {
        let error = RedisError::UnsupportedOption("a\r\nb".to_owned());
        assert_eq!(Reply::from(error).encode(), b"-ERR Unsupported option a  b\r\n");
    }
}
