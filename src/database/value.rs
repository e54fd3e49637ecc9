//! What a cell holds, and how SQL and JSON write it.

use super::{Column, ColumnType, DatabaseError};
use std::fmt::{self, Write};
use std::rc::Rc;

/// The largest amount that `NUMERIC(10, 2)` holds, in cents.
const MOST_CENTS: u64 = 9_999_999_999;

/// The content of one cell. Displayed as the literal that SQL writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Money in whole cents; `1999` is written `19.99`.
    Cents(i64),
    /// Text.
    Text(Rc<str>),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<Rc<str>>) -> Value {
        Value::Text(text.into())
    }

    /// The value as a person reads it in a table: text without quotes, `NULL` for nothing.
    pub fn plain(&self) -> String {
        match self {
            Value::Text(text) => text.to_string(),
            other => other.to_string(),
        }
    }

    /// Whether the column can hold this value.
    ///
    /// # Errors
    /// As PostgreSQL does: for a missing value in a `NOT NULL` column, a value of another type, an amount out of range and
    /// text with the character U+0000.
    pub(super) fn check(&self, column: &Column) -> Result<(), DatabaseError> {
        match (self, column.kind) {
            (Value::Null, _) if column.nullable => Ok(()),
            (Value::Null, _) => Err(DatabaseError::NotNull { column: column.name }),
            (Value::Integer(_), ColumnType::Integer) => Ok(()),
            (Value::Cents(cents), ColumnType::Cents) if cents.unsigned_abs() <= MOST_CENTS => Ok(()),
            (Value::Cents(_), ColumnType::Cents) => Err(DatabaseError::AmountOutOfRange { column: column.name }),
            (Value::Text(text), ColumnType::Text) if text.contains('\0') => Err(DatabaseError::NulCharacter),
            (Value::Text(_), ColumnType::Text) => Ok(()),
            (other, expected) => {
                Err(DatabaseError::TypeMismatch { column: column.name, expected, found: other.type_name() })
            }
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "unknown",
            Value::Integer(_) => "integer",
            Value::Cents(_) => "numeric",
            Value::Text(_) => "text",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Integer(number) => write!(f, "{number}"),
            Value::Cents(cents) => write_amount(f, *cents),
            Value::Text(text) => write_quoted(f, text),
        }
    }
}

/// Writes cents as an amount with two decimals.
pub(super) fn write_amount(out: &mut impl Write, cents: i64) -> fmt::Result {
    let sign = if cents < 0 { "-" } else { "" };
    let size = cents.unsigned_abs();
    write!(out, "{sign}{}.{:02}", size / 100, size % 100)
}

/// A string constant of standard SQL: only the quote itself is special, and is doubled.
fn write_quoted(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('\'')?;
    let mut pieces = text.split('\'');
    out.write_str(pieces.next().unwrap_or_default())?;
    for piece in pieces {
        out.write_str("''")?;
        out.write_str(piece)?;
    }
    out.write_char('\'')
}
