//! A row as the JSON text that an application caches.

use super::value::write_amount;
use super::{Column, ColumnType, Row, RowJsonError, TableId, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::fmt::Write;

impl Row {
    /// The row as an object in column order: `{"id":42,"name":"Ada","email":"ada@example.com","version":17}`. An amount is a
    /// number with two decimals.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(96);
        for (index, (column, value)) in self.columns().enumerate() {
            out.push(if index == 0 { '{' } else { ',' });
            out.push('"');
            out.push_str(column.name);
            out.push_str("\":");
            write_value(&mut out, value);
        }
        out.push('}');
        out
    }

    /// Reads the row that [`Row::to_json`] wrote; the members may come in any order, each exactly once.
    ///
    /// # Errors
    /// If the text is no JSON object of exactly the table's columns, or a value doesn't fit its column.
    pub fn from_json(table: TableId, text: &str) -> Result<Row, RowJsonError> {
        let unreadable = |reason: String| RowJsonError { table, reason };
        let mut reader = serde_json::Deserializer::from_str(text);
        let cells = Cells(table.columns()).deserialize(&mut reader).map_err(|error| unreadable(error.to_string()))?;
        reader.end().map_err(|error| unreadable(error.to_string()))?;
        Row::new(table, cells).map_err(|error| unreadable(error.to_string()))
    }
}

fn write_value(out: &mut String, value: &Value) {
    // Writing to a String can't fail.
    let written = match value {
        Value::Null => out.write_str("null"),
        Value::Integer(number) => write!(out, "{number}"),
        Value::Cents(cents) => write_amount(out, *cents),
        Value::Text(text) => write_text(out, text),
    };
    debug_assert!(written.is_ok());
}

fn write_text(out: &mut String, text: &str) -> fmt::Result {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        return write!(out, "\"{text}\"");
    }
    let quoted = serde_json::to_string(text).map_err(|_| fmt::Error)?;
    out.write_str(&quoted)
}

/// Reads an object straight into cells in column order, since a cache hit is parsed millions of times in a long run.
struct Cells(&'static [Column]);

impl<'de> DeserializeSeed<'de> for Cells {
    type Value = Vec<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Cells {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the table's columns")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut cells: Vec<Option<Value>> = vec![None; self.0.len()];
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let found = self.0.iter().zip(cells.iter_mut()).find(|(column, _)| column.name == name);
            let Some((column, cell)) = found else {
                return Err(A::Error::custom(format_args!("unknown column \"{name}\"")));
            };
            if cell.is_some() {
                return Err(A::Error::custom(format_args!("column \"{name}\" twice")));
            }
            *cell = Some(map.next_value_seed(Cell(column))?);
        }
        let named = self.0.iter().zip(cells);
        named.map(|(column, cell)| cell.ok_or_else(|| A::Error::missing_field(column.name))).collect()
    }
}

/// Reads one value for its column.
struct Cell(&'static Column);

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Cell {
    fn whole<E: Error>(&self, number: i64) -> Result<Value, E> {
        match self.0.kind {
            ColumnType::Cents => number.checked_mul(100).map(Value::Cents).ok_or_else(|| E::custom("amount too large")),
            _ => Ok(Value::Integer(number)),
        }
    }
}

impl Visitor<'_> for Cell {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of type {} for column \"{}\"", self.0.kind.sql_name(), self.0.name)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.whole(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        let number = i64::try_from(number).map_err(|_| E::custom("integer out of range"))?;
        self.whole(number)
    }

    /// A double holds every amount of `NUMERIC(10, 2)` closely enough for rounding to give the cents back exactly.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        let cents = (number * 100.0).round();
        let exact = (cents / 100.0 - number).abs() < 1e-6 && cents.abs() < 1e13;
        match self.0.kind {
            ColumnType::Cents if exact => Ok(Value::Cents(cents as i64)),
            _ => Err(E::invalid_value(serde::de::Unexpected::Float(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }
}
