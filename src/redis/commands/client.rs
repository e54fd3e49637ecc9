//! The client's connection: `CLIENT CACHING`, `GETNAME`, `GETREDIR`, `ID`, `NO-EVICT`, `SETNAME`, `TRACKING`,
//! `TRACKINGINFO`, `UNBLOCK`.

use crate::order::sort;
use crate::redis::call::{Call, Outcome};
use crate::redis::clients::{ClientId, Mode, TrackingMode};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::key::Key;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;

use super::options::is;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Connection, name, arity, arguments, summary, run)
}

const TRACKING: &str = "ON|OFF [REDIRECT client-id] [PREFIX prefix ...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]";

const CLIENT: [Command; 9] = [
    new("client|caching", 3, "YES|NO", "Tracks the next command's keys, or does not.", caching),
    new("client|getname", 2, "", "Returns the connection's name.", getname),
    new("client|getredir", 2, "", "Returns the client that invalidations go to.", getredir),
    new("client|id", 2, "", "Returns the connection's number.", id),
    new("client|no-evict", 3, "ON|OFF", "Is accepted; the model evicts no clients.", no_evict),
    new("client|setname", 3, "connection-name", "Names the connection.", setname),
    new("client|tracking", -3, TRACKING, "Tells the client when keys change that it has read.", tracking),
    new("client|trackinginfo", 2, "", "Returns how the client tracks.", trackinginfo),
    new("client|unblock", -3, "client-id [TIMEOUT|ERROR]", "Ends a client's wait.", unblock),
];

pub(super) const COMMANDS: [Command; 1] =
    [new("client", -2, "SUBCOMMAND", "Tells of the connection.", container).with(&CLIENT)];

/// `CLIENT` alone; its arity refuses that already.
fn container(call: &mut Call<'_>) -> Outcome {
    Err(RedisError::Arity(call.command.name))
}

fn id(call: &mut Call<'_>) -> Outcome {
    Ok(number(call.session.client.id))
}

fn number(client: ClientId) -> Reply {
    Reply::Integer(client.0.cast_signed())
}

fn getname(call: &mut Call<'_>) -> Outcome {
    let name = &call.session.client.name;
    Ok(if name.is_empty() { Reply::NIL } else { Reply::bulk(name.as_slice()) })
}

fn setname(call: &mut Call<'_>) -> Outcome {
    let name = call.arg(2);
    if name.iter().any(|byte| !(b'!'..=b'~').contains(byte)) {
        return Err(RedisError::ClientName);
    }
    call.session.client.name = name.to_vec();
    Ok(Reply::OK)
}

fn no_evict(call: &mut Call<'_>) -> Outcome {
    if is(call.arg(2), "on") || is(call.arg(2), "off") { Ok(Reply::OK) } else { Err(RedisError::Syntax) }
}

fn unblock(call: &mut Call<'_>) -> Outcome {
    let with_error = match call.args_from(3) {
        [] => false,
        [reason] if is(reason, "timeout") => false,
        [reason] if is(reason, "error") => true,
        [_] => return Err(RedisError::UnblockReason),
        _ => return Err(RedisError::SubcommandSyntax(as_c_text(call.arg(1), 128), "CLIENT")),
    };
    let client = call.integer(2)?;
    Ok(Reply::flag(call.unblock(ClientId(client.cast_unsigned()), with_error)))
}

fn caching(call: &mut Call<'_>) -> Outcome {
    let mode = call.server.clients.mode_of(call.session.client.id).map(|mode| &mode.which);
    let mode = mode.ok_or(RedisError::CachingWithoutMode)?;
    let said = match call.arg(2) {
        word if is(word, "yes") && *mode != TrackingMode::OptIn => return Err(RedisError::CachingYes),
        word if is(word, "no") && *mode != TrackingMode::OptOut => return Err(RedisError::CachingNo),
        word if is(word, "yes") => true,
        word if is(word, "no") => false,
        _ => return Err(RedisError::Syntax),
    };
    call.session.client.caching = Some(said);
    Ok(Reply::OK)
}

fn getredir(call: &mut Call<'_>) -> Outcome {
    Ok(redirect(call.server.clients.mode_of(call.session.client.id)))
}

/// -1 without tracking, 0 without another client.
fn redirect(mode: Option<&Mode>) -> Reply {
    mode.map_or(Reply::Integer(-1), |mode| number(mode.redirect.unwrap_or_default()))
}

fn trackinginfo(call: &mut Call<'_>) -> Outcome {
    let mode = call.server.clients.mode_of(call.session.client.id);
    let mut flags = vec![if mode.is_some() { "on" } else { "off" }];
    let mut prefixes = Vec::new();
    if let Some(mode) = mode {
        match &mode.which {
            TrackingMode::Read => {}
            TrackingMode::OptIn => flags.push("optin"),
            TrackingMode::OptOut => flags.push("optout"),
            TrackingMode::Broadcast(names) => {
                flags.push("bcast");
                prefixes = names.iter().map(|name| Reply::bulk(name.as_bytes())).collect();
            }
        }
        match call.session.client.caching {
            Some(true) => flags.push("caching-yes"),
            Some(false) => flags.push("caching-no"),
            None => {}
        }
        if mode.no_loop {
            flags.push("noloop");
        }
        if mode.redirect.is_some_and(|client| !call.server.clients.is_connected(client)) {
            flags.push("broken_redirect");
        }
    }
    let flags = Reply::Array(Some(flags.into_iter().map(Reply::bulk).collect()));
    let names = ["flags", "redirect", "prefixes"].map(Reply::bulk);
    let values = [flags, redirect(mode), Reply::Array(Some(prefixes))];
    Ok(Reply::Array(Some(names.into_iter().zip(values).flat_map(|(name, value)| [name, value]).collect())))
}

/// The options of `CLIENT TRACKING`.
#[derive(Default)]
struct Options {
    redirect: Option<ClientId>,
    prefixes: Vec<Key>,
    broadcast: bool,
    opt_in: bool,
    opt_out: bool,
    no_loop: bool,
}

impl Options {
    fn parse(call: &Call<'_>) -> Result<Options, RedisError> {
        let mut options = Options::default();
        let mut words = call.args_from(3).iter();
        while let Some(word) = words.next() {
            let flag = match () {
                () if is(word, "bcast") => &mut options.broadcast,
                () if is(word, "optin") => &mut options.opt_in,
                () if is(word, "optout") => &mut options.opt_out,
                () if is(word, "noloop") => &mut options.no_loop,
                () if is(word, "redirect") => {
                    let client = words.next().ok_or(RedisError::Syntax)?;
                    options.redirects(call, client)?;
                    continue;
                }
                () if is(word, "prefix") => {
                    options.prefixes.push(Key::new(words.next().ok_or(RedisError::Syntax)?));
                    continue;
                }
                () => return Err(RedisError::Syntax),
            };
            *flag = true;
        }
        Ok(options)
    }

    fn redirects(&mut self, call: &Call<'_>, client: &[u8]) -> Result<(), RedisError> {
        if self.redirect.is_some() {
            return Err(RedisError::RedirectTwice);
        }
        let client = parse_i64(client).ok_or(RedisError::NotAnInteger)?;
        let client = ClientId(client.cast_unsigned());
        if !call.server.clients.is_connected(client) {
            return Err(RedisError::RedirectToNobody);
        }
        self.redirect = Some(client);
        Ok(())
    }

    /// The mode that they ask for, in place of the present one.
    fn mode(self, present: Option<&Mode>) -> Result<Mode, RedisError> {
        if !self.broadcast && !self.prefixes.is_empty() {
            return Err(RedisError::PrefixWithoutBroadcast);
        }
        let former = present.map(|mode| &mode.which);
        if former.is_some_and(|mode| matches!(mode, TrackingMode::Broadcast(_)) != self.broadcast) {
            return Err(RedisError::SwitchOfBroadcast);
        }
        if self.broadcast && (self.opt_in || self.opt_out) {
            return Err(RedisError::OptWithBroadcast);
        }
        if self.opt_in && self.opt_out {
            return Err(RedisError::OptInWithOptOut);
        }
        let switches = |to: bool, from: &TrackingMode| to && former == Some(from);
        if switches(self.opt_in, &TrackingMode::OptOut) || switches(self.opt_out, &TrackingMode::OptIn) {
            return Err(RedisError::SwitchOfOpt);
        }
        let which = match () {
            () if self.broadcast => TrackingMode::Broadcast(all_prefixes(former, self.prefixes)?),
            () if self.opt_in => TrackingMode::OptIn,
            () if self.opt_out => TrackingMode::OptOut,
            () => TrackingMode::Read,
        };
        Ok(Mode { which, redirect: self.redirect, no_loop: self.no_loop })
    }
}

/// The present prefixes and the new ones, none of which may begin with another one; without new ones, the empty one, to
/// which no present one is an obstacle.
fn all_prefixes(former: Option<&TrackingMode>, new: Vec<Key>) -> Result<Vec<Key>, RedisError> {
    let mut all = match former {
        Some(TrackingMode::Broadcast(prefixes)) => prefixes.clone(),
        _ => Vec::new(),
    };
    let overlap = |one: &Key, other: &Key| one.starts_with(other) || other.starts_with(one);
    let text = |prefix: &Key| as_c_text(prefix, usize::MAX);
    for (place, prefix) in new.iter().enumerate() {
        if let Some(other) = all.iter().find(|other| overlap(prefix, other)) {
            return Err(RedisError::PrefixTaken { prefix: text(prefix), other: text(other) });
        }
        if let Some(other) = new[place + 1..].iter().find(|other| overlap(prefix, other)) {
            return Err(RedisError::PrefixesOverlap { prefix: text(prefix), other: text(other) });
        }
    }
    if new.is_empty() {
        all.push(Key::new(b""));
    }
    all.extend(new);
    sort(&mut all);
    all.dedup();
    Ok(all)
}

fn tracking(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call)?;
    let client = call.session.client.id;
    match call.arg(2) {
        word if is(word, "on") => {
            let mode = options.mode(call.server.clients.mode_of(client))?;
            call.server.clients.track(client, mode);
        }
        word if is(word, "off") => call.server.clients.stop_tracking(client),
        _ => return Err(RedisError::Syntax),
    }
    call.session.client.tracks = is(call.arg(2), "on");
    call.session.client.caching = None;
    Ok(Reply::OK)
}
