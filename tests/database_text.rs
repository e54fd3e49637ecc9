//! What statements say as SQL, what rows say as JSON, and what seeds and changes look like.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use cachescope::database::{
    Condition, DatabaseError, OnConflict, Row, RowBatch, RowKey, Statement, TableId, Update, Value, changed, seed,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn user(id: i64, name: &str, email: Option<&str>, version: i64) -> Row {
    let email = email.map_or(Value::Null, Value::text);
    Row::new(TableId::Users, vec![Value::Integer(id), Value::text(name), email, Value::Integer(version)]).unwrap()
}

fn product(id: i64, cents: i64) -> Result<Row, DatabaseError> {
    let cells = [Value::Integer(id), Value::text("Lamp"), Value::Cents(cents), Value::Integer(3), Value::Integer(1)];
    Row::new(TableId::Products, cells.to_vec())
}

#[test]
fn statements_print_as_sql() {
    let ada = || user(42, "Ada", Some("ada@example.com"), 17);
    let key = RowKey::user(42);
    let name = |name: &str| [("name", Value::text(name)), ("version", Value::Integer(17))];
    let update = |text: &str| Update::columns(key, &name(text)).unwrap();
    let batch = || RowBatch::by_table([ada(), user(7, "Noor", None, 18)]).remove(0);
    let cases = [
        (Statement::Select { key }, "SELECT * FROM users WHERE id = 42"),
        (Statement::SelectForUpdate { key }, "SELECT * FROM users WHERE id = 42 FOR UPDATE"),
        (
            Statement::SelectMany { table: TableId::Orders, ids: [3, 1].into() },
            "SELECT * FROM orders WHERE id IN (3, 1)",
        ),
        (Statement::SelectMany { table: TableId::Orders, ids: [].into() }, "SELECT * FROM orders WHERE FALSE"),
        (
            Statement::Insert(ada()),
            "INSERT INTO users (id, name, email, version) VALUES (42, 'Ada', 'ada@example.com', 17)",
        ),
        (
            Statement::Insert(product(7, 1_999).unwrap()),
            "INSERT INTO products (id, name, price, stock, version) VALUES (7, 'Lamp', 19.99, 3, 1)",
        ),
        (Statement::Update(update("Ada")), "UPDATE users SET name = 'Ada', version = 17 WHERE id = 42"),
        (
            Statement::Update(update("O'Hara '; DROP TABLE users; --")),
            "UPDATE users SET name = 'O''Hara ''; DROP TABLE users; --', version = 17 WHERE id = 42",
        ),
        (Statement::Update(update("''\\")), "UPDATE users SET name = '''''\\', version = 17 WHERE id = 42"),
        (Statement::Update(update("")), "UPDATE users SET name = '', version = 17 WHERE id = 42"),
        (
            Statement::update(user(42, "Ada", None, 17)),
            "UPDATE users SET name = 'Ada', email = NULL, version = 17 WHERE id = 42",
        ),
        (
            Statement::Update(Update::between(&user(42, "Noor", None, 3), user(42, "Ada", None, 17))),
            "UPDATE users SET name = 'Ada', version = 17 WHERE id = 42",
        ),
        (
            Statement::Update(update("Ada").only_if(Condition::VersionIs(16))),
            "UPDATE users SET name = 'Ada', version = 17 WHERE id = 42 AND version = 16",
        ),
        (
            Statement::Update(update("Ada").only_if(Condition::VersionBelow(17))),
            "UPDATE users SET name = 'Ada', version = 17 WHERE id = 42 AND version < 17",
        ),
        (
            Statement::upsert(ada()),
            "INSERT INTO users (id, name, email, version) VALUES (42, 'Ada', 'ada@example.com', 17) ON CONFLICT (id) \
             DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, version = EXCLUDED.version",
        ),
        (
            Statement::UpsertMany { rows: batch(), conflict: OnConflict::KeepNewer },
            "INSERT INTO users (id, name, email, version) VALUES (42, 'Ada', 'ada@example.com', 17), \
             (7, 'Noor', NULL, 18) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email, \
             version = EXCLUDED.version WHERE users.version < EXCLUDED.version",
        ),
        (Statement::Delete { key: RowKey::order(9) }, "DELETE FROM orders WHERE id = 9"),
        (Statement::Begin, "BEGIN"),
        (Statement::Commit, "COMMIT"),
        (Statement::Rollback, "ROLLBACK"),
    ];
    for (statement, sql) in cases {
        assert_eq!(statement.to_string(), sql);
        let kinds = [statement.is_read(), statement.is_write(), statement.is_control()];
        assert_eq!(kinds.into_iter().filter(|is| *is).count(), 1, "{sql}");
        assert_eq!(statement.is_read(), sql.starts_with("SELECT"), "{sql}");
        assert_eq!(statement.table().is_none(), statement.is_control(), "{sql}");
    }
}

#[test]
fn tables_print_as_sql() {
    let expected = [
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, version INTEGER NOT NULL)",
        "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price NUMERIC(10, 2) NOT NULL, \
         stock INTEGER NOT NULL, version INTEGER NOT NULL)",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, total NUMERIC(10, 2) NOT NULL, \
         status TEXT NOT NULL, version INTEGER NOT NULL)",
    ];
    assert_eq!(TableId::ALL.map(TableId::create_sql), expected);
}

#[test]
fn amounts_have_two_decimals() {
    let cases = [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1_999, "19.99"), (-120_000, "-1200.00")];
    for (cents, text) in cases {
        assert_eq!(Value::Cents(cents).to_string(), text);
    }
}

#[test]
fn rows_that_do_not_fit_are_refused_in_the_words_of_the_database() {
    let id = Value::Integer(1);
    let new = |cells: &[Value]| Row::new(TableId::Users, cells.to_vec()).unwrap_err().to_string();
    let name = || Value::text("Ada");
    let cases = [
        (new(&[id.clone(), name(), Value::Null]), "INSERT has more target columns than expressions"),
        (
            new(&[id.clone(), name(), Value::Null, id.clone(), id.clone()]),
            "INSERT has more expressions than target columns",
        ),
        (
            new(&[id.clone(), Value::Null, Value::Null, id.clone()]),
            "null value in column \"name\" violates not-null constraint",
        ),
        (
            new(&[id.clone(), id.clone(), Value::Null, id.clone()]),
            "column \"name\" is of type text but expression is of type integer",
        ),
        (
            new(&[id.clone(), Value::text("a\0b"), Value::Null, id.clone()]),
            "invalid byte sequence for encoding \"UTF8\": 0x00",
        ),
        (new(&[Value::Integer(-1), name(), Value::Null, id.clone()]), "integer out of range"),
        (new(&[Value::Integer(1 << 32), name(), Value::Null, id.clone()]), "integer out of range"),
        (new(&[id.clone(), name(), Value::Null, Value::Integer(-1)]), "integer out of range"),
        (product(1, 10_000_000_000).unwrap_err().to_string(), "numeric field overflow"),
    ];
    for (error, words) in cases {
        assert_eq!(error, words);
    }
    assert!(product(1, 9_999_999_999).is_ok());
}

#[test]
fn updates_that_do_not_fit_are_refused() {
    let columns = |set: &[(&str, Value)]| Update::columns(RowKey::user(1), set).unwrap_err().to_string();
    let name = || ("name", Value::text("Ada"));
    assert_eq!(columns(&[]), "syntax error at or near \"WHERE\"");
    assert_eq!(columns(&[name(), name()]), "multiple assignments to same column \"name\"");
    assert_eq!(columns(&[("price", Value::Cents(1))]), "column \"price\" of relation \"users\" does not exist");
    assert_eq!(columns(&[("id", Value::Integer(2))]), "column \"id\" is the primary key and can't be updated");
    assert_eq!(columns(&[("version", Value::Integer(-2))]), "integer out of range");
    assert_eq!(columns(&[("name", Value::Null)]), "null value in column \"name\" violates not-null constraint");
}

#[test]
fn cache_keys_name_rows() {
    for key in [RowKey::user(42), RowKey::product(0), RowKey::order(u32::MAX)] {
        assert_eq!(RowKey::from_cache_key(&key.cache_key()), Some(key));
    }
    assert_eq!(RowKey::user(42).cache_key(), "user:42");
    assert_eq!(RowKey::user(42).to_string(), "users:42");
    let others = ["", "user", "user:", "user:-1", "user:+1", "user:042", "user:00", "user:4294967296", "users:42"];
    for text in others.into_iter().chain(["user:42 ", "user:4:2", "thing:1", "user:٤٢", "USER:42"]) {
        assert_eq!(RowKey::from_cache_key(text), None, "{text:?}");
    }
}

#[test]
fn rows_print_as_json() {
    let ada = user(42, "Ada", Some("ada@example.com"), 17);
    assert_eq!(ada.to_json(), r#"{"id":42,"name":"Ada","email":"ada@example.com","version":17}"#);
    let quoted = user(1, "\"\\\n\u{1}é😀</script>", None, 0);
    assert_eq!(quoted.to_json(), r#"{"id":1,"name":"\"\\\n\u0001é😀</script>","email":null,"version":0}"#);
    let lamp = product(7, 1_990).unwrap();
    assert_eq!(lamp.to_json(), r#"{"id":7,"name":"Lamp","price":19.90,"stock":3,"version":1}"#);
}

#[test]
fn json_that_is_no_row_is_refused_with_the_reason() {
    let cases = [
        ("", "EOF while parsing a value"),
        ("null", "expected an object with the table's columns"),
        ("[42]", "expected an object with the table's columns"),
        (r#"{"id":1,"name":"Ada","version":1}"#, "missing field `email`"),
        (r#"{"id":1,"id":2,"name":"Ada","email":null,"version":1}"#, "column \"id\" twice"),
        (r#"{"id":1,"name":"Ada","email":null,"version":1,"admin":true}"#, "unknown column \"admin\""),
        (r#"{"id":1,"name":"Ada","email":null,"version":1}x"#, "trailing characters"),
        (r#"{"id":1,"name":["Ada"],"email":null,"version":1}"#, "expected a value of type TEXT for column \"name\""),
        (r#"{"id":1.5,"name":"Ada","email":null,"version":1}"#, "expected a value of type INTEGER for column \"id\""),
        (r#"{"id":-1,"name":"Ada","email":null,"version":1}"#, "integer out of range"),
        (r#"{"id":1,"name":null,"email":null,"version":1}"#, "null value in column \"name\""),
        (r#"{"id":1,"name":"\ud800","email":null,"version":1}"#, "hex escape"),
        (r#"{"id":99999999999999999999,"name":"a","email":null,"version":1}"#, "column \"id\""),
    ];
    for (text, reason) in cases {
        let error = Row::from_json(TableId::Users, text).unwrap_err().to_string();
        assert!(error.starts_with("this is no cached row of \"users\": "), "{error}");
        assert!(error.contains(reason), "{text}: {error}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let hostile = format!(r#"{{"id":{deep},"name":"a","email":null,"version":1}}"#);
    assert!(Row::from_json(TableId::Users, &hostile).is_err());
    for price in ["19.999", "1e300", "-1e12", "100000000", "NaN", "\"19.99\"", "19,99"] {
        let text = format!(r#"{{"id":1,"name":"a","price":{price},"stock":1,"version":1}}"#);
        assert!(Row::from_json(TableId::Products, &text).is_err(), "{price}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_row_survives_the_cache(id: u32, name in "[^\0]*", email in prop::option::of("[^\0]*"), version in 0..=i64::MAX) {
        let row = user(i64::from(id), &name, email.as_deref(), version);
        let text = row.to_json();
        prop_assert_eq!(&Row::from_json(TableId::Users, &text), &Ok(row.clone()));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(value["name"].as_str(), Some(name.as_str()));
        // Any other order of the members gives the same row.
        prop_assert_eq!(Row::from_json(TableId::Users, &value.to_string()), Ok(row));
    }

    #[test]
    fn an_amount_survives_the_cache(cents in -9_999_999_999..=9_999_999_999i64) {
        let row = product(1, cents).unwrap();
        prop_assert_eq!(Row::from_json(TableId::Products, &row.to_json()), Ok(row));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, table in prop::sample::select(&TableId::ALL)) {
        let _ = Row::from_json(table, &text);
        let _ = RowKey::from_cache_key(&text);
    }

    /// Whatever the text, the printed literal is one string constant: its quotes pair up, and undone they give the text.
    #[test]
    fn a_literal_never_ends_early(text in "[^\0]*") {
        let sql = Value::text(text.as_str()).to_string();
        let inner = sql.strip_prefix('\'').and_then(|sql| sql.strip_suffix('\'')).unwrap();
        prop_assert!(!inner.replace("''", "").contains('\''));
        prop_assert_eq!(inner.replace("''", "'"), text);
    }

    #[test]
    fn every_change_shows(id: u32, table in prop::sample::select(&TableId::ALL), version in 1..1_000u64) {
        let mut row = seed::row(RowKey::new(table, id));
        for version in version..version + 20 {
            let next = changed(&row, version);
            prop_assert_eq!(next.key(), row.key());
            prop_assert_eq!(next.version(), version);
            let differing = next.columns().zip(row.columns()).filter(|((_, new), (_, old))| new != old);
            let names: Vec<&str> = differing.map(|((column, _), _)| column.name).collect();
            let shown = match table { TableId::Users => "name", TableId::Products => "price", TableId::Orders => "status" };
            prop_assert!(names.contains(&shown) && names.contains(&"version"), "{names:?}");
            prop_assert_eq!(&next, &changed(&row, version));
            prop_assert_eq!(Row::new(table, next.cells().to_vec()), Ok(next.clone()));
            row = next;
        }
    }
}

#[test]
fn changes_take_any_row_and_version() {
    let odd = user(0, "", None, 0);
    assert_eq!(changed(&odd, u64::MAX).version(), i64::MAX as u64);
    let cells = [Value::Integer(1), Value::Integer(i64::MIN), Value::Cents(0), Value::text("lost"), Value::Integer(0)];
    let order = Row::new(TableId::Orders, cells.to_vec()).unwrap();
    assert_eq!(changed(&order, 1).get("status"), Some(&Value::text("pending")));
    let cells = [Value::Integer(1), Value::text(""), Value::Cents(0), Value::Integer(i64::MIN), Value::Integer(0)];
    let empty = Row::new(TableId::Products, cells.to_vec()).unwrap();
    assert!(matches!(changed(&empty, 1).get("stock"), Some(Value::Integer(1..))));
}

#[test]
fn seeds_are_believable() {
    assert_eq!(
        seed::row(RowKey::user(42)).to_json(),
        r#"{"id":42,"name":"Ada","email":"ada@example.com","version":0}"#
    );
    let emails: BTreeSet<Value> =
        seed::rows(TableId::Users, 5_000).filter_map(|row| row.get("email").cloned()).collect();
    assert_eq!(emails.len(), 5_000, "addresses are unique");
    let names: BTreeSet<Value> =
        seed::rows(TableId::Products, 200).filter_map(|row| row.get("name").cloned()).collect();
    assert_eq!(names.len(), 200, "products are told apart");
    for order in seed::rows(TableId::Orders, 500) {
        let Some(Value::Integer(buyer)) = order.get("user_id") else { panic!("an order without a buyer") };
        assert!(
            (1..=i64::from(order.key().id)).contains(buyer),
            "each order belongs to a user with an id up to its own"
        );
        assert_eq!(order.version(), 0);
    }
    for table in TableId::ALL {
        for id in [0, 1, 57, u32::MAX] {
            assert_eq!(seed::row(RowKey::new(table, id)), seed::row(RowKey::new(table, id)));
        }
    }
}
