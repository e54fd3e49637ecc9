//! What a packet looks like, and how much of its words it shows.

use crate::database::{Row, RowKey};
use crate::trace::PacketView;
use crate::world::{Actor, ParcelKind};

/// The words of a packet, from the longest wording to the shortest. What is left out is marked by an ellipsis, except for
/// a row's JSON, of which the value that people look at stands.
#[must_use]
pub fn wordings(packet: &PacketView) -> Vec<String> {
    let text = &*packet.text;
    match packet.kind {
        ParcelKind::ReadRequest | ParcelKind::WriteRequest => request(text),
        ParcelKind::CacheRead | ParcelKind::CacheWrite | ParcelKind::Invalidation => command(text),
        ParcelKind::SqlRead | ParcelKind::SqlWrite | ParcelKind::SqlControl => statement(text),
        ParcelKind::Hit => hit(text),
        ParcelKind::Miss if packet.from == Actor::Cache => vec!["miss: (nil)".to_owned(), "miss".to_owned()],
        ParcelKind::Rows if packet.from == Actor::Database => vec![format!("row: {text}"), text.to_owned()],
        ParcelKind::Rows | ParcelKind::Miss | ParcelKind::Saved => vec![text.to_owned()],
        ParcelKind::Done if text.starts_with("UPDATE") => vec!["updated".to_owned()],
        ParcelKind::Done => vec![text.to_owned()],
        ParcelKind::Failure => failure(text),
    }
}

/// What a person asks: all of it, without the value, the key alone.
fn request(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').take(2).collect();
    let key = words.last().map_or("", |key| *key).to_owned();
    vec![text.to_owned(), words.join(" "), key]
}

fn command(text: &str) -> Vec<String> {
    // Of a transaction, the command that changes the key tells what it is about.
    let main = text.split("; ").find(|part| *part != "MULTI").unwrap_or(text);
    let mut parts = main.splitn(3, ' ');
    let (name, key, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let short = format!("{name} {key}");
    match RowKey::from_cache_key(key).and_then(|row| headline(row, rest)) {
        Some(value) => vec![format!("{short} {value}"), short, name.to_owned()],
        None if rest.is_empty() => vec![short, name.to_owned()],
        None => vec![main.to_owned(), short, name.to_owned()],
    }
}

fn headline(key: RowKey, rest: &str) -> Option<String> {
    let end = rest.rfind('}')?;
    Some(Row::from_json(key.table, rest.get(..=end)?).ok()?.headline())
}

fn hit(text: &str) -> Vec<String> {
    let tables = crate::database::TableId::ALL.into_iter();
    match tables.filter_map(|table| Row::from_json(table, text).ok()).next() {
        Some(row) => {
            let short = format!("hit: {}", row.headline());
            vec![format!("{short} v{}", row.version()), short]
        }
        None => vec![format!("hit: {text}"), "hit".to_owned()],
    }
}

fn statement(text: &str) -> Vec<String> {
    if let Some(body) = text.strip_prefix("BEGIN; ").and_then(|text| text.strip_suffix("; COMMIT")) {
        let parts: Vec<&str> = body.split("; ").collect();
        return match parts.as_slice() {
            [only] => statement(only),
            many => vec![format!("BEGIN … {} rows … COMMIT", many.len()), format!("UPDATE {} rows", many.len())],
        };
    }
    let name = text.split(' ').next().unwrap_or(text);
    match text.rsplit_once(" WHERE ") {
        Some((_, condition)) => vec![text.to_owned(), format!("{name} … {condition}"), name.to_owned()],
        None => vec![text.to_owned(), name.to_owned()],
    }
}

fn failure(text: &str) -> Vec<String> {
    vec![text.to_owned(), short_failure(text).to_owned()]
}

/// A failure in two words.
pub(super) fn short_failure(text: &str) -> &str {
    const SHORT: [(&str, &str); 5] = [
        ("refused", "refused"),
        ("reset", "cut short"),
        ("in time", "timed out"),
        ("no database connection", "pool is full"),
        ("can't be read", "unreadable"),
    ];
    SHORT.iter().find(|(part, _)| text.contains(part)).map_or(text, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::world::MessageId;

    fn words(kind: ParcelKind, text: &str) -> Vec<String> {
        let (from, to) = (Actor::App, Actor::Cache);
        let text = Rc::from(text);
        wordings(&PacketView {
            message: MessageId(1),
            from,
            to,
            progress: 0.5,
            kind,
            text,
            request: None,
            lost: None,
            held: false,
        })
    }

    #[test]
    fn a_command_shows_its_key_and_the_value_that_people_look_at() {
        let json = crate::database::seed::row(RowKey::product(1)).to_json();
        let price = crate::database::seed::row(RowKey::product(1)).headline();
        let set = words(ParcelKind::CacheWrite, &format!("SET product:1 {json} PX 20000"));
        assert_eq!(set, [format!("SET product:1 {price}"), "SET product:1".to_owned(), "SET".to_owned()]);
        let queued = words(ParcelKind::CacheWrite, &format!("MULTI; SET product:1 {json}; RPUSH dirty x; EXEC"));
        assert_eq!(queued, set);
        assert_eq!(words(ParcelKind::CacheRead, "GET product:1")[0], "GET product:1");
        assert_eq!(words(ParcelKind::CacheRead, "LRANGE dirty 0 15")[0], "LRANGE dirty 0 15");
        assert_eq!(words(ParcelKind::Hit, &json)[0], format!("hit: {price} v0"));
    }

    #[test]
    fn a_statement_says_what_it_leaves_out() {
        let update = words(ParcelKind::SqlWrite, "UPDATE products SET price = 1.00 WHERE id = 7");
        assert_eq!(update[1], "UPDATE … id = 7");
        let batch =
            words(ParcelKind::SqlWrite, "BEGIN; UPDATE a SET b WHERE id = 1; UPDATE a SET b WHERE id = 2; COMMIT");
        assert_eq!(batch[1], "UPDATE 2 rows");
        assert_eq!(words(ParcelKind::SqlControl, "BEGIN")[0], "BEGIN");
    }

    #[test]
    fn a_failure_has_a_short_form() {
        assert_eq!(words(ParcelKind::Failure, "cache refused the connection")[1], "refused");
        assert_eq!(words(ParcelKind::Failure, "database did not answer in time")[1], "timed out");
    }
}
