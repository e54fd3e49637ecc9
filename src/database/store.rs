//! Where committed rows are kept.

use super::{Catalogue, Row, RowKey, TableId};
use crate::order::SmallMap;

/// Ids below this sit in a vector by position, since courses and workloads number rows from 1; any others in a list, so that
/// one row with a huge id doesn't take memory for all ids below it.
const DENSE_IDS: u32 = 1 << 18;

/// The rows of every table of a catalogue.
#[derive(Clone, Debug)]
pub(super) struct Store {
    tables: [Option<Table>; TableId::ALL.len()],
}

#[derive(Clone, Debug, Default)]
struct Table {
    dense: Vec<Option<Row>>,
    sparse: SmallMap<u32, Row>,
    count: u64,
}

impl Store {
    pub(super) fn new(catalogue: &Catalogue) -> Store {
        Store { tables: TableId::ALL.map(|table| catalogue.has(table).then(Table::default)) }
    }

    pub(super) fn has(&self, table: TableId) -> bool {
        self.table(table).is_some()
    }

    pub(super) fn get(&self, key: RowKey) -> Option<&Row> {
        let table = self.table(key.table)?;
        if key.id < DENSE_IDS {
            return table.dense.get(key.id as usize)?.as_ref();
        }
        table.sparse.get(&key.id)
    }

    /// Puts the row in its place, or removes what is there; a table that the catalogue lacks stays absent.
    pub(super) fn set(&mut self, key: RowKey, row: Option<Row>) {
        let Some(table) = self.tables.get_mut(key.table as usize).and_then(Option::as_mut) else {
            return;
        };
        let added = u64::from(row.is_some());
        let removed = u64::from(table.replace(key.id, row).is_some());
        table.count = table.count + added - removed;
    }

    /// The rows of one table in the order of their ids.
    pub(super) fn rows(&self, table: TableId) -> impl Iterator<Item = &Row> {
        self.table(table).into_iter().flat_map(|table| table.dense.iter().flatten().chain(table.sparse.values()))
    }

    pub(super) fn count(&self, table: TableId) -> u64 {
        self.table(table).map_or(0, |table| table.count)
    }

    fn table(&self, table: TableId) -> Option<&Table> {
        self.tables.get(table as usize)?.as_ref()
    }
}

impl Table {
    fn replace(&mut self, id: u32, row: Option<Row>) -> Option<Row> {
        if id >= DENSE_IDS {
            return match row {
                Some(row) => self.sparse.insert(id, row),
                None => self.sparse.remove(&id),
            };
        }
        let position = id as usize;
        if position >= self.dense.len() {
            let row = row?;
            self.dense.resize(position, None);
            self.dense.push(Some(row));
            return None;
        }
        self.dense.get_mut(position).and_then(|place| std::mem::replace(place, row))
    }
}
