//! A person's own connection to the cache: commands typed at some time of the run, and what the cache answers.

use super::cache_faults::LOADING;
use super::dirty_list::ChangedBy;
use super::{Actor, EventKind, World};
use crate::redis::{self, Reply};

impl World {
    /// Executes a command that a person typed.
    pub(crate) fn type_command(&self, text: &str) {
        let reply = self.answer_console(text);
        self.note(EventKind::Typed { command: text.into(), reply: reply.into() });
        self.hear_console();
    }

    fn answer_console(&self, text: &str) -> String {
        match redis::split_line(text) {
            _ if self.condition(Actor::Cache).restarting => format!("(error) {LOADING}"),
            _ if !self.is_up(Actor::Cache) => "Could not connect to the cache: it is down".to_owned(),
            // As redis-cli says it, which then sends nothing.
            Err(problem) => problem.to_string(),
            // An empty line is no command, and redis-cli answers with nothing too.
            Ok(command) if command.is_empty() => String::new(),
            Ok(command) => {
                let mut session = self.inner.cache.console.take();
                let reply = self.execute(&mut session, std::slice::from_ref(&command), ChangedBy::Person);
                self.inner.cache.console.replace(session);
                reply.printed(&command)
            }
        }
    }

    /// Notes what the cache has sent to the person since: the reply of a command that waited, messages of a channel.
    pub(super) fn hear_console(&self) {
        let node = &self.inner.cache;
        let late: Vec<Reply> = node.server.borrow_mut().take_late(&node.console.borrow());
        for reply in late {
            self.note(EventKind::Typed { command: "".into(), reply: reply.to_string().into() });
        }
    }
}
