//! What a write makes of a row.

use super::seed::{self, STATUSES, mix, pick, price, whole};
use super::{Row, TableId, Value};

/// The row that the write of this version makes of the given one: a change that can be seen in every table, and the same
/// for everyone. A user gets another name and address, a product another price and less stock, an order its next status.
pub fn changed(row: &Row, version: u64) -> Row {
    match row.key().table {
        TableId::Users => changed_user(row, version),
        TableId::Products => changed_product(row, version),
        TableId::Orders => changed_order(row, version),
    }
}

/// The row with one piece less in stock than another version of it says, if it has a stock.
pub fn one_less(row: &Row, than: &Row) -> Row {
    let (Some(place), Some(Value::Integer(stock))) = (row.key().table.column("stock"), than.get("stock")) else {
        return row.clone();
    };
    row.with_cells(&[(place, Value::Integer(stock.saturating_sub(1)))])
}

fn changed_user(row: &Row, version: u64) -> Row {
    let key = row.key();
    let place = text(row, "name").and_then(seed::place_of).unwrap_or(u64::from(key.id));
    let step = 1 + mix(key, version) % (seed::people() - 1);
    seed::user(key, version, place + step)
}

fn changed_product(row: &Row, version: u64) -> Row {
    let key = row.key();
    let draw = mix(key, version);
    let name = row.get("name").cloned().unwrap_or_else(|| Value::text(""));
    let before = row.get("price");
    let fresh = price(draw);
    let another = if before == Some(&Value::Cents(fresh)) { fresh + 100 } else { fresh };
    Row::trusted(key, version, [name, Value::Cents(another), Value::Integer(stock_after(row, draw >> 32))])
}

/// A few pieces are sold; an empty shelf is filled again.
fn stock_after(row: &Row, draw: u64) -> i64 {
    let left = match row.get("stock") {
        Some(Value::Integer(stock)) => stock.saturating_sub(whole(1, draw, 3)),
        _ => 0,
    };
    if left > 0 { left } else { whole(40, draw, 60) }
}

fn changed_order(row: &Row, version: u64) -> Row {
    let key = row.key();
    let user = row.get("user_id").cloned().unwrap_or(Value::Integer(1));
    let total = row.get("total").cloned().unwrap_or(Value::Cents(0));
    let before = text(row, "status").and_then(|status| STATUSES.iter().position(|known| *known == status));
    let place = before.map_or(0, |place| place as u64 + 1);
    let status = pick(&STATUSES, place).copied().unwrap_or_default();
    Row::trusted(key, version, [user, total, Value::text(status)])
}

fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    match row.get(column) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
