//! What a message says, in the few words that have room beside its arrow.

use crate::world::Parcel;

/// The beginning of a text.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 24;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

/// What a message says, without the row's whole text and the key that the diagram is about.
pub(super) fn label(parcel: &Parcel, name: &str) -> String {
    let text = &*parcel.text;
    if parcel.kind.is_reply() {
        return match version(text) {
            Some(version) => format!("v{version}"),
            None => short(text),
        };
    }
    let commands: Vec<String> = text.split("; ").map(|command| short_command(command, name)).collect();
    commands.join("; ")
}

/// The first words of a command or a statement, and the version of the row that it carries.
fn short_command(command: &str, name: &str) -> String {
    let before = command.split(['{', '*']).next().unwrap_or_default();
    let is_statement = before.starts_with("UPDATE") || before.starts_with("SELECT") || before.starts_with("INSERT");
    let most = if is_statement { 1 } else { 4 };
    let mut words: Vec<String> =
        before.split(' ').filter(|word| !word.is_empty() && *word != name).take(most).map(ToOwned::to_owned).collect();
    if let Some(version) = version(command) {
        words.push(format!("v{version}"));
    }
    words.join(" ")
}

/// The version in a row's JSON or in a statement.
fn version(text: &str) -> Option<&str> {
    let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    let rest = after("\"version\":").or_else(|| after("version = "))?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end).filter(|digits| !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ParcelKind;

    #[test]
    fn labels_leave_out_what_the_diagram_says_anyway() {
        let said = |kind, text: &str| label(&Parcel::new(kind, text), "product:1");
        assert_eq!(said(ParcelKind::CacheRead, "GET product:1"), "GET");
        let set = r#"SET product:1 {"id":1,"name":"Folding Lamp","version":12} PX 20000"#;
        assert_eq!(said(ParcelKind::CacheWrite, set), "SET v12");
        assert_eq!(said(ParcelKind::CacheRead, "SET product:1 lease 4 NX GET PX 10000"), "SET lease 4 NX");
        assert_eq!(said(ParcelKind::SqlRead, "SELECT * FROM products WHERE id = 1"), "SELECT");
        let update = "UPDATE products SET price = 12.50, version = 3 WHERE id = 1";
        assert_eq!(said(ParcelKind::SqlWrite, &format!("BEGIN; {update}; COMMIT")), "BEGIN; UPDATE v3; COMMIT");
        assert_eq!(said(ParcelKind::Hit, r#"{"id":1,"version":7}"#), "v7");
        assert_eq!(said(ParcelKind::Miss, "(nil)"), "(nil)");
    }
}
