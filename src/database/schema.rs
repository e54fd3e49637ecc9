//! The tables of the course and their columns.

use std::fmt;

use crate::order::sort_by_numbers;

/// A table that the simulation knows. The order of the variants is the order in which tables are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableId {
    /// `users`: people, whose name and address change.
    Users,
    /// `products`: things on sale, whose price changes.
    Products,
    /// `orders`: purchases, whose status moves on.
    Orders,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// A whole number, kept in 64 bits.
    Integer,
    /// An amount of money, kept as whole cents and written with two decimals; below 10^8 whole units, as `NUMERIC(10, 2)`.
    Cents,
    /// Text of any length, without the character U+0000, which PostgreSQL can't store.
    Text,
}

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, as SQL and JSON write it.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnType,
    /// Whether it may hold `NULL`.
    pub nullable: bool,
}

/// The tables that a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    tables: Vec<TableId>,
}

const fn required(name: &'static str, kind: ColumnType) -> Column {
    Column { name, kind, nullable: false }
}

const fn optional(name: &'static str, kind: ColumnType) -> Column {
    Column { name, kind, nullable: true }
}

/// Each table starts with its `id` and ends with its `version`; rows rely on it.
const USERS: [Column; 4] = [
    required("id", ColumnType::Integer),
    required("name", ColumnType::Text),
    optional("email", ColumnType::Text),
    required("version", ColumnType::Integer),
];

const PRODUCTS: [Column; 5] = [
    required("id", ColumnType::Integer),
    required("name", ColumnType::Text),
    required("price", ColumnType::Cents),
    required("stock", ColumnType::Integer),
    required("version", ColumnType::Integer),
];

const ORDERS: [Column; 5] = [
    required("id", ColumnType::Integer),
    required("user_id", ColumnType::Integer),
    required("total", ColumnType::Cents),
    required("status", ColumnType::Text),
    required("version", ColumnType::Integer),
];

impl TableId {
    /// Every table, in order.
    pub const ALL: [TableId; 3] = [TableId::Users, TableId::Products, TableId::Orders];

    /// The table's name in SQL: `users`.
    pub fn name(self) -> &'static str {
        match self {
            TableId::Users => "users",
            TableId::Products => "products",
            TableId::Orders => "orders",
        }
    }

    /// What one row is called, as cache keys write it: `user`.
    pub fn singular(self) -> &'static str {
        match self {
            TableId::Users => "user",
            TableId::Products => "product",
            TableId::Orders => "order",
        }
    }

    /// The table with this name in SQL.
    pub fn from_name(name: &str) -> Option<TableId> {
        TableId::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The table whose rows are called this.
    pub fn from_singular(name: &str) -> Option<TableId> {
        TableId::ALL.into_iter().find(|table| table.singular() == name)
    }

    /// The columns in order: first `id`, the primary key, last `version`.
    pub fn columns(self) -> &'static [Column] {
        match self {
            TableId::Users => &USERS,
            TableId::Products => &PRODUCTS,
            TableId::Orders => &ORDERS,
        }
    }

    /// The position of the column with this name.
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// The statement that makes this table.
    pub fn create_sql(self) -> String {
        let columns: Vec<String> = self.columns().iter().map(Column::definition).collect();
        format!("CREATE TABLE {} ({})", self.name(), columns.join(", "))
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ColumnType {
    /// The type as SQL names it.
    pub fn sql_name(self) -> &'static str {
        match self {
            ColumnType::Integer => "INTEGER",
            ColumnType::Cents => "NUMERIC(10, 2)",
            ColumnType::Text => "TEXT",
        }
    }
}

impl Column {
    fn definition(&self) -> String {
        let constraint = match (self.name, self.nullable) {
            ("id", _) => " PRIMARY KEY",
            (_, false) => " NOT NULL",
            (_, true) => "",
        };
        format!("{} {}{constraint}", self.name, self.kind.sql_name())
    }
}

impl Catalogue {
    /// The tables that the course uses: all of them.
    pub fn course() -> Catalogue {
        Catalogue::of(TableId::ALL)
    }

    /// These tables, in their own order, each once.
    pub fn of(tables: impl IntoIterator<Item = TableId>) -> Catalogue {
        let mut tables: Vec<TableId> = tables.into_iter().collect();
        sort_by_numbers(&mut tables, |table| [*table as u64, 0]);
        tables.dedup();
        Catalogue { tables }
    }

    /// The tables, in order.
    pub fn tables(&self) -> &[TableId] {
        &self.tables
    }

    /// Whether the table is one of them.
    pub fn has(&self, table: TableId) -> bool {
        self.tables.contains(&table)
    }
}
