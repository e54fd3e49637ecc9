//! The console: what was typed to the cache and what it answered, and what helps while a command is typed.

use std::rc::Rc;

use serde_json::Value;

use super::numbers::clock;

use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::html::{add, close, escape};
use crate::order::sort_by_numbers;
use crate::redis::{self, COMMANDS, Command, quoted};
use crate::run::Run;
use crate::world::{Actor, Commands, Event, EventKind, MessageId};

/// Most exchanges, and most lines of what the cache hears, that are shown.
const MOST: usize = 40;

/// Most completions that are offered.
const OFFERED: usize = 8;

/// A command that a person typed, and what the cache answered.
#[derive(Clone, Debug, PartialEq)]
struct Exchange {
    /// When it was typed.
    at: VirtualTime,
    /// The command.
    command: String,
    /// The reply, as `redis-cli` prints it, and what the cache sent later, each with its time.
    replies: Vec<(VirtualTime, String)>,
}

/// All that was typed in a run. It is read once for each run: runs are long, and seldom is much typed in one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dialogue(Vec<Exchange>);

impl Dialogue {
    /// What was typed in this run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let mut exchanges: Vec<Exchange> = Vec::new();
        for event in run.trace.events() {
            let EventKind::Typed { command, reply } = &event.kind else { continue };
            let reply = (event.at, reply.to_string());
            match exchanges.last_mut() {
                Some(last) if command.is_empty() => last.replies.push(reply),
                _ => exchanges.push(Exchange { at: event.at, command: command.to_string(), replies: vec![reply] }),
            }
        }
        Self(exchanges)
    }

    /// How many commands were typed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// What was typed, oldest first, each once in a row.
    #[must_use]
    pub fn history(&self) -> Vec<&str> {
        let mut typed: Vec<&str> = self.0.iter().map(|exchange| exchange.command.as_str()).collect();
        typed.retain(|command| !command.is_empty());
        typed.dedup();
        typed
    }

    /// The exchanges at a time, without the first ones, drawn. What lies ahead has no reply yet.
    #[must_use]
    pub fn html(&self, at: VirtualTime, without: usize) -> String {
        let left = self.0.get(without.min(self.0.len())..).unwrap_or_default();
        let mut html = String::new();
        for exchange in &left[left.len().saturating_sub(MOST)..] {
            exchange.draw(at, &mut html);
        }
        html
    }
}

impl Exchange {
    /// What the cache has answered by that time; nothing if the command lies ahead.
    fn reply(&self, at: VirtualTime) -> Option<String> {
        let until = self.replies.iter().take_while(|(time, _)| *time <= at).map(|(_, reply)| reply.as_str());
        (self.at <= at).then(|| until.collect::<Vec<_>>().join("\n"))
    }

    fn draw(&self, at: VirtualTime, html: &mut String) {
        let reply = self.reply(at);
        let is_error = |reply: &String| reply.starts_with("(error)") || reply.starts_with("Invalid");
        let later = if reply.is_none() { " data-later=\"true\"" } else { "" };
        let tone = if reply.as_ref().is_some_and(is_error) { " data-tone=\"lost\"" } else { "" };
        html.push_str(&format!("<div class=\"exchange\" data-testid=\"exchange\"{later}{tone}>"));
        html.push_str("<p class=\"exchange__command\">");
        add(html, "span", &self.command);
        let seconds = Decimal(self.at.as_secs_f64());
        let opening = format!(
            "button class=\"exchange__time\" type=\"button\" title=\"Go to this moment\" data-at=\"{seconds}\""
        );
        add(html, &opening, &clock(self.at));
        close(html, "p");
        if let Some(reply) = reply {
            add(html, "pre class=\"exchange__reply\"", &reply);
        }
        close(html, "div");
    }
}

/// What the cache hears, newest first, drawn.
#[must_use]
pub fn heard_html(run: &Run, at: VirtualTime) -> String {
    let mut html = String::new();
    for heard in heard(run, at).into_iter().rev() {
        add(&mut html, if heard.typed { "li data-typed=\"true\"" } else { "li" }, &heard.line);
    }
    html
}

/// Buttons for the completions.
#[must_use]
pub fn offers_html(offers: &[String]) -> String {
    let mut html = String::new();
    for offer in offers {
        let word = offer.rsplit(' ').next().unwrap_or_default();
        let opening =
            format!("button class=\"offer\" type=\"button\" tabindex=\"-1\" data-offer=\"{}\"", escape(offer));
        add(&mut html, &opening, word);
    }
    html
}

/// What is said of the command that is being typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hint {
    /// The arguments that are still to come.
    pub rest: String,
    /// The command's name; nothing before there is one.
    pub name: &'static str,
}

impl Hint {
    /// The hint in words, with what is known of what commands do, by name.
    #[must_use]
    pub fn sentence(&self, summaries: &Value) -> String {
        if self.name.is_empty() {
            return "Typed at the playhead, and part of the run. Tab completes, the up arrow brings back.".to_owned();
        }
        let summary = summaries[self.name].as_str().unwrap_or_default();
        match self.rest.trim() {
            "" => summary.to_owned(),
            rest if summary.is_empty() => format!("Next: {rest}"),
            rest => format!("{summary} Next: {rest}"),
        }
    }
}

/// The hint for a text, once it begins with the name of a command.
#[must_use]
pub fn hint(text: &str) -> Hint {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some((command, used)) = command_of(&words) else { return Hint::default() };
    // While the name itself may still grow, nothing is put behind it.
    let is_open = !text.ends_with(char::is_whitespace);
    let given = words.len() - used;
    let rest = if is_open && given == 0 { String::new() } else { remaining(command.arguments, given) };
    let gap = if is_open && !rest.is_empty() { " " } else { "" };
    Hint { rest: format!("{gap}{rest}"), name: command.name }
}

/// The command that the words begin with, and how many words name it.
fn command_of(words: &[&str]) -> Option<(&'static Command, usize)> {
    let command = redis::find_command(words.first()?.as_bytes())?;
    let own = |subcommand: &&Command, word: &str| {
        subcommand.name.split_once('|').is_some_and(|(_, name)| name.eq_ignore_ascii_case(word))
    };
    let subcommand = words.get(1).and_then(|word| command.subcommands.iter().find(|subcommand| own(subcommand, word)));
    Some(subcommand.map_or((command, 1), |subcommand| (subcommand, 2)))
}

/// The arguments without the first ones.
fn remaining(arguments: &str, given: usize) -> String {
    let mut depth = 0_usize;
    let mut parts: Vec<String> = vec![String::new()];
    for letter in arguments.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == ' ' && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let last = parts.len() - 1;
    // What may be repeated or left out stays until the end.
    let kept =
        parts.iter().enumerate().filter(|(place, part)| *place >= given || (*place == last && part.starts_with('[')));
    kept.map(|(_, part)| part.as_str()).collect::<Vec<_>>().join(" ")
}

/// Whole lines that the text may become: names of commands for its first word, of subcommands and of keys for the others.
#[must_use]
pub fn complete(text: &str, keys: &[Rc<str>]) -> Vec<String> {
    let start = text.rfind(char::is_whitespace).map_or(0, |place| place + 1);
    let (before, word) = text.split_at(start);
    let words: Vec<&str> = before.split_whitespace().collect();
    let begins = |name: &str| name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let mut found: Vec<String> = match words.first().and_then(|first| redis::find_command(first.as_bytes())) {
        None if words.is_empty() && word.is_empty() => Vec::new(),
        None if words.is_empty() => COMMANDS.iter().map(|command| command.name.to_ascii_uppercase()).collect(),
        None => Vec::new(),
        Some(command) if words.len() == 1 && !command.subcommands.is_empty() => {
            let own = |subcommand: &Command| subcommand.name.split_once('|').map(|(_, name)| name.to_ascii_uppercase());
            command.subcommands.iter().filter_map(own).collect()
        }
        Some(command) if command.keys.first != 0 => keys.iter().map(|key| key.to_string()).collect(),
        Some(_) => Vec::new(),
    };
    found.retain(|name| begins(name) && name != word);
    found.truncate(OFFERED);
    found.into_iter().map(|name| format!("{before}{name}")).collect()
}

/// A command that the cache heard.
#[derive(Clone, Debug, PartialEq)]
struct Heard {
    /// The place of its event in the trace, and its own among the commands sent together.
    id: (usize, usize),
    /// When it came.
    at: VirtualTime,
    /// The line, as `MONITOR` writes it.
    line: String,
    /// Whether a person typed it.
    typed: bool,
}

/// The last commands that reached the cache until that time, newest last.
fn heard(run: &Run, at: VirtualTime) -> Vec<Heard> {
    let until = run.trace.count_until(at);
    let events = run.trace.events().get(..until).unwrap_or_default();
    let lives = lives(events);
    let mut lines: Vec<Heard> = Vec::new();
    let mut arrived: Vec<(MessageId, usize, VirtualTime)> = Vec::new();
    for (place, event) in events.iter().enumerate().rev() {
        match &event.kind {
            EventKind::Arrived { message } => arrived.push((*message, place, event.at)),
            EventKind::Sent { message, from, to: Actor::Cache, parcel, .. } => {
                if let Some((_, place, at)) = arrived.iter().find(|(id, ..)| id == message)
                    // What comes to a dead cache finds nobody.
                    && lives.iter().rev().find(|(since, _)| since <= at).is_none_or(|(_, up)| *up)
                {
                    lines.extend(heard_together(*place, *at, *from, &parcel.commands));
                }
            }
            _ => lines.extend(heard_typed(place, event)),
        }
        if lines.len() >= MOST {
            break;
        }
    }
    sort_by_numbers(&mut lines, |line| [line.id.0 as u64, line.id.1 as u64]);
    let surplus = lines.len().saturating_sub(MOST);
    lines.drain(..surplus);
    lines
}

/// When the cache died and when it was back, in order.
fn lives(events: &[Event]) -> Vec<(VirtualTime, bool)> {
    let life = |event: &Event| match &event.kind {
        EventKind::ConditionChanged { actor: Actor::Cache, condition } => Some((event.at, condition.up)),
        _ => None,
    };
    events.iter().filter_map(life).collect()
}

fn heard_together(place: usize, at: VirtualTime, from: Actor, commands: &Commands) -> Vec<Heard> {
    let line = |(own, words): (usize, &Vec<Vec<u8>>)| {
        let line = monitored(at, &from.to_string(), words);
        Heard { id: (place, own), at, line, typed: false }
    };
    commands.all().iter().enumerate().map(line).collect()
}

fn heard_typed(place: usize, event: &Event) -> Option<Heard> {
    let EventKind::Typed { command, .. } = &event.kind else { return None };
    let words = redis::split_line(command).ok().filter(|words| !words.is_empty())?;
    Some(Heard { id: (place, 0), at: event.at, line: monitored(event.at, "you", &words), typed: true })
}

fn monitored(at: VirtualTime, who: &str, words: &[Vec<u8>]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("{:.6} [0 {who}] {}", Decimal(at.as_secs_f64()), words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Action, Intervention, ready};

    fn typed(commands: &[(u64, &str)]) -> Run {
        let mut run = Run::of(ready("everyday", None).unwrap()).unwrap();
        for (at, text) in commands {
            let action = Action::Command { text: (*text).to_owned() };
            run = run.with(Intervention { at: VirtualTime::from_secs(*at), action }).unwrap();
        }
        run
    }

    fn told(dialogue: &Dialogue, seconds: u64) -> Vec<(String, Option<String>)> {
        let at = VirtualTime::from_secs(seconds);
        dialogue.0.iter().map(|exchange| (exchange.command.clone(), exchange.reply(at))).collect()
    }

    fn owned((command, reply): (&str, Option<&str>)) -> (String, Option<String>) {
        (command.to_owned(), reply.map(str::to_owned))
    }

    #[test]
    fn exchanges_after_the_moment_are_later_ones() {
        let run = typed(&[(2, "SET a 1"), (4, "GET a"), (6, "GET")]);
        let found = Dialogue::of(&run);
        let wrong = "(error) ERR wrong number of arguments for 'get' command";
        assert_eq!(told(&found, 4), [("SET a 1", Some("OK")), ("GET a", Some("\"1\"")), ("GET", None)].map(owned));
        assert_eq!(told(&found, 6)[2], owned(("GET", Some(wrong))));
        let html = found.html(VirtualTime::from_secs(4), 1);
        assert!(html.contains("<pre class=\"exchange__reply\">&quot;1&quot;</pre>"), "{html}");
        assert!(!html.contains("wrong number") && html.contains("data-at=\"6\""), "{html}");
        assert_eq!(found.count(), 3);
    }

    #[test]
    fn typed_commands_are_those_of_one_connection() {
        let run = typed(&[(1, "MULTI"), (2, "SET a 1"), (3, "INCR a"), (4, "EXEC"), (5, "SELECT 3"), (6, "DBSIZE")]);
        let replies: Vec<_> = told(&Dialogue::of(&run), 10).into_iter().filter_map(|(_, reply)| reply).collect();
        assert_eq!(replies, ["OK", "QUEUED", "QUEUED", "1) OK\n2) (integer) 2", "OK", "(integer) 0"]);
    }

    #[test]
    fn a_command_that_waits_is_answered_when_its_time_comes() {
        let run = typed(&[(1, "BLPOP jobs 5"), (10, "SUBSCRIBE news")]);
        let found = Dialogue::of(&run);
        assert_eq!(told(&found, 3)[0].1.as_deref(), Some("(waiting)"));
        assert_eq!(told(&found, 8)[0].1.as_deref(), Some("(waiting)\n(nil)"));
        assert_eq!(told(&found, 8)[1].1, None);
    }

    #[test]
    fn history_names_each_command_once_in_a_row() {
        let run = typed(&[(1, "GET a"), (2, "GET a"), (3, "GET b"), (4, "GET a")]);
        assert_eq!(Dialogue::of(&run).history(), ["GET a", "GET b", "GET a"]);
    }

    #[test]
    fn what_is_typed_after_clearing_a_long_dialogue_is_shown() {
        let exchange = |place: usize| Exchange {
            at: VirtualTime::from_secs(1),
            command: format!("PING {place}"),
            replies: Vec::new(),
        };
        let html = |count: usize, without: usize| {
            Dialogue((0..count).map(exchange).collect()).html(VirtualTime::from_secs(2), without)
        };
        assert_eq!(html(MOST + 5, MOST + 5), "");
        let after = html(MOST + 6, MOST + 5);
        assert!(after.contains(&format!("PING {}<", MOST + 5)) && after.matches("<pre").count() == 1, "{after}");
        assert_eq!(html(MOST + 5, 0).matches("<pre").count(), MOST);
        assert_eq!(html(2, 7), "", "another run has fewer");
    }

    #[test]
    fn a_hint_names_the_arguments_that_are_still_to_come() {
        assert_eq!(hint("ge").rest, "");
        assert_eq!(hint("get").rest, "");
        assert_eq!(hint("get ").rest, "key");
        assert_eq!(hint("EXPIRE a").rest, " seconds [NX|XX|GT|LT]");
        assert_eq!(hint("expire a ").rest, "seconds [NX|XX|GT|LT]");
        assert_eq!(hint("expire a 10 ").rest, "[NX|XX|GT|LT]");
        assert_eq!(hint("del a b ").rest, "[key ...]");
        let known = serde_json::json!({"del": "Removes keys."});
        assert_eq!(hint("del ").sentence(&known), "Removes keys. Next: key [key ...]");
        assert_eq!(hint("del a ").sentence(&Value::Null), "Next: [key ...]");
        assert_eq!(hint("sing a song"), Hint::default());
    }

    #[test]
    fn completions_are_commands_then_subcommands_then_keys() {
        let keys: Vec<Rc<str>> = vec!["product:1".into(), "user:2".into()];
        assert_eq!(complete("getd", &keys), ["GETDEL"]);
        assert!(complete("", &keys).is_empty());
        assert_eq!(complete("GET p", &keys), ["GET product:1"]);
        assert_eq!(complete("GET ", &keys), ["GET product:1", "GET user:2"]);
        assert_eq!(complete("object enc", &keys), ["object ENCODING"]);
        assert!(complete("PING p", &keys).is_empty());
        assert!(complete("sing p", &keys).is_empty());
    }

    #[test]
    fn the_cache_hears_what_has_reached_it_and_no_more() {
        let run = typed(&[(3, "SET \"a b\" 1")]);
        let all = heard(&run, VirtualTime::from_secs(5));
        assert!(all.iter().any(|heard| heard.typed && heard.line == "3.000000 [0 you] \"SET\" \"a b\" \"1\""));
        assert!(all.iter().any(|heard| heard.line.contains("[0 app] \"GET\" \"")), "{all:?}");
        assert!(all.iter().all(|heard| heard.at <= VirtualTime::from_secs(5)));
        assert!(all.is_sorted_by_key(|heard| heard.id));
        assert!(heard(&run, run.trace.end()).len() <= MOST);
        let loss = Run::of(ready("write-behind-data-loss", None).unwrap()).unwrap();
        let lives = lives(loss.trace.events());
        let [(died, false), (back, true), ..] = lives[..] else { panic!("{lives:?}") };
        assert!(heard(&loss, back).iter().all(|heard| heard.at <= died), "a dead cache hears nothing");
        let html = heard_html(&run, VirtualTime::from_secs(3));
        assert!(html.starts_with("<li data-typed=\"true\">3.000000 [0 you] &quot;SET&quot;"), "{html}");
    }
}
