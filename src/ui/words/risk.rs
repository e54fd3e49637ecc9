//! How many acknowledged writes were not yet in the database, over time: the curve above the timeline.

use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::run::Run;

/// The width of the curve's drawing; its height is [`HEIGHT`].
pub const WIDTH: f64 = 1000.0;
/// The height of the curve's drawing.
pub const HEIGHT: f64 = 26.0;

/// The curve as two paths of an SVG.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// The line.
    pub line: String,
    /// The area below it.
    pub area: String,
}

/// The curve of a run; nothing when no write was ever at risk.
#[must_use]
pub fn risk(run: &Run) -> Option<Risk> {
    let steps = steps(run);
    let top = steps.iter().map(|(_, count)| *count).max().filter(|top| *top > 0)?;
    let end = run.trace.end();
    let x = |at: VirtualTime| at.as_secs_f64() / end.as_secs_f64().max(1e-9) * WIDTH;
    let y = |count: usize| HEIGHT - count as f64 / top as f64 * (HEIGHT - 2.0);
    let mut line = format!("M0 {}", Decimal(HEIGHT));
    for (at, count) in steps {
        line.push_str(&format!("H{:.1}V{:.1}", Decimal(x(at)), Decimal(y(count))));
    }
    line.push_str(&format!("H{}", Decimal(WIDTH)));
    let area = format!("{line}V{}z", Decimal(HEIGHT));
    Some(Risk { line, area })
}

/// The times at which the number changes, and the number from then on.
fn steps(run: &Run) -> Vec<(VirtualTime, usize)> {
    let mut steps: Vec<(VirtualTime, usize)> = Vec::new();
    for (at, ledger) in run.audit.ledgers() {
        let (at, pending) = (*at, ledger.pending);
        if steps.last().map_or(0, |(_, before)| *before) != pending {
            steps.push((at, pending));
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn run(id: &str, pattern: Option<&str>) -> Run {
        Run::of(scenario::ready(id, pattern).unwrap()).unwrap()
    }

    #[test]
    fn the_curve_is_the_ledgers_pending_writes() {
        let run = run("write-behind-data-loss", None);
        let steps = steps(&run);
        for window in steps.windows(2) {
            let middle = VirtualTime::from_micros((window[0].0.as_micros() + window[1].0.as_micros()) / 2);
            assert_eq!(run.audit.ledger(middle).pending, window[0].1);
        }
        assert_eq!(steps.last().unwrap().1, 0);
        assert!(risk(&run).unwrap().area.ends_with('z'));
    }

    #[test]
    fn a_pattern_that_waits_for_the_database_has_no_curve() {
        assert_eq!(risk(&run("write-through-write", None)), None);
    }
}
