//! Rows and the keys that name them.

use super::{Column, DatabaseError, TableId, Value};
use std::fmt;
use std::rc::Rc;

/// Names one row. Displayed as `users:42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// The table.
    pub table: TableId,
    /// The primary key.
    pub id: u32,
}

impl RowKey {
    /// Two numbers in whose order row keys are sorted.
    pub(crate) fn numbers(self) -> [u64; 2] {
        [self.table as u64, u64::from(self.id)]
    }

    /// The row of this table with this primary key.
    pub fn new(table: TableId, id: u32) -> RowKey {
        RowKey { table, id }
    }

    /// A user.
    pub fn user(id: u32) -> RowKey {
        RowKey::new(TableId::Users, id)
    }

    /// A product.
    pub fn product(id: u32) -> RowKey {
        RowKey::new(TableId::Products, id)
    }

    /// An order.
    pub fn order(id: u32) -> RowKey {
        RowKey::new(TableId::Orders, id)
    }

    /// The key under which an application caches the row: `user:42`.
    pub fn cache_key(self) -> String {
        // Each call to the cache writes one, so no formatting machinery.
        let mut digits = [b'0'; 10];
        let (mut rest, mut first) = (self.id, digits.len() - 1);
        while rest >= 10 {
            digits[first] += (rest % 10) as u8;
            (rest, first) = (rest / 10, first - 1);
        }
        digits[first] += rest as u8;
        let singular = self.table.singular();
        let mut key = String::with_capacity(singular.len() + 11);
        key.push_str(singular);
        key.push(':');
        for digit in &digits[first..] {
            key.push(char::from(*digit));
        }
        key
    }

    /// The row that a cache key names, if it is one that [`RowKey::cache_key`] writes.
    pub fn from_cache_key(text: &str) -> Option<RowKey> {
        let (singular, digits) = text.split_once(':')?;
        let table = TableId::from_singular(singular)?;
        let canonical = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let id = digits.parse().ok()?;
        canonical.then_some(RowKey { table, id })
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.table, self.id)
    }
}

/// One version of a row: always as many cells as its table has columns, each fit for its column. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    key: RowKey,
    version: u64,
    cells: Rc<[Value]>,
}

impl Row {
    /// A row of this table from its cells in column order, `id` and `version` included.
    ///
    /// # Errors
    /// If a cell is missing, too many, or unfit for its column, or if `id` is not a 32-bit or `version` a negative number.
    pub fn new(table: TableId, cells: impl Into<Rc<[Value]>>) -> Result<Row, DatabaseError> {
        let cells = cells.into();
        let columns = table.columns();
        if cells.len() != columns.len() {
            return Err(DatabaseError::ColumnCount { expected: columns.len(), found: cells.len() });
        }
        for (cell, column) in cells.iter().zip(columns) {
            cell.check(column)?;
        }
        let (Some(Value::Integer(id)), Some(Value::Integer(version))) = (cells.first(), cells.last()) else {
            return Err(DatabaseError::ColumnCount { expected: columns.len(), found: cells.len() });
        };
        let id = u32::try_from(*id).map_err(|_| DatabaseError::IntegerOutOfRange { column: "id" })?;
        let version = u64::try_from(*version).map_err(|_| DatabaseError::IntegerOutOfRange { column: "version" })?;
        Ok(Row { key: RowKey { table, id }, version, cells })
    }

    /// A row from the cells between `id` and `version`, which the caller knows to fit their columns.
    ///
    /// Versions above `i64::MAX` are kept as that.
    pub(super) fn trusted<const N: usize>(key: RowKey, version: u64, middle: [Value; N]) -> Row {
        let number = i64::try_from(version).unwrap_or(i64::MAX);
        let mut cells = Vec::with_capacity(N + 2);
        cells.push(Value::Integer(i64::from(key.id)));
        cells.extend(middle);
        cells.push(Value::Integer(number));
        let row = Row { key, version: number.unsigned_abs(), cells: cells.into() };
        debug_assert_eq!(Row::new(key.table, Rc::clone(&row.cells)).as_ref(), Ok(&row));
        row
    }

    /// This row with some cells replaced, by position. The caller has checked each against its column, and none is the id.
    pub(super) fn with_cells(&self, set: &[(usize, Value)]) -> Row {
        let mut cells = self.cells.to_vec();
        for (position, value) in set {
            if let Some(cell) = cells.get_mut(*position) {
                *cell = value.clone();
            }
        }
        let version = match cells.last() {
            Some(Value::Integer(version)) => version.unsigned_abs(),
            _ => self.version,
        };
        Row { key: self.key, version, cells: cells.into() }
    }

    /// Which row this is a version of.
    pub fn key(&self) -> RowKey {
        self.key
    }

    /// The number of the write that made it; 0 for a seed row.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The cells in column order, `id` and `version` included.
    pub fn cells(&self) -> &[Value] {
        &self.cells
    }

    /// The cell in the column with this name.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.cells.get(self.key.table.column(column)?)
    }

    /// The cells with their columns, in column order.
    pub fn columns(&self) -> impl Iterator<Item = (&'static Column, &Value)> {
        self.key.table.columns().iter().zip(self.cells.iter())
    }
}
