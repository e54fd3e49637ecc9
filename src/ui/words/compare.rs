//! One pattern's figures at a time, to be set beside another's.

use super::{NOTHING, Totals, span};
use crate::audit::{Ledger, MarkKind};
use crate::engine::VirtualTime;
use crate::html::{add, close};
use crate::run::Run;

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Acknowledged writes by their fate.
    pub ledger: Ledger,
    /// Updates replaced by writes that were worked out without them.
    pub updates: usize,
    /// Stale reads.
    pub stale: usize,
    /// The median of reads.
    pub read: String,
    /// The median of writes.
    pub write: String,
    /// Statements that the database has executed.
    pub statements: u64,
    /// Requests that ended in an error.
    pub failed: usize,
}

/// The figures of a run at a time.
#[must_use]
pub fn compared(run: &Run, totals: &Totals, at: VirtualTime) -> Compared {
    let audit = &run.audit;
    let median = |median| match median {
        Some(took) => span(took),
        None => NOTHING.to_owned(),
    };
    let database = totals.database(at);
    Compared {
        ledger: audit.ledger(at),
        updates: audit.anomalies(at).count(MarkKind::LostUpdate),
        stale: audit.reads_until(at).stale,
        read: median(audit.read_latencies().quantiles(at).p50),
        write: median(audit.write_latencies().quantiles(at).p50),
        statements: database.reads + database.writes,
        failed: audit.failures_until(at),
    }
}

const HEADS: [&str; 10] = [
    "Told saved",
    "Durable",
    "Pending",
    "Lost",
    "Lost updates",
    "Stale reads",
    "Read, half",
    "Write, half",
    "Statements",
    "Errors",
];

/// The head of a table of runs, whose names are those of the `first` column.
#[must_use]
pub fn compare_head(first: &str) -> String {
    let mut html = String::from("<thead><tr>");
    add(&mut html, "th scope=\"col\"", first);
    for head in HEADS {
        add(&mut html, "th scope=\"col\"", head);
    }
    html.push_str("</tr></thead>");
    html
}

/// Adds the row of a run, which has an id and a name.
pub fn add_compared(html: &mut String, (id, name): (&str, &str), figures: &Compared, is_current: bool) {
    let ledger = figures.ledger;
    let cells = [
        ("acknowledged", ledger.acknowledged.to_string()),
        ("durable", ledger.durable.to_string()),
        ("pending", ledger.pending.to_string()),
        ("lost", ledger.lost.to_string()),
        ("updates", figures.updates.to_string()),
        ("stale", figures.stale.to_string()),
        ("read", figures.read.clone()),
        ("write", figures.write.clone()),
        ("statements", figures.statements.to_string()),
        ("failed", figures.failed.to_string()),
    ];
    let (current, pressed) = match is_current {
        true => (" data-current=\"true\"", " aria-current=\"true\""),
        false => ("", ""),
    };
    html.push_str(&format!("<tr data-testid=\"compare-{id}\"{current}><th scope=\"row\">"));
    add(html, &format!("button class=\"text-button\" type=\"button\" data-pick=\"{id}\"{pressed}"), name);
    close(html, "th");
    for (kind, value) in cells {
        let zero = if value == "0" { " data-zero=\"true\"" } else { "" };
        add(html, &format!("td data-kind=\"{kind}\"{zero}"), &value);
    }
    close(html, "tr");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_scene_of_the_loss_loses_under_write_behind_alone() {
        let lost = |pattern: &str| {
            let run = Run::of(scenario::ready("write-behind-data-loss", Some(pattern)).unwrap()).unwrap();
            compared(&run, &Totals::of(&run.trace), run.trace.end()).ledger.lost
        };
        assert!(lost("write-behind") > 0);
        for pattern in crate::patterns::ALL.iter().filter(|pattern| pattern.id != "write-behind") {
            assert_eq!(lost(pattern.id), 0, "{}", pattern.id);
        }
    }
}
