//! The claims about what write-behind spares the database.

use super::measure::{begun_within, last_scene, pair, pattern_name, slowest_writes, write_capacity};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing, Unit};
use crate::engine::{Span, VirtualTime};
use crate::run::Run;
use crate::scenario::Step::Write;
use crate::scenario::{Scenario, scripted};
use crate::world::{CacheMemory, Settings, Timings};

/// WB2.
pub(super) static BATCHES: Claim = Claim {
    id: "WB2",
    pattern: "write-behind",
    says: "Writes to the database can be gathered into batches.",
    measures: "database statements for each acknowledged write",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (Spared::of(own)?, Spared::of(other)?);
        let figure = Figure::new(own.statements, Unit::Each("statement", "acknowledged write"));
        let figure = figure.against(other.statements, "without coalescing");
        Some(Finding { holds: own.statements < 1.0 && own.commits < 1.0 && own.statements < other.statements, figure })
    },
    proof: Exhibit {
        title: "Few rows are written again and again",
        showings: || with_all_copies(&HOT_ROWS),
        tell: tell_spared,
    },
    breaks: &[Exhibit {
        title: "Each write is of another row",
        showings: || with_all_copies(&OTHER_ROWS),
        tell: tell_spared,
    }],
    cures: &[],
};

const HOT_ROWS: [&str; 8] =
    ["product:1", "order:1", "product:1", "product:1", "order:1", "product:1", "product:1", "order:1"];
const OTHER_ROWS: [&str; 8] =
    ["product:1", "order:1", "user:1", "product:2", "order:2", "user:2", "product:3", "order:3"];

fn with_all_copies(keys: &[&str]) -> Vec<Showing> {
    let coalesced = written_in_turn(keys);
    let mut all_copies = coalesced.clone();
    all_copies.settings.coalesce = false;
    vec![
        Showing::new("Only the newest copy of a row is written", coalesced, 7.0),
        Showing::new("Every copy is written", all_copies, 7.0),
    ]
}

fn written_in_turn(keys: &[&str]) -> Scenario {
    let clients = [1, 2, 3, 4].into_iter().cycle();
    let requests: Vec<_> = keys
        .iter()
        .zip(clients)
        .enumerate()
        .map(|(place, (key, client))| (0.5 + words::number(place) * 1.2, client, Write, *key))
        .collect();
    let mut scenario = scripted("write-behind", 22, &requests);
    scenario.settings.ttl = None;
    scenario
}

/// What the database had to do for each write that it was spared or not.
struct Spared {
    writes: usize,
    statements: f64,
    commits: f64,
}

impl Spared {
    fn of(run: &Run) -> Option<Self> {
        let writes = run.audit.ledger(run.trace.end()).durable;
        let database = last_scene(run).database;
        let each = |count: u64| count as f64 / words::number(writes);
        (writes > 0).then(|| Self { writes, statements: each(database.writes), commits: each(database.commits) })
    }
}

fn tell_spared(runs: &[Run]) -> Option<String> {
    let (own, other) = pair(runs)?;
    let (own, other) = (Spared::of(own)?, Spared::of(other)?);
    Some(format!(
        "{} reached the database with {} and {} for each; without coalescing it was {}.",
        words::count(own.writes, "acknowledged write"),
        words::plural(own.statements, "statement"),
        words::plural(own.commits, "commit"),
        words::plural(other.statements, "statement"),
    ))
}

/// WB3.
pub(super) static WRITE_HEAVY: Claim = Claim {
    id: "WB3",
    pattern: "write-behind",
    says: "It suits loads with many writes.",
    measures: "writes acknowledged a second of a burst that the database can't carry",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (Burst::of(own)?, Burst::of(other)?);
        let figure = Figure::new(own.acknowledged, Unit::Each("write", "second"));
        let figure = figure.against(other.acknowledged, "write-through");
        let beyond = own.offered > 3.0 * own.capacity;
        let worse = other.failed > 0 || other.slowest > 2.0 * own.slowest;
        Some(Finding { holds: beyond && own.failed == 0 && worse && own.acknowledged > other.acknowledged, figure })
    },
    proof: Exhibit {
        title: "A burst of writes at a small database",
        showings: || with_through(Showing::new("The queue takes it", burst(0), 9.0)),
        tell: tell_burst,
    },
    breaks: &[Exhibit {
        title: "The queue fills the cache's memory",
        showings: || with_through(Showing::new("No memory for the queue", burst(4_500), 9.0)),
        tell: tell_burst,
    }],
    cures: &[],
};

fn with_through(behind: Showing) -> Vec<Showing> {
    let through = behind.under("write-through", "Write-through: the database is the bottleneck");
    vec![behind, through]
}

const BURST: (f64, f64) = (1.0, 9.0);

/// Eight writes a second for some seconds, at a database that can carry about one.
fn burst(maxmemory: u64) -> Scenario {
    let keys = ["product:1", "order:1", "user:1", "product:2", "order:2", "user:2", "product:3", "order:3"];
    let requests: Vec<_> = (0_u8..64)
        .zip(keys.iter().cycle())
        .map(|(place, key)| (BURST.0 + f64::from(place) / 8.0, place % 12 + 1, Write, *key))
        .collect();
    let mut scenario = scripted("write-behind", 45, &requests);
    scenario.timings = Timings { database_workers: 1, pool: 2, pool_waiting: 6, ..Timings::classroom() };
    let flush_interval = Span::from_secs(4);
    scenario.settings = Settings { ttl: None, flush_interval, flush_batch: 32, ..Settings::default() };
    scenario.memory = CacheMemory { maxmemory, ..CacheMemory::default() };
    scenario
}

/// What became of the writes of a burst.
struct Burst {
    /// Writes a second asked for.
    offered: f64,
    /// Writes a second that the database can carry.
    capacity: f64,
    /// Writes a second acknowledged.
    acknowledged: f64,
    failed: usize,
    requests: usize,
    /// Seconds that 99 in 100 of the acknowledged stayed below.
    slowest: f64,
}

impl Burst {
    fn of(run: &Run) -> Option<Self> {
        let (from, to) = (VirtualTime::from_secs_f64(BURST.0), VirtualTime::from_secs_f64(BURST.1));
        let writes: Vec<_> = begun_within(run, from, to).into_iter().filter(|request| !request.is_read()).collect();
        let seconds = to.since(from).as_secs_f64();
        let failed = writes.iter().filter(|write| write.failed()).count();
        Some(Self {
            offered: words::number(writes.len()) / seconds,
            capacity: write_capacity(&run.scenario.timings),
            acknowledged: words::number(writes.len() - failed) / seconds,
            failed,
            requests: writes.len(),
            slowest: slowest_writes(run)?,
        })
    }
}

fn tell_burst(runs: &[Run]) -> Option<String> {
    let (first, second) = pair(runs)?;
    let (own, other) = (Burst::of(first)?, Burst::of(second)?);
    let fate = |run: &Run, burst: &Burst| {
        format!(
            "{} acknowledged {} and refused or failed {}, the slowest took {}",
            pattern_name(run),
            burst.requests - burst.failed,
            burst.failed,
            words::seconds(burst.slowest),
        )
    };
    Some(format!(
        "{} writes a second came, {} times what the database can carry. {}; {}.",
        words::short(own.offered),
        words::short(own.offered / own.capacity),
        fate(first, &own),
        fate(second, &other),
    ))
}
