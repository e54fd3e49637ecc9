//! The claim that write-behind is hard to get right: three ways to get it wrong, each beside its careful variant.

use std::collections::BTreeMap;

use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing};
use crate::audit::LostCause;
use crate::database::RowKey;
use crate::engine::{Distribution, Span, VirtualTime};
use crate::run::Run;
use crate::scenario::Step::Write;
use crate::scenario::{Scenario, scripted, with_outage};
use crate::world::{Actor, EventKind, FaultKind, Settings, Timings, WriteId};

/// WB6.
pub(super) static HARD: Claim = Claim {
    id: "WB6",
    pattern: "write-behind",
    says: "It is hard to get right.",
    measures: "mishaps of careless flushers in three scenes",
    check: |runs| {
        let pairs: Vec<(usize, usize)> = runs.chunks_exact(2).filter_map(mishaps_of_both).collect();
        if pairs.is_empty() {
            return None;
        }
        let (careless, careful): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
        let careful_total = words::number(careful.iter().sum());
        let figure = Figure::count(careless.iter().sum(), "mishap").against(careful_total, "careful flushers");
        let holds =
            pairs.len() == SCENES.len() && pairs.iter().all(|(careless, careful)| *careless > 0 && *careful == 0);
        Some(Finding { holds, figure })
    },
    proof: Exhibit {
        title: "Three scenes, each with a careless and a careful flusher",
        showings: || {
            let (mut out_of_order, mut partial, mut popped) = (out_of_order(), partial_batch(), flusher_crash());
            let careless = [out_of_order.clone(), partial.clone(), popped.clone()];
            out_of_order.settings.versioned = true;
            partial.settings.apart = false;
            popped.settings.pop_first = false;
            let [first, second, third] = careless;
            vec![
                Showing::new("Out of order: written at once, the oldest copy lands last", first, 9.4),
                Showing::new("Out of order, careful: an older copy never replaces a newer one", out_of_order, 9.4),
                Showing::new("Partial batch: some rows are in, the others are not", second, 8.6),
                Showing::new("Partial batch, careful: one transaction, all or nothing", partial, 8.6),
                Showing::new("Dead flusher: it had taken the only copies out of the queue", third, 7.1),
                Showing::new("Dead flusher, careful: entries stay queued until they are written", popped, 7.1),
            ]
        },
        tell: |runs| {
            let told: Option<Vec<String>> = SCENES.iter().zip(runs.chunks_exact(2)).map(tell_scene).collect();
            let told = told.filter(|told| !told.is_empty())?;
            Some(told.join(" "))
        },
    },
    breaks: &[],
    cures: &[],
};

/// What each two runs are about.
const SCENES: [&str; 3] = ["Out of order", "Written in part and tried again", "Dead flusher"];

/// Two copies of a row in one flush, each written by a statement of its own that takes its time.
fn out_of_order() -> Scenario {
    let requests = [(0.5, 1, Write, "product:1"), (1.8, 2, Write, "order:1"), (3.0, 3, Write, "product:1")];
    let mut scenario = careless(scripted("write-behind", 16, &requests));
    scenario.settings.coalesce = false;
    let write = Distribution::Uniform { low: Span::from_millis(100), high: Span::from_millis(2_500) };
    scenario.timings = Timings { write, ..Timings::classroom() };
    scenario.seed = OUT_OF_ORDER_SEED;
    scenario
}

const OUT_OF_ORDER_SEED: u64 = 1;

/// The database dies while a flush is under way.
fn partial_batch() -> Scenario {
    let requests = [
        (0.5, 1, Write, "order:1"),
        (1.2, 2, Write, "product:1"),
        (1.9, 3, Write, "user:1"),
        (2.6, 4, Write, "order:2"),
    ];
    let mut scenario = careless(scripted("write-behind", 24, &requests));
    scenario.timings = Timings { database_workers: 1, ..Timings::classroom() };
    with_outage(scenario, Actor::Database, FaultKind::Crash, 8.4, 11.0)
}

/// The flusher dies while its batch is on the way.
fn flusher_crash() -> Scenario {
    let requests = [(0.5, 1, Write, "product:1"), (1.6, 2, Write, "order:1"), (2.7, 3, Write, "user:1")];
    let mut scenario = scripted("write-behind", 22, &requests);
    scenario.settings = Settings { ttl: None, pop_first: true, ..Settings::default() };
    with_outage(scenario, Actor::Flusher, FaultKind::Crash, 7.0, 10.0)
}

fn careless(mut scenario: Scenario) -> Scenario {
    scenario.settings = Settings { ttl: None, apart: true, ..Settings::default() };
    scenario
}

/// What went wrong between the queue and the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mishaps {
    /// Acknowledged writes lost before the database had them.
    lost: usize,
    /// Commits that replaced a row by an older one.
    backward: usize,
    /// Commits of a write that had been committed before.
    repeated: usize,
    /// Batches that the flusher let go of with some writes in the database and others not.
    partial: usize,
}

impl Mishaps {
    fn of(run: &Run) -> Self {
        let mut mishaps = Self { lost: dropped(run), ..Self::default() };
        let mut rows: BTreeMap<RowKey, u64> = BTreeMap::new();
        let mut hand: Vec<WriteId> = Vec::new();
        for event in run.trace.events() {
            match &event.kind {
                EventKind::RowCommitted { row } => {
                    let before = rows.insert(row.key(), row.version());
                    mishaps.backward += usize::from(before > Some(row.version()));
                    mishaps.repeated += usize::from(row.version() > 0 && before == Some(row.version()));
                }
                EventKind::InHand { writes } if writes.is_empty() => {
                    mishaps.partial += usize::from(is_partial(run, &hand, event.at));
                    hand.clear();
                }
                EventKind::InHand { writes } => hand = writes.to_vec(),
                _ => {}
            }
        }
        mishaps
    }

    fn total(self) -> usize {
        self.lost + self.backward + self.repeated + self.partial
    }

    fn in_words(self) -> String {
        let kinds = [
            (self.lost, "acknowledged write lost", "acknowledged writes lost"),
            (self.backward, "row put back to an older version", "rows put back to an older version"),
            (self.repeated, "write carried out twice", "writes carried out twice"),
            (self.partial, "batch left in part", "batches left in part"),
        ];
        let some = kinds.into_iter().filter(|(count, ..)| *count > 0);
        let told: Vec<String> =
            some.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect();
        if told.is_empty() { "nothing wrong".to_owned() } else { words::list(&told) }
    }
}

/// Lost writes, but for those that an older write covered: they are told as rows put back.
fn dropped(run: &Run) -> usize {
    let lost = run.audit.lost_writes(run.trace.end()).filter_map(|write| write.lost());
    lost.filter(|lost| lost.cause != LostCause::Overwritten).count()
}

fn is_partial(run: &Run, batch: &[WriteId], at: VirtualTime) -> bool {
    let stored =
        |write: &&WriteId| run.audit.write(**write).and_then(|write| write.durable).is_some_and(|since| since <= at);
    let stored = batch.iter().filter(stored).count();
    stored > 0 && stored < batch.len()
}

fn mishaps_of_both(pair: &[Run]) -> Option<(usize, usize)> {
    let [careless, careful] = pair else { return None };
    Some((Mishaps::of(careless).total(), Mishaps::of(careful).total()))
}

fn tell_scene((scene, pair): (&&str, &[Run])) -> Option<String> {
    let [careless, careful] = pair else { return None };
    let (careless, careful) = (Mishaps::of(careless).in_words(), Mishaps::of(careful).in_words());
    Some(format!("{scene}: the careless flusher left {careless}, the careful one {careful}."))
}
