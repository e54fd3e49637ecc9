//! What people look at in a row.

use super::{Row, TableId, Value};

impl TableId {
    /// The column that people look at, which each write [changes](super::changed): a product's price, an order's status,
    /// a user's name.
    #[must_use]
    pub const fn headline_column(self) -> &'static str {
        match self {
            Self::Users => "name",
            Self::Products => "price",
            Self::Orders => "status",
        }
    }
}

impl Row {
    /// The value that people look at: `12.99`, `shipped`, `Ada`.
    #[must_use]
    pub fn headline(&self) -> String {
        self.get(self.key().table.headline_column()).map_or_else(String::new, Value::plain)
    }
}
