//! What was found, in sentences with the keys, people, versions and times.

use super::marks::{Finding, Mark};
use super::records::{ReadRecord, WriteRecord};
use super::register::{Access, Violation};
use super::report::Audit;
use crate::database::Row;
use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::world::WriteId;

impl Audit {
    /// What a moment is about, and what says most of it, in a sentence.
    #[must_use]
    pub fn sentence(&self, mark: &Mark) -> String {
        let told = mark.findings.first().map(|finding| self.told(mark, finding)).unwrap_or_default();
        match self.read_of(mark) {
            Some(read) => format!("{}, {told}.", asked(read)),
            None => format!("{told}."),
        }
    }

    fn read_of(&self, mark: &Mark) -> Option<&ReadRecord> {
        self.reads().get(usize::try_from(mark.read?).ok()?)
    }

    /// One of the findings of a moment, without an end: what follows a name, a comma or a colon.
    #[must_use]
    pub fn told(&self, mark: &Mark, finding: &Finding) -> String {
        let now = time(mark.at);
        match finding {
            Finding::Intervention(text) => text.to_string(),
            Finding::Failed(client, reason) => format!("{} was told of an error at {now}: {reason}", client.name()),
            Finding::Lost(cause) => {
                let found = mark.write.and_then(|write| self.write(write)?.found_after(mark.at)).map(time);
                let found = found.map(|at| format!("; the database had it after all at {at}")).unwrap_or_default();
                format!("{}: lost at {now}, {}{found}", self.saved(mark.write), cause.words())
            }
            Finding::LostUpdate(update) => {
                let replaced = self.write(update.by).and_then(|by| by.durable).unwrap_or(mark.at);
                let (saved, by, from) = (self.saved(Some(update.lost)), self.owned(update.by), update.from);
                format!("{saved}, but {by} was worked out from {from} and replaced it unseen at {}", time(replaced))
            }
            Finding::OutOfOrder(found) => {
                let (late, newer, since) = (self.valued(found.late), found.newer, time(found.since));
                format!("{late} was committed at {now}, although it is older than {newer}, committed at {since}")
            }
            Finding::AfterLoss(write) => format!("after {}, which had been saved, was lost", self.owned(*write)),
            Finding::OwnWrite(write) => {
                let told = self.write(*write).and_then(|record| record.told).unwrap_or(mark.at);
                format!("older than the reader’s own {}, saved at {}", self.valued(*write), time(told))
            }
            Finding::Backwards(seen) => {
                format!("older than {}, which the same reader had got at {}", seen.write, time(seen.at))
            }
            Finding::Stale(age) => format!("out of date for {}", time(VirtualTime::ZERO + *age)),
            Finding::NotLinearizable(violation) => contradiction(violation),
        }
    }

    /// `Lena was told “saved” for product:1 = 12.00 (v3) at 4.20 s`.
    fn saved(&self, write: Option<WriteId>) -> String {
        let Some(record) = write.and_then(|write| self.write(write)) else { return String::new() };
        let told = record.told.map(|told| format!(" at {}", time(told))).unwrap_or_default();
        format!("{} was told “saved” for {}{told}", record.client.name(), self.valued(record.write))
    }

    /// `Lena’s v3`.
    fn owned(&self, write: WriteId) -> String {
        self.write(write).map_or_else(|| write.to_string(), |record| format!("{}’s {write}", record.client.name()))
    }

    /// `product:1 = 12.00 (v3)`.
    fn valued(&self, write: WriteId) -> String {
        let value =
            |record: &WriteRecord| format!("{} = {} ({write})", record.key().cache_key(), record.row.headline());
        self.write(write).map_or_else(|| write.to_string(), value)
    }
}

/// `Lena asked for product:1 at 4.20 s and got 12.00 (v3) at 5.10 s`.
fn asked(read: &ReadRecord) -> String {
    let got = |row: &Row| format!("{} (v{})", row.headline(), row.version());
    let got = read.row.as_ref().map_or_else(|| "nothing".to_owned(), got);
    let (who, key) = (read.client.name(), read.key.cache_key());
    format!("{who} asked for {key} at {} and got {got} at {}", time(read.started), time(read.answered))
}

/// The operations that a read contradicts.
fn contradiction(violation: &Violation) -> String {
    let Violation::Replaced { by, before, between } = violation else {
        return "which nobody had begun to write".to_owned();
    };
    let mut text = String::new();
    if let Some(access) = before {
        add(&mut text, access, "it");
    }
    let by = by.to_string();
    for access in between {
        add(&mut text, access, &by);
    }
    text
}

/// Adds `and Omar’s read of v2 (4.20 s to 5.10 s)`, or begins with it.
fn add(text: &mut String, access: &Access, value: &str) {
    text.push_str(if text.is_empty() { "contradicting " } else { " and " });
    text.push_str(access.client.name());
    text.push_str(if access.writes { "’s write of " } else { "’s read of " });
    text.push_str(value);
    text.push_str(" (");
    text.push_str(&time(access.started));
    match access.ended {
        Some(end) => {
            text.push_str(" to ");
            text.push_str(&time(end));
        }
        None => text.push_str(" not answered"),
    }
    text.push(')');
}

fn time(at: VirtualTime) -> String {
    format!("{:.2} s", Decimal(at.as_secs_f64()))
}
