//! Lines of `redis-cli MONITOR`: `1339518083.107412 [0 127.0.0.1:60866] "set" "key" "value" "EX" "60"`.

use super::access::{Access, Deed, LineProblem, number};
use crate::redis::{find_command, split_bytes};

/// Tells each access of a line. A command that touches no key, or that is not known, tells none; so do the `OK` of the
/// start and lines that are empty.
pub(super) fn read(line: &[u8], mut tell: impl FnMut(Access<'_>)) -> Result<(), LineProblem> {
    if line == b"OK" || line.is_empty() {
        return Ok(());
    }
    let space = line.iter().position(|byte| *byte == b' ').ok_or(LineProblem::Missing("time"))?;
    let at = number(&line[..space]).ok_or_else(|| LineProblem::unreadable("time", &line[..space]))?;
    let rest = &line[space + 1..];
    let end = rest.iter().position(|byte| *byte == b']').ok_or(LineProblem::Missing("client in brackets"))?;
    let words = split_bytes(&rest[end + 1..]).map_err(|_| LineProblem::unreadable("command", &rest[end + 1..]))?;
    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
    let name = words.first().ok_or(LineProblem::Missing("command"))?;
    let Some(command) = find_command(name) else { return Ok(()) };
    if !(command.flags.write || command.flags.read_only) {
        return Ok(());
    }
    let deed = match command.name {
        "del" | "unlink" | "getdel" => Deed::Delete,
        _ if command.flags.write => Deed::Write,
        _ => Deed::Read,
    };
    let ttl = ttl_of(command.name, &words);
    for key in command.keys_of(&words) {
        tell(Access { at: Some(at), key, deed, ttl });
    }
    Ok(())
}

fn ttl_of(name: &str, words: &[&[u8]]) -> Option<f64> {
    let value = |place: usize| words.get(place).and_then(|word| number(word));
    match name {
        "setex" | "expire" => value(2),
        "psetex" | "pexpire" => value(2).map(|millis| millis / 1e3),
        "set" | "getex" => {
            let after = |option: &[u8]| {
                let place = words.iter().skip(2).position(|word| word.eq_ignore_ascii_case(option))?;
                value(place + 3)
            };
            after(b"EX").or_else(|| after(b"PX").map(|millis| millis / 1e3))
        }
        _ => None,
    }
}
