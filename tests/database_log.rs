//! The write-ahead log: recovery at every point, checkpoints, and standbys that replay it.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use cachescope::database::{
    Catalogue, Connection, Database, Execution, LogEntry, LogRecord, Lsn, OnConflict, Outcome, ReplayError, Row,
    RowBatch, RowKey, Statement, TableId, changed, seed,
};
use proptest::prelude::*;

fn seeded() -> Database {
    let mut database = Database::new(&Catalogue::course());
    database.seed(seed::rows(TableId::Users, 4)).unwrap();
    database
}

fn done(database: &mut Database, connection: Connection, statement: Statement) -> Outcome {
    match database.execute(connection, 7, &statement).unwrap() {
        Execution::Done(outcome) => outcome,
        Execution::Blocked { by } => panic!("{statement} blocked by {by}"),
    }
}

fn rows(database: &Database) -> Vec<Row> {
    TableId::ALL.into_iter().flat_map(|table| database.rows(table).cloned()).collect()
}

fn user(id: u32, version: u64) -> Row {
    changed(&seed::row(RowKey::user(id)), version)
}

/// One small action of a random primary: two connections work on rows of their own, so that nobody waits.
#[derive(Clone, Debug)]
enum Action {
    Upsert(usize, u32, u64),
    Batch(usize, u64),
    Delete(usize, u32),
    Begin(usize),
    Commit(usize),
    Rollback(usize),
    Checkpoint,
    Crash,
}

fn action() -> impl Strategy<Value = Action> {
    let who = 0..2usize;
    prop_oneof![
        8 => (who.clone(), 0..3u32, 1..99u64).prop_map(|(who, id, version)| Action::Upsert(who, id, version)),
        2 => (who.clone(), 1..99u64).prop_map(|(who, version)| Action::Batch(who, version)),
        2 => (who.clone(), 0..3u32).prop_map(|(who, id)| Action::Delete(who, id)),
        4 => who.clone().prop_map(Action::Begin),
        3 => who.clone().prop_map(Action::Commit),
        1 => who.prop_map(Action::Rollback),
        1 => Just(Action::Checkpoint),
        1 => Just(Action::Crash),
    ]
}

fn act(database: &mut Database, connections: &mut [Connection; 2], action: &Action) {
    let row = |who: usize, id: u32| 2 * id + 1 + who as u32;
    let (who, statement) = match *action {
        Action::Upsert(who, id, version) => (who, Statement::upsert(user(row(who, id), version))),
        Action::Batch(who, version) => {
            let users = [2, 0].map(|id| user(row(who, id), version));
            let rows = RowBatch::by_table(users).remove(0);
            (who, Statement::UpsertMany { rows, conflict: OnConflict::KeepNewer })
        }
        Action::Delete(who, id) => (who, Statement::Delete { key: RowKey::user(row(who, id)) }),
        Action::Begin(who) => (who, Statement::Begin),
        Action::Commit(who) => (who, Statement::Commit),
        Action::Rollback(who) => (who, Statement::Rollback),
        Action::Checkpoint => return database.checkpoint(),
        Action::Crash => {
            database.crash();
            database.recover(7);
            *connections = [database.connect().unwrap(), database.connect().unwrap()];
            return;
        }
    };
    done(database, connections[who], statement);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// A crash at any moment leaves exactly what had committed, and a second one changes nothing.
    #[test]
    fn recovery_gives_back_what_was_committed(actions in prop::collection::vec(action(), 1..60)) {
        let mut database = seeded();
        let mut connections = [database.connect().unwrap(), database.connect().unwrap()];
        for action in &actions {
            act(&mut database, &mut connections, action);
            let mut victim = database.clone();
            for time in 0..2 {
                victim.crash();
                let survived = victim.log().to_vec();
                prop_assert!(survived.iter().all(|record| record.lsn <= victim.position()));
                victim.recover(8);
                prop_assert!(time == 0 || survived == victim.log(), "recovery leaves no transaction open");
                prop_assert_eq!(rows(&victim), rows(&database));
                prop_assert_eq!(victim.activity().count(), 0);
                prop_assert_eq!(victim.locks().count(), 0);
            }
        }
    }

    /// A standby that has replayed the log up to some record holds what the primary had committed there: when it goes on,
    /// when it crashes there, when it takes over there, and when it was made only then.
    #[test]
    fn a_standby_follows_the_primary(actions in prop::collection::vec(action(), 1..60)) {
        let mut primary = seeded();
        let mut standby = primary.standby();
        let mut fragile = standby.clone();
        let mut connections = [primary.connect().unwrap(), primary.connect().unwrap()];
        let mut history = vec![(Lsn(0), rows(&primary))];
        for action in &actions {
            act(&mut primary, &mut connections, action);
            prop_assert_eq!(rows(&primary.standby()), rows(&primary));
            let commits = primary.take_changes();
            if let Some(last) = commits.last() {
                history.push((last.lsn, rows(&primary)));
            }
            let records: Vec<LogRecord> = primary.log_after(standby.position()).unwrap().to_vec();
            for record in &records {
                standby.apply(record).unwrap();
                let there = history.iter().rev().find(|(lsn, _)| *lsn <= record.lsn).map(|(_, rows)| rows);
                prop_assert_eq!(Some(&rows(&standby)), there);
                prop_assert_eq!(standby.position(), record.lsn);
                // It crashes between the records of a transaction, and again after its end.
                fragile.apply(record).unwrap();
                prop_assert_eq!(rows(&fragile), rows(&standby));
                fragile.crash();
                fragile.recover(9);
                prop_assert_eq!(rows(&fragile), rows(&standby));
            }
            prop_assert_eq!(standby.take_changes(), commits);
            let mut restarted = standby.clone();
            restarted.crash();
            restarted.recover(9);
            prop_assert_eq!(rows(&restarted), rows(&standby));
            restarted.promote(10);
            let connection = restarted.connect().unwrap();
            done(&mut restarted, connection, Statement::upsert(user(9, 1)));
            let mut expected = rows(&standby);
            expected.push(user(9, 1));
            expected.sort_by_key(Row::key);
            restarted.crash();
            restarted.recover(11);
            prop_assert_eq!(rows(&restarted), expected);
        }
    }
}

#[test]
fn a_standby_made_in_the_middle_of_a_transaction_gets_all_of_it() {
    let mut primary = seeded();
    let (open, other) = (primary.connect().unwrap(), primary.connect().unwrap());
    done(&mut primary, open, Statement::Begin);
    done(&mut primary, open, Statement::update(user(1, 5)));
    done(&mut primary, other, Statement::update(user(2, 6)));
    let mut standby = primary.standby();
    assert_eq!(standby.row(RowKey::user(1)).unwrap().version(), 0);
    done(&mut primary, open, Statement::update(user(3, 7)));
    done(&mut primary, open, Statement::Commit);
    for record in primary.log_after(standby.position()).unwrap() {
        standby.apply(record).unwrap();
    }
    assert_eq!(rows(&standby), rows(&primary));
    assert_eq!(standby.row(RowKey::user(1)).unwrap().version(), 5);
}

#[test]
fn a_promoted_standby_ends_what_it_got_half_of_and_goes_on_with_fresh_numbers() {
    let mut primary = seeded();
    let mut standby = primary.standby();
    let (open, other) = (primary.connect().unwrap(), primary.connect().unwrap());
    done(&mut primary, other, Statement::Begin);
    done(&mut primary, other, Statement::update(user(2, 6)));
    done(&mut primary, open, Statement::Begin);
    done(&mut primary, open, Statement::update(user(1, 5)));
    done(&mut primary, other, Statement::Commit);
    for record in primary.log_after(Lsn(0)).unwrap() {
        standby.apply(record).unwrap();
    }
    done(&mut primary, open, Statement::Commit);
    assert!(standby.is_standby());
    standby.promote(12);
    assert!(!standby.is_standby());
    let writer = standby.connect().unwrap();
    done(&mut standby, writer, Statement::update(user(3, 7)));
    let told: Vec<String> = standby.log().iter().skip(3).map(ToString::to_string).collect();
    assert_eq!(told, ["4 tx 2 ABORT", "5 tx 3 PUT users:3 version 7", "6 tx 3 COMMIT"]);
    let versions: Vec<u64> = standby.rows(TableId::Users).map(Row::version).collect();
    assert_eq!(versions, [0, 6, 7, 0], "what had not arrived is lost");
}

#[test]
fn a_standby_takes_records_in_order_and_no_writes() {
    let mut primary = seeded();
    let mut standby = primary.standby();
    let writer = primary.connect().unwrap();
    done(&mut primary, writer, Statement::update(user(1, 1)));
    done(&mut primary, writer, Statement::update(user(1, 2)));
    let log = primary.log().to_vec();
    assert_eq!(standby.apply(&log[1]), Err(ReplayError::Gap { expected: Lsn(1), found: Lsn(2) }));
    assert_eq!(primary.apply(&log[0]), Err(ReplayError::NotStandby));
    for record in log.iter().chain(&log) {
        assert_eq!(standby.apply(record), Ok(()));
    }
    assert_eq!(standby.log(), primary.log());
    let reader = standby.connect().unwrap();
    let row = done(&mut standby, reader, Statement::Select { key: RowKey::user(1) });
    assert_eq!(row, Outcome::Row(Some(user(1, 2))));
    let refused = standby.execute(reader, 3, &Statement::update(user(1, 3))).unwrap_err();
    assert_eq!(refused.to_string(), "cannot execute UPDATE in a read-only transaction");
    standby.crash();
    assert_eq!(standby.apply(&log[0]), Err(ReplayError::StartingUp));
}

#[test]
fn the_log_tells_each_change_and_each_end() {
    let mut database = seeded();
    let connection = database.connect().unwrap();
    done(&mut database, connection, Statement::update(user(1, 1)));
    done(&mut database, connection, Statement::Begin);
    done(&mut database, connection, Statement::Delete { key: RowKey::user(2) });
    done(&mut database, connection, Statement::Rollback);
    let told: Vec<String> = database.log().iter().map(ToString::to_string).collect();
    let expected = ["1 tx 1 PUT users:1 version 1", "2 tx 1 COMMIT", "3 tx 2 DELETE users:2", "4 tx 2 ABORT"];
    assert_eq!(told, expected);
    assert_eq!(database.position(), Lsn(2), "what nobody committed need not be on disk");
}

#[test]
fn recovery_ends_transactions_that_were_open_in_the_log() {
    let mut database = seeded();
    let (open, other) = (database.connect().unwrap(), database.connect().unwrap());
    done(&mut database, open, Statement::Begin);
    done(&mut database, open, Statement::update(user(1, 5)));
    done(&mut database, other, Statement::update(user(2, 6)));
    done(&mut database, open, Statement::update(user(3, 7)));
    assert_eq!(database.log().len(), 4);
    database.crash();
    assert!(!database.is_running());
    assert_eq!(database.log().len(), 3, "the last record was not on disk");
    assert_eq!(database.recover(9), 3);
    let last = database.log().last().unwrap();
    assert_eq!((last.entry.clone(), last.at), (LogEntry::Abort, 9));
    assert_eq!(database.row(RowKey::user(1)).unwrap().version(), 0);
    assert_eq!(database.row(RowKey::user(2)).unwrap().version(), 6);
    assert_eq!(database.recover(10), 0, "a database that runs has nothing to recover");
}

#[test]
fn checkpoints_bound_the_log_and_lose_nothing() {
    let mut database = seeded();
    let (writer, open) = (database.connect().unwrap(), database.connect().unwrap());
    done(&mut database, open, Statement::Begin);
    done(&mut database, open, Statement::update(user(4, 1)));
    for version in 1..=20_000 {
        done(&mut database, writer, Statement::update(user(1 + version as u32 % 3, version)));
        assert!(database.log().len() < 10_000);
    }
    assert_eq!(database.log_after(Lsn(0)), None, "a standby from the start would come too late");
    done(&mut database, open, Statement::Commit);
    let expected = rows(&database);
    assert_eq!(expected[3].version(), 1);
    database.crash();
    let replayed = database.recover(9);
    assert!(replayed < 10_000, "{replayed} records replayed");
    assert_eq!(rows(&database), expected);
}

#[test]
fn a_held_log_keeps_what_a_late_standby_needs() {
    let mut primary = seeded();
    let mut standby = primary.standby();
    primary.hold_log(Some(standby.position()));
    let writer = primary.connect().unwrap();
    for version in 1..=12_000 {
        done(&mut primary, writer, Statement::update(user(1, version)));
    }
    for record in primary.log_after(standby.position()).unwrap() {
        standby.apply(record).unwrap();
    }
    assert_eq!(rows(&standby), rows(&primary));
    primary.hold_log(None);
    primary.checkpoint();
    assert!(primary.log().len() < 2_000);
}
