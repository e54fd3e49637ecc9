//! What a client says about the connection itself, which is no business of the model: `AUTH`, `HELLO`, `RESET`, `QUIT`,
//! `MONITOR`. There is no password, as in a Redis without settings, and no protocol but RESP2.

use cachescope::redis::{Millis, REDIS_VERSION, Reply, Server, Session};

use super::request::Words;

/// What a request is for, if it is not for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Auth,
    Hello,
    Monitor,
    Quit,
    Reset,
}

/// Whether the connection itself is meant.
pub fn topic(words: &Words) -> Option<Topic> {
    const TOPICS: [(&str, Topic); 5] = [
        ("auth", Topic::Auth),
        ("hello", Topic::Hello),
        ("monitor", Topic::Monitor),
        ("quit", Topic::Quit),
        ("reset", Topic::Reset),
    ];
    let name = words.first()?;
    TOPICS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes())).map(|(_, topic)| *topic)
}

/// The reply to `AUTH`.
pub fn auth(words: &Words) -> Reply {
    match &words[1..] {
        [_] => error(
            "ERR AUTH <password> called without any password configured for the default user. Are you sure your \
             configuration is correct?",
        ),
        [user, _] => as_user(user).err().unwrap_or(Reply::OK),
        [] => error("ERR wrong number of arguments for 'auth' command"),
        _ => error("ERR syntax error"),
    }
}

/// The one user that there is may have any password.
fn as_user(user: &[u8]) -> Result<(), Reply> {
    if user == b"default" {
        return Ok(());
    }
    Err(error("WRONGPASS invalid username-password pair or user is disabled."))
}

/// The reply to `HELLO`. A client that asks for RESP3 is told that there is none, as older servers tell it, and goes on
/// with RESP2.
pub fn hello(server: &mut Server, session: &mut Session, now: Millis, words: &Words) -> Reply {
    if session.in_transaction() {
        return error("CACHESCOPE this command is not modelled within a transaction: 'hello'");
    }
    match options(server, session, now, words) {
        Ok(()) => introduction(server, session, now),
        Err(refused) => refused,
    }
}

fn options(server: &mut Server, session: &mut Session, now: Millis, words: &Words) -> Result<(), Reply> {
    let Some(version) = words.get(1) else { return Ok(()) };
    let version = std::str::from_utf8(version).ok().and_then(|digits| digits.parse::<i64>().ok());
    match version {
        Some(2) => {}
        Some(_) => return Err(error("NOPROTO unsupported protocol version")),
        None => return Err(error("ERR Protocol version is not an integer or out of range")),
    }
    let mut rest = &words[2..];
    while let [option, after @ ..] = rest {
        rest = match after {
            [user, _, after @ ..] if option.eq_ignore_ascii_case(b"auth") => {
                as_user(user)?;
                after
            }
            [name, after @ ..] if option.eq_ignore_ascii_case(b"setname") => {
                let reply = server.execute(session, now, &[&b"CLIENT"[..], b"SETNAME", name]);
                if reply.is_error() {
                    return Err(reply);
                }
                after
            }
            _ => return Err(error(&format!("ERR Syntax error in HELLO option '{}'", String::from_utf8_lossy(option)))),
        };
    }
    Ok(())
}

/// Who the server is.
fn introduction(server: &mut Server, session: &mut Session, now: Millis) -> Reply {
    let id = server.execute(session, now, &["CLIENT", "ID"]);
    let role = match server.execute(session, now, &["ROLE"]) {
        Reply::Array(Some(parts)) => parts.into_iter().next().unwrap_or(Reply::NIL),
        _ => Reply::NIL,
    };
    let told = [
        ("server", Reply::bulk("redis")),
        ("version", Reply::bulk(REDIS_VERSION)),
        ("proto", Reply::Integer(2)),
        ("id", id),
        ("mode", Reply::bulk("standalone")),
        ("role", role),
        ("modules", Reply::Array(Some(Vec::new()))),
    ];
    Reply::Array(Some(told.into_iter().flat_map(|(name, value)| [Reply::bulk(name), value]).collect()))
}

fn error(text: &str) -> Reply {
    Reply::Error(text.to_owned())
}
