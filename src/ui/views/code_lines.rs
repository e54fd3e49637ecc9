//! What the lines of a pattern's file do, as far as the stage tells it.

use crate::world::Actor;

/// What a line asks of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `GET`.
    CacheGet,
    /// `SET`, alone or with the queue.
    CacheSet,
    /// `DEL`.
    CacheDelete,
    /// Anything else of the cache.
    CacheOther,
    /// `SELECT`.
    Select,
    /// `UPDATE`, or a transaction.
    Update,
    /// To read, of the cache layer.
    LayerRead,
    /// To write, of the cache layer.
    LayerWrite,
    /// To wait.
    Sleep,
}

/// A line that waits for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// What for.
    pub step: Step,
}

impl Step {
    /// Whom the line asks.
    #[must_use]
    pub const fn asks(self) -> Option<Actor> {
        match self {
            Self::CacheGet | Self::CacheSet | Self::CacheDelete | Self::CacheOther => Some(Actor::Cache),
            Self::Select | Self::Update => Some(Actor::Database),
            Self::LayerRead | Self::LayerWrite => Some(Actor::Loader),
            Self::Sleep => None,
        }
    }
}

/// For each line of a pattern's file, counted from 0, what it waits for.
#[must_use]
pub fn tasks(source: &str) -> Vec<Option<Task>> {
    source.lines().map(|line| step(line).map(|step| Task { step })).collect()
}

/// A call's receiver and its name, and what it is. The first that a line contains counts.
const CALLS: [(&str, Step); 12] = [
    ("cache.get(", Step::CacheGet),
    ("cache.set(", Step::CacheSet),
    ("cache.add(", Step::CacheSet),
    ("cache.set_and_queue(", Step::CacheSet),
    ("cache.delete(", Step::CacheDelete),
    ("cache.", Step::CacheOther),
    ("database.select(", Step::Select),
    ("database.", Step::Update),
    ("transaction.", Step::Update),
    ("layer.read(", Step::LayerRead),
    ("layer.write(", Step::LayerWrite),
    (".sleep(", Step::Sleep),
];

fn step(line: &str) -> Option<Step> {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with("use ") {
        return None;
    }
    CALLS.iter().find(|(call, _)| line.contains(call)).map(|(_, step)| *step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns;

    #[test]
    fn every_pattern_has_lines_that_read_the_cache_or_ask_the_layer() {
        for pattern in &patterns::ALL {
            let steps: Vec<Step> = tasks(pattern.source).into_iter().flatten().map(|task| task.step).collect();
            let reads = steps.iter().any(|step| matches!(step, Step::CacheGet | Step::LayerRead));
            assert!(reads && steps.contains(&Step::Select), "{}: {steps:?}", pattern.id);
        }
    }

    #[test]
    fn a_line_of_words_does_nothing() {
        assert_eq!(tasks("// app.cache.get(key)\nlet a = 1;"), [None, None]);
        assert_eq!(tasks("app.cache.set_and_queue(&row)")[0].unwrap().step.asks(), Some(Actor::Cache));
    }
}
