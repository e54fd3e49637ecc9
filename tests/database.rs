//! Which rows are kept, how changes are seen, and how locks are waited for.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use cachescope::database::{
    Catalogue, Connection, Database, DatabaseError, Execution, OnConflict, Outcome, Row, RowBatch, RowKey, Statement,
    TableId, changed, seed,
};

fn database() -> Database {
    let mut database = Database::new(&Catalogue::course());
    database.seed(seed::rows(TableId::Users, 50)).unwrap();
    database
}

#[test]
fn rows_of_any_id_are_kept_in_order() {
    let mut database = Database::new(&Catalogue::course());
    let connection = database.connect().unwrap();
    let ids = [u32::MAX, 3, 262_144, 262_143, 0, 1_000_000];
    for id in ids {
        run(&mut database, connection, &Statement::Insert(seed::row(RowKey::product(id)))).unwrap();
    }
    run(&mut database, connection, &Statement::Delete { key: RowKey::product(1_000_000) }).unwrap();
    let kept: Vec<u32> = database.rows(TableId::Products).map(|row| row.key().id).collect();
    assert_eq!(kept, [0, 3, 262_143, 262_144, u32::MAX]);
    assert_eq!(database.row_count(TableId::Products), 5);
    assert_eq!(database.row(RowKey::product(262_144)).unwrap().key().id, 262_144);
    assert_eq!(database.row(RowKey::product(5)), None);
}

#[test]
fn a_table_that_the_catalogue_lacks_does_not_exist() {
    let mut database = Database::new(&Catalogue::of([TableId::Users]));
    let connection = database.connect().unwrap();
    let error = run(&mut database, connection, &Statement::Select { key: RowKey::order(1) }).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.sqlstate()), ("relation \"orders\" does not exist", "42P01"));
    assert_eq!(database.seed([seed::row(RowKey::order(1))]), Err(error));
}

fn run(database: &mut Database, connection: Connection, statement: &Statement) -> Result<Execution, DatabaseError> {
    database.execute(connection, 0, statement)
}

fn set_version(id: u32, version: u64) -> Statement {
    Statement::update(changed(&seed::row(RowKey::user(id)), version))
}

#[test]
fn others_see_a_change_only_once_it_commits() {
    let mut database = database();
    let (writer, reader) = (database.connect().unwrap(), database.connect().unwrap());
    let select = Statement::Select { key: RowKey::user(1) };
    let version = |database: &mut Database, connection| match run(database, connection, &select).unwrap() {
        Execution::Done(outcome) => outcome.rows()[0].version(),
        Execution::Blocked { .. } => panic!("readers never wait"),
    };
    run(&mut database, writer, &Statement::Begin).unwrap();
    run(&mut database, writer, &set_version(1, 5)).unwrap();
    assert_eq!((version(&mut database, writer), version(&mut database, reader)), (5, 0));
    assert!(database.take_changes().is_empty());
    run(&mut database, writer, &Statement::Commit).unwrap();
    assert_eq!(version(&mut database, reader), 5);
    let changes = database.take_changes();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].by, changes[0].lsn.0), (writer, 2));
    let stats = database.stats();
    assert_eq!((stats.reads, stats.writes, stats.rows_read, stats.rows_written, stats.commits), (3, 1, 3, 1, 1));
}

#[test]
fn a_deadlock_is_told_as_postgresql_tells_it() {
    let mut database = database();
    let (one, two) = (database.connect().unwrap(), database.connect().unwrap());
    for (connection, id) in [(one, 1), (two, 2)] {
        run(&mut database, connection, &Statement::Begin).unwrap();
        run(&mut database, connection, &set_version(id, 7)).unwrap();
    }
    assert_eq!(run(&mut database, one, &set_version(2, 8)), Ok(Execution::Blocked { by: two }));
    assert_eq!(database.activity().next().unwrap().waits_for, Some(RowKey::user(2)));
    let error = run(&mut database, two, &set_version(1, 9)).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.sqlstate()), ("deadlock detected", "40P01"));
    assert!(error.is_transient());
    assert_eq!((database.stats().deadlocks, database.stats().lock_waits), (1, 1));
    assert_eq!(
        error.detail().unwrap(),
        "Process 2 waits for ShareLock on transaction 1; blocked by process 1.\n\
         Process 1 waits for ShareLock on transaction 2; blocked by process 2."
    );
    // The one that was given up let go of its row, so that the other goes on.
    assert_eq!(database.take_woken(), [one]);
    assert_eq!(run(&mut database, one, &set_version(2, 8)), Ok(Execution::Done(Outcome::Count(1))));
    let ignored = run(&mut database, two, &Statement::Select { key: RowKey::user(1) }).unwrap_err();
    let words = "current transaction is aborted, commands ignored until end of transaction block";
    assert_eq!(ignored.to_string(), words);
    assert_eq!(run(&mut database, two, &Statement::Commit), Ok(Execution::Done(Outcome::RolledBack)));
    assert_eq!(run(&mut database, one, &Statement::Commit), Ok(Execution::Done(Outcome::Committed)));
    assert_eq!(database.row(RowKey::user(2)).unwrap().version(), 8);
}

#[test]
fn a_row_goes_to_whoever_waited_first() {
    let mut database = database();
    let [holder, first, second] = [(); 3].map(|()| database.connect().unwrap());
    run(&mut database, holder, &Statement::Begin).unwrap();
    run(&mut database, holder, &set_version(1, 1)).unwrap();
    for connection in [first, second] {
        assert_eq!(run(&mut database, connection, &set_version(1, 2)), Ok(Execution::Blocked { by: holder }));
    }
    let lock = database.locks().next().unwrap();
    assert_eq!((lock.holder, lock.waiting), (holder, vec![first, second]));
    database.disconnect(holder, 9);
    assert_eq!(database.take_woken(), [first]);
    assert_eq!(run(&mut database, second, &set_version(1, 2)), Ok(Execution::Blocked { by: first }));
    assert!(database.cancel(first, 9), "a lock that was handed over and never used is let go of");
    assert_eq!(database.take_woken(), [second]);
    assert_eq!(run(&mut database, second, &set_version(1, 2)), Ok(Execution::Done(Outcome::Count(1))));
    assert_eq!(database.locks().count(), 0);
    assert!(!database.cancel(second, 9), "nothing waits any more");
}

#[test]
fn a_wait_that_was_given_up_wakes_nobody() {
    let mut database = database();
    let [holder, waiter] = [(); 2].map(|()| database.connect().unwrap());
    run(&mut database, holder, &Statement::Begin).unwrap();
    run(&mut database, holder, &set_version(1, 1)).unwrap();
    run(&mut database, waiter, &Statement::Begin).unwrap();
    assert_eq!(run(&mut database, waiter, &set_version(1, 2)), Ok(Execution::Blocked { by: holder }));
    run(&mut database, holder, &Statement::Commit).unwrap();
    assert!(database.cancel(waiter, 9));
    assert_eq!(database.take_woken(), []);
    assert!(database.activity().any(|activity| activity.connection == waiter && activity.failed));
    assert_eq!(run(&mut database, holder, &set_version(1, 3)), Ok(Execution::Done(Outcome::Count(1))));
}

#[test]
fn connections_are_limited_and_never_mixed_up() {
    let mut database = database();
    database.set_most_connections(1);
    let old = database.connect().unwrap();
    assert_eq!(database.connect().unwrap_err().to_string(), "sorry, too many clients already");
    database.disconnect(old, 0);
    let new = database.connect().unwrap();
    assert_ne!(old, new);
    let error = run(&mut database, old, &Statement::Begin).unwrap_err();
    assert_eq!(error.to_string(), "server closed the connection unexpectedly");
    assert_eq!(database.activity().map(|activity| activity.connection).collect::<Vec<_>>(), [new]);
}

#[test]
fn errors_name_what_they_are_about() {
    let mut database = database();
    let connection = database.connect().unwrap();
    let insert = Statement::Insert(seed::row(RowKey::user(42)));
    let error = run(&mut database, connection, &insert).unwrap_err();
    assert_eq!(error.to_string(), "duplicate key value violates unique constraint \"users_pkey\"");
    assert_eq!(error.detail().as_deref(), Some("Key (id)=(42) already exists."));
    let rows = RowBatch::by_table([1, 2, 1].map(|id| seed::row(RowKey::user(id)))).remove(0);
    let twice = Statement::UpsertMany { rows, conflict: OnConflict::Overwrite };
    let error = run(&mut database, connection, &twice).unwrap_err();
    assert_eq!(error.to_string(), "ON CONFLICT DO UPDATE command cannot affect row a second time");
    assert_eq!(database.stats().errors, 2);
}

#[test]
fn a_batch_is_split_by_table_and_keeps_its_order() {
    let keys = [RowKey::order(2), RowKey::user(9), RowKey::order(1), RowKey::user(3)];
    let batches = RowBatch::by_table(keys.map(seed::row));
    let told: Vec<Vec<RowKey>> = batches.iter().map(|batch| batch.rows().iter().map(Row::key).collect()).collect();
    assert_eq!(told, [[RowKey::user(9), RowKey::user(3)], [RowKey::order(2), RowKey::order(1)]]);
    assert_eq!(batches.iter().map(RowBatch::table).collect::<Vec<_>>(), [TableId::Users, TableId::Orders]);
    assert!(RowBatch::by_table([]).is_empty());
}
