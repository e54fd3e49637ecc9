//! The commands: one file for each group, and the table of them all.

mod client;
mod config;
mod connection;
mod docs;
mod durability;
mod generic;
mod hash;
mod info;
mod info_durability;
mod list;
mod options;
mod page;
mod pubsub;
mod samples;
mod server;
mod set;
mod sorted;
mod stream;
mod string;
mod transactions;
mod waits;

use super::command::{Command, same_name};

pub(crate) mod unmodelled;

/// The groups' lists.
const GROUPS: &[&[Command]] = &[
    &connection::COMMANDS,
    &durability::COMMANDS,
    &generic::COMMANDS,
    &list::COMMANDS,
    &server::COMMANDS,
    &string::COMMANDS,
    &transactions::COMMANDS,
    &client::COMMANDS,
    &config::COMMANDS,
    &generic::sort::COMMANDS,
    &hash::COMMANDS,
    &list::blocking::COMMANDS,
    &pubsub::COMMANDS,
    &set::COMMANDS,
    &sorted::COMMANDS,
    &stream::COMMANDS,
    &string::lcs::COMMANDS,
];

const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

/// Every modelled command, sorted by name. It drives dispatch, the check of arities and completion. What each does is told
/// by [`summaries`], so that who does not ask for it need not download it.
pub static COMMANDS: [Command; COUNT] = {
    let mut all = sorted();
    let mut place = 0;
    while place < COUNT {
        all[place].summary = "";
        place += 1;
    }
    all
};

/// What the commands do, in the order of [`COMMANDS`].
static SUMMARIES: [&str; COUNT] = {
    let (all, mut told) = (sorted(), [""; COUNT]);
    let mut place = 0;
    while place < COUNT {
        told[place] = all[place].summary;
        place += 1;
    }
    told
};

/// What each command and each subcommand does, in one sentence, by name.
pub fn summaries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = COMMANDS.iter().zip(SUMMARIES).map(|(command, summary)| (command.name, summary));
    let of_parts = COMMANDS.iter().flat_map(|command| command.subcommands.iter());
    own.chain(of_parts.map(|subcommand| (subcommand.name, subcommand.summary)))
}

/// The groups' lists, put together and sorted by name while the program is compiled.
const fn sorted() -> [Command; COUNT] {
    let mut all = [connection::COMMANDS[0]; COUNT];
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut index = 0;
        while index < GROUPS[group].len() {
            let command = GROUPS[group][index];
            let mut place = count;
            while place > 0 && precedes(command.name.as_bytes(), all[place - 1].name.as_bytes()) {
                all[place] = all[place - 1];
                place -= 1;
            }
            all[place] = command;
            count += 1;
            index += 1;
        }
        group += 1;
    }
    all
}

/// Whether one name is before the other in the order of their bytes.
const fn precedes(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() {
        if one[index] != other[index] {
            return one[index] < other[index];
        }
        index += 1;
    }
    one.len() < other.len()
}

/// The places of the commands by the hash of their names: each at the first free slot from its hash on, counted from 1.
static PLACES: [u16; SLOTS] = places();
/// A power of two that leaves more than half of the slots free.
const SLOTS: usize = (COUNT * 2).next_power_of_two();

const fn places() -> [u16; SLOTS] {
    let mut slots = [0; SLOTS];
    let mut place = 0;
    while place < COUNT {
        let mut slot = hash(COMMANDS[place].name.as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = place as u16 + 1;
        place += 1;
    }
    slots
}

/// A slot for a name in any case.
const fn hash(name: &[u8]) -> usize {
    let (mut sum, mut index) = (name.len() as u32, 0);
    while index < name.len() {
        // The bit that tells small letters from capitals is set in both.
        sum = (sum ^ (name[index] | 0x20) as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    (sum ^ (sum >> 15)) as usize % SLOTS
}

/// The command with this name, in any case.
#[must_use]
pub fn find(name: &[u8]) -> Option<&'static Command> {
    let mut slot = hash(name);
    loop {
        let command = COMMANDS.get(usize::from(PLACES[slot]).checked_sub(1)?)?;
        if same_name(command.name.as_bytes(), name) {
            return Some(command);
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// The subcommand with this name, in any case.
pub(crate) fn find_subcommand(command: &'static Command, name: &[u8]) -> Option<&'static Command> {
    let of =
        |subcommand: &Command| subcommand.name.split_once('|').is_some_and(|(_, own)| same_name(own.as_bytes(), name));
    command.subcommands.iter().find(|subcommand| of(subcommand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_says_what_it_does() {
        assert_eq!(summaries().filter(|(name, _)| !name.contains('|')).count(), COUNT);
        for (name, summary) in summaries() {
            assert!(summary.ends_with('.'), "{name}: {summary}");
        }
    }

    #[test]
    fn no_name_is_registered_twice_and_all_are_found() {
        for pair in COMMANDS.windows(2) {
            assert!(pair[0].name < pair[1].name, "{} is registered twice or out of order", pair[1].name);
        }
        for command in &COMMANDS {
            assert_eq!(find(command.name.to_ascii_uppercase().as_bytes()).map(|found| found.name), Some(command.name));
            for subcommand in command.subcommands {
                let (container, own) = subcommand.name.split_once('|').unwrap();
                assert_eq!(container, command.name);
                assert_eq!(find_subcommand(command, own.as_bytes()).map(|found| found.name), Some(subcommand.name));
            }
        }
    }

    #[test]
    fn what_is_modelled_is_not_listed_as_missing() {
        for name in unmodelled::COMMANDS {
            assert!(find(name.as_bytes()).is_none(), "{name} is modelled");
        }
    }

    #[test]
    fn a_command_either_reads_or_writes_its_keys() {
        for command in &COMMANDS {
            assert!(!(command.flags.write && command.flags.read_only), "{}", command.name);
            assert!(!command.flags.deny_oom || command.flags.write || command.name == "exec", "{}", command.name);
        }
    }
}
