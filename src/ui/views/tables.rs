//! The database's tables.

use super::backdrop::Moment;
use super::desks::statement;
use crate::database::{RowKey, TableId};
use crate::order::sort_by_numbers;
use crate::trace::RowView;
use crate::world::{Actor, ParcelKind, WriteId};

/// Most rows of a table on the stage.
const ROWS: usize = 3;

/// How long a row is lit after a commit, in milliseconds.
const LIT: u64 = 1200;

/// Whether a row is being read or has just been committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowState {
    /// Neither.
    #[default]
    Rest,
    /// It is read.
    Read,
    /// It has just been committed.
    Commit,
}

/// What is to be known beside a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Note {
    /// Nothing.
    #[default]
    Nothing,
    /// A newer value waits in the cache.
    Waits(String),
    /// A newer value was promised and will never come.
    Gone(String),
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRow {
    /// Its number; 0 where there is no row.
    pub id: u32,
    /// The value that people look at.
    pub value: String,
    /// The write that made it.
    pub version: u64,
    /// Whether it is being read or has just been committed.
    pub state: RowState,
    /// What is to be known beside it.
    pub note: Note,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What one of its rows is called, as cache keys write it.
    pub singular: &'static str,
    /// Its rows, as many as there is room for.
    pub rows: Vec<TableRow>,
}

impl RowState {
    /// Its name in the styles, if it has one.
    #[must_use]
    pub const fn id(self) -> Option<&'static str> {
        match self {
            Self::Rest => None,
            Self::Read => Some("read"),
            Self::Commit => Some("commit"),
        }
    }
}

/// The tables with the rows that matter most: first those beside which something is to be known, then those that are in
/// use, then the first ones.
#[must_use]
pub fn tables(moment: &Moment) -> Vec<Table> {
    let reading = reading(moment);
    moment.backdrop.tables.iter().map(|table| of(moment, *table, &reading)).collect()
}

fn of(moment: &Moment, table: TableId, reading: &[RowKey]) -> Table {
    let own = moment.frame.rows.iter().filter(|view| view.row.key().table == table);
    let mut rows: Vec<TableRow> = own.map(|view| row(moment, view, reading)).collect();
    if rows.len() > ROWS {
        let weight = |row: &TableRow| match (&row.note, row.state) {
            (Note::Gone(_), _) => 0,
            (Note::Waits(_), _) => 1,
            (_, RowState::Read | RowState::Commit) => 2,
            _ => 3,
        };
        sort_by_numbers(&mut rows, |row| [weight(row), u64::from(row.id)]);
        rows.truncate(ROWS);
        sort_by_numbers(&mut rows, |row| [u64::from(row.id), 0]);
    }
    Table { name: table.name(), singular: table.singular(), rows }
}

fn row(moment: &Moment, view: &RowView, reading: &[RowKey]) -> TableRow {
    let key = view.row.key();
    let state = match view.age {
        Some(age) if age.as_millis() < LIT => RowState::Commit,
        _ if reading.contains(&key) => RowState::Read,
        _ => RowState::Rest,
    };
    TableRow { id: key.id, value: view.row.headline(), version: view.row.version(), state, note: note(moment, view) }
}

fn note(moment: &Moment, view: &RowView) -> Note {
    let (key, version) = (view.row.key(), view.row.version());
    let waiting = moment.frame.queue.iter().rev().find(|dirty| dirty.row.key() == key && dirty.row.version() > version);
    if let Some(dirty) = waiting {
        return Note::Waits(dirty.row.headline());
    }
    let lost = moment.backdrop.lost_in(key, moment.frame.at).map(|(_, write)| write).max();
    match lost.filter(|write| *write > WriteId(version)).and_then(|write| moment.run.audit.write(write)) {
        Some(record) => Note::Gone(record.row.headline()),
        None => Note::Nothing,
    }
}

/// The rows that are being read, or whose values have just left the database.
fn reading(moment: &Moment) -> Vec<RowKey> {
    let mut rows: Vec<RowKey> = statement(moment).and_then(|(_, key)| key).into_iter().collect();
    for packet in &moment.frame.packets {
        if packet.from != Actor::Database || packet.kind != ParcelKind::Rows || packet.progress > 0.6 {
            continue;
        }
        let asked = moment.frame.requests.iter().find(|(id, ..)| Some(*id) == packet.request);
        rows.extend(asked.map(|(_, _, operation, _)| operation.key()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    fn rows(id: &str, seconds: f64) -> Vec<TableRow> {
        at(id, seconds, |moment| tables(moment).into_iter().flat_map(|table| table.rows).collect())
    }

    #[test]
    fn what_waits_for_the_database_is_struck_out_after_the_crash() {
        let waiting: Vec<TableRow> =
            rows("write-behind-data-loss", 14.1).into_iter().filter(|row| matches!(row.note, Note::Waits(_))).collect();
        assert!(!waiting.is_empty());
        let after = rows("write-behind-data-loss", 14.3);
        for before in waiting {
            let Note::Waits(value) = &before.note else { unreachable!() };
            assert!(after.iter().any(|row| row.note == Note::Gone(value.clone()) && row.value == before.value));
        }
    }

    #[test]
    fn a_row_is_lit_while_it_is_read() {
        let lit = (0..100).any(|step| {
            rows("first-read", f64::from(step) * 0.05).iter().any(|row| row.id == 1 && row.state == RowState::Read)
        });
        assert!(lit);
        assert!(rows("first-read", 7.0).iter().all(|row| row.state == RowState::Rest));
    }

    #[test]
    fn a_table_has_three_rows_at_most() {
        let counts =
            at("everyday", 20.0, |moment| tables(moment).iter().map(|table| table.rows.len()).collect::<Vec<_>>());
        assert!(counts.iter().all(|count| (1..=ROWS).contains(count)), "{counts:?}");
    }
}
