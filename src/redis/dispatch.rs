//! From the words of a command to its reply: finding it, the checks that all commands share, queueing, running.

use super::call::{Call, Outcome};
use super::command::{Command, same_name};
use super::commands::{self, unmodelled};
use super::errors::{RedisError, as_c_text};
use super::journal::run_writing;
use super::reply::Reply;
use super::server::Server;
use super::session::Session;
use super::time::Millis;

/// Calls with up to so many words need no allocation for them.
const FEW_WORDS: usize = 8;
/// An error quotes so many bytes of what was typed.
const QUOTED_BYTES: usize = 128;

impl Server {
    /// Runs one command of a connection at a time. The reply, errors included, is Redis's; an error that begins with
    /// `CACHESCOPE` says that Redis would have done more than this model does.
    pub fn execute(&mut self, session: &mut Session, now: Millis, args: &[impl AsRef<[u8]>]) -> Reply {
        if args.len() > FEW_WORDS {
            let words: Vec<&[u8]> = args.iter().map(AsRef::as_ref).collect();
            return self.process(session, now, &words);
        }
        let mut words: [&[u8]; FEW_WORDS] = [&[]; FEW_WORDS];
        for (word, arg) in words.iter_mut().zip(args) {
            *word = arg.as_ref();
        }
        self.process(session, now, &words[..args.len()])
    }

    /// What Redis does with a command that has arrived: checks in Redis's order, then the queue of a transaction or
    /// the command itself.
    fn process(&mut self, session: &mut Session, now: Millis, args: &[&[u8]]) -> Reply {
        self.started_at.get_or_insert(now);
        if self.durable.down {
            return RedisError::Down.into();
        }
        self.arrive(session, now);
        let reply = self.answer(session, now, args);
        self.depart(now);
        if self.durable.has_work() {
            self.settle_command(session, now);
        }
        reply
    }

    fn answer(&mut self, session: &mut Session, now: Millis, args: &[&[u8]]) -> Reply {
        let command = match self.admit(session, now, args) {
            Ok(command) => command,
            Err(error) => return self.refuse(session, args, error),
        };
        if let Some(transaction) = &mut session.transaction
            && !command.runs_in_transaction()
        {
            transaction.needs_memory |= command.flags.deny_oom;
            transaction.queue.push((command, args.iter().map(|arg| arg.to_vec()).collect()));
            return Reply::Status("QUEUED".into());
        }
        self.run(session, now, command, args)
    }

    /// The checks before a command runs or is queued.
    fn admit(&mut self, session: &Session, now: Millis, args: &[&[u8]]) -> Result<&'static Command, RedisError> {
        let command = resolve(args)?;
        if !command.accepts(args.len()) {
            return Err(RedisError::Arity(command.name));
        }
        if session.transaction.is_some() && command.name == "save" {
            return Err(RedisError::InsideTransaction);
        }
        if self.config.maxmemory > 0 && !self.make_room(now) && needs_memory(command, session) {
            return Err(RedisError::OutOfMemory);
        }
        if command.flags.write && self.durable.replication.is_replica() {
            return Err(RedisError::ReadOnly);
        }
        Server::permits(session, command)?;
        Ok(command)
    }

    /// A command that is refused spoils the open transaction; a refused `EXEC` ends it, and forgets the watched keys even
    /// without one.
    fn refuse(&mut self, session: &mut Session, args: &[&[u8]], error: RedisError) -> Reply {
        self.counters.errors += 1;
        if args.first().is_some_and(|name| same_name(b"exec", name)) {
            session.transaction = None;
            self.forget_watched(session);
            return RedisError::ExecRefused(Box::new(error)).into();
        }
        if let Some(transaction) = &mut session.transaction {
            transaction.refused = true;
        }
        Server::refused(session, args);
        error.into()
    }

    /// Runs a command whose arity is right.
    pub(crate) fn run(
        &mut self,
        session: &mut Session,
        now: Millis,
        command: &'static Command,
        args: &[&[u8]],
    ) -> Reply {
        let mut call = Call { server: self, session: &mut *session, now, command, args };
        let outcome: Outcome = if command.flags.write { run_writing(&mut call) } else { (command.run)(&mut call) };
        self.counters.commands += 1;
        self.ran(session, command, args);
        outcome.unwrap_or_else(|error| {
            self.counters.errors += 1;
            error.into()
        })
    }
}

/// Whether a command is refused when memory is full. A transaction may not grow its queue then.
fn needs_memory(command: &Command, session: &Session) -> bool {
    match &session.transaction {
        Some(transaction) if command.name == "exec" => transaction.needs_memory,
        Some(_) => command.name != "discard",
        None => command.flags.deny_oom,
    }
}

impl Command {
    /// Whether it is run at once even after `MULTI`.
    fn runs_in_transaction(&self) -> bool {
        matches!(self.name, "exec" | "discard" | "multi" | "watch")
    }
}

/// The command or subcommand that is called.
pub(crate) fn resolve(args: &[&[u8]]) -> Result<&'static Command, RedisError> {
    let Some((name, rest)) = args.split_first() else { return Err(RedisError::Empty) };
    let Some(command) = commands::find(name) else { return Err(unknown(name, rest)) };
    match rest.first() {
        Some(subcommand) if !command.subcommands.is_empty() => {
            commands::find_subcommand(command, subcommand).ok_or_else(|| unknown_subcommand(command, subcommand))
        }
        _ => Ok(command),
    }
}

fn unknown(name: &[u8], rest: &[&[u8]]) -> RedisError {
    let small = name.to_ascii_lowercase();
    if unmodelled::COMMANDS.binary_search_by(|listed| listed.as_bytes().cmp(&small)).is_ok() {
        return RedisError::NotModelled(String::from_utf8_lossy(&small).into_owned());
    }
    let mut arguments = String::new();
    for arg in rest {
        let Some(room) = QUOTED_BYTES.checked_sub(arguments.len()).filter(|&room| room > 0) else { break };
        arguments.push('\'');
        arguments.push_str(&as_c_text(arg, room));
        arguments.push_str("' ");
    }
    RedisError::UnknownCommand { name: as_c_text(name, QUOTED_BYTES), arguments }
}

fn unknown_subcommand(command: &Command, subcommand: &[u8]) -> RedisError {
    let typed = String::from_utf8_lossy(subcommand).to_ascii_lowercase();
    let full = format!("{}|{typed}", command.name);
    if unmodelled::SUBCOMMANDS.contains(&full.as_str()) {
        return RedisError::NotModelled(full.replace('|', " "));
    }
    RedisError::UnknownSubcommand {
        subcommand: as_c_text(subcommand, QUOTED_BYTES),
        command: command.name.to_ascii_uppercase(),
    }
}
