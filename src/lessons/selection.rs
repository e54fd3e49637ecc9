//! The claim that no pattern suits everybody.

use std::collections::BTreeSet;

use super::guide::{Ranked, Weights, rank, under};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing};
use crate::engine::Span;
use crate::patterns;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::workload::Mix;
use crate::world::Settings;

/// SG1.
pub(super) static NO_BEST_PATTERN: Claim = Claim {
    id: "SG1",
    pattern: "cache-aside",
    says: "Which pattern is best depends on the workload and on what matters.",
    measures: "different winners among questions asked of the guide",
    check: |runs| {
        let winners = winners(runs)?;
        let different: BTreeSet<&str> = winners.iter().map(|winner| winner.pattern.as_str()).collect();
        let figure = Figure::count(different.len(), "winner").against(words::number(winners.len()), "questions");
        Some(Finding { holds: different.len() > 1, figure })
    },
    proof: Exhibit {
        title: "Three questions to the guide, over two workloads",
        showings: || {
            let reads = patterns::ALL.iter().map(|pattern| (pattern, mostly_reads()));
            let writes = patterns::ALL.iter().map(|pattern| (pattern, mostly_writes()));
            let all = reads.chain(writes);
            all.map(|(pattern, scenario)| Showing::new(pattern.name, under(&scenario, pattern.id), 20.0)).collect()
        },
        tell: |runs| {
            let told: Vec<String> =
                QUESTIONS.iter().zip(winners(runs)?).map(|(question, winner)| tell_winner(question, &winner)).collect();
            Some(format!("{}.", told.join(". ")))
        },
    },
    breaks: &[],
    cures: &[],
};

fn mostly_reads() -> Scenario {
    Scenario {
        seed: 5,
        duration: Span::from_secs(60),
        workload: Mix { rate: 1.2, read_share: 0.85, keys: 6, ..Mix::default() },
        settings: Settings { ttl: Some(Span::from_secs(15)), ..Settings::default() },
        ..Scenario::default()
    }
}

fn mostly_writes() -> Scenario {
    let workload = Mix { read_share: 0.25, ..mostly_reads().workload };
    Scenario { workload, ..mostly_reads() }
}

/// A question to the guide.
struct Question {
    wish: &'static str,
    /// Whether it is about the workload of mostly writes.
    of_writes: bool,
    weights: Weights,
}

const QUESTIONS: [Question; 3] = [
    Question {
        wish: "mostly writes that are to be fast",
        of_writes: true,
        weights: Weights { write_latency: 1.0, ..Weights::NONE },
    },
    Question {
        wish: "mostly writes of which none may be lost, and reads that are to be fresh and fast",
        of_writes: true,
        weights: Weights { loss: 2.0, staleness: 2.0, read_latency: 1.0, ..Weights::NONE },
    },
    Question {
        wish: "mostly reads that may be stale, with writes that are to be fast and never lost",
        of_writes: false,
        weights: Weights { loss: 2.0, write_latency: 1.0, ..Weights::NONE },
    },
];

/// The best pattern for each question: of runs of mostly reads, followed by as many of mostly writes.
fn winners(runs: &[Run]) -> Option<Vec<Ranked>> {
    let (reads, writes) = runs.split_at_checked(runs.len() / 2)?;
    let best = |question: &Question| {
        let workload = if question.of_writes { writes } else { reads };
        rank(workload, question.weights).into_iter().next()
    };
    QUESTIONS.iter().map(best).collect()
}

fn tell_winner(question: &Question, winner: &Ranked) -> String {
    let name = patterns::find(&winner.pattern).map_or("?", |pattern| pattern.name);
    format!("For {}: {name}, with {} of 100 ({})", question.wish, words::short(winner.score), winner.reasons.join("; "))
}
