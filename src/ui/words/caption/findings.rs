//! What the audit has found, and what was done to the system, as sentences.

use super::tell::plain;
use super::{Caption, Headline, Tone, Weight};
use crate::audit::{Freshness, LostCause, Mark, MarkKind, ReadRecord, WriteRecord};
use crate::database::Row;
use crate::engine::VirtualTime;
use crate::order::sort_by_numbers;
use crate::run::Run;
use crate::scenario::Action;
use crate::ui::words::{Rich, span, title};
use crate::world::{Actor, Condition};

/// All findings of a run.
pub(super) fn of(run: &Run) -> Vec<Headline> {
    let mut told = losses(run);
    told.extend(run.audit.reads().iter().filter_map(|read| wrong_read(run, read)));
    told.extend(broken(run));
    told.extend(interventions(run));
    told
}

/// What breaks a guarantee without any loss or stale read.
fn broken(run: &Run) -> impl Iterator<Item = Headline> {
    let is_told = |mark: &&Mark| {
        matches!(
            mark.kind,
            MarkKind::LostUpdate | MarkKind::OutOfOrder | MarkKind::Backwards | MarkKind::NotLinearizable
        ) && !mark.shows(MarkKind::Stale)
    };
    run.audit.marks().iter().filter(is_told).map(|mark| {
        let caption = plain(run.audit.sentence(mark), title(mark.kind));
        Headline { at: mark.at, weight: Weight::Wrong, caption }
    })
}

/// What was lost at one moment is told in one sentence.
fn losses(run: &Run) -> Vec<Headline> {
    let mut lost: Vec<(VirtualTime, LostCause)> =
        run.audit.writes().iter().flat_map(|write| write.losses.iter().map(|lost| (lost.at, lost.cause))).collect();
    sort_by_numbers(&mut lost, |(at, _)| [at.as_nanos(), 0]);
    let groups = lost.chunk_by(|one, other| one.0 == other.0);
    groups
        .filter_map(|group| {
            let (at, cause) = *group.first()?;
            let text = match group.len() {
                1 => "A write that somebody was told is saved is gone.".to_owned(),
                many => format!("{many} writes that people were told are saved are gone."),
            };
            let caption = Caption { tone: Tone::Lost, text: Rich::plain(text), more: why(cause).to_owned() };
            Some(Headline { at, weight: Weight::Loss, caption })
        })
        .collect()
}

fn why(cause: LostCause) -> &'static str {
    match cause {
        LostCause::CacheCrash => "They were only in the cache’s memory. The database still holds the older rows.",
        LostCause::Removed => "A command removed them before the flusher came. The database holds the older rows.",
        LostCause::Evicted => "The cache needed their memory. The database still holds the older rows.",
        LostCause::Expired => "Their time in the cache was over before the flusher came.",
        LostCause::FlusherCrash => "Only the flusher had them, and it crashed. The database holds the older rows.",
        LostCause::FlushFailed => "Only the flusher had them, and its flush failed. The database holds the older rows.",
        LostCause::Overwritten => "The database had them, until an older write came late and covered them.",
        LostCause::Failover => "The replica that is the database now was behind, and had not got them yet.",
        LostCause::NeverStored => "They were acknowledged, but nothing had stored them.",
    }
}

fn wrong_read(run: &Run, read: &ReadRecord) -> Option<Headline> {
    let (name, got) = (read.client.name(), value(read.row.as_ref()));
    let caption = match read.freshness {
        Freshness::Fresh => return None,
        Freshness::AfterLoss { write } => {
            let lost = run.audit.write(write)?;
            let text = Rich::plain(format!("{name} reads {got}. {} was told ", lost.client.name()));
            let text = text.gone(lost.row.headline()).and(" is saved.");
            let more = format!("{} is what the database still had: the older row.", read.key.cache_key());
            Caption { tone: Tone::Lost, text, more }
        }
        Freshness::Stale { age } => {
            let newer = newest_before(run, read)?;
            let text =
                format!("{name} reads {got}, although {} has saved {}.", newer.client.name(), newer.row.headline());
            plain(text, format!("A stale read: that copy had been out of date for {}.", span(age)))
        }
    };
    Some(Headline { at: read.answered, weight: Weight::Wrong, caption })
}

fn newest_before<'a>(run: &'a Run, read: &ReadRecord) -> Option<&'a WriteRecord> {
    let writes = run.audit.writes().iter().filter(|write| write.key() == read.key);
    writes.filter(|write| write.told.is_some_and(|told| told < read.started)).max_by_key(|write| write.told)
}

fn value(row: Option<&Row>) -> String {
    row.map_or_else(|| "nothing".to_owned(), Row::headline)
}

fn interventions(run: &Run) -> impl Iterator<Item = Headline> {
    run.scenario.interventions.iter().filter_map(|intervention| {
        let text = match &intervention.action {
            // An actor's health tells of the others.
            Action::Inject(incident) if !incident.fault.fault.is_of_traffic() => return None,
            Action::Inject(incident) => sentence(&incident.to_string()),
            Action::Meddle { deed, .. } => format!("A message {deed}."),
            Action::Set { name, value } => format!("From here on: {}, {}.", name.spec().label, name.show(*value)),
            Action::Command { text } => format!("Typed to the cache: {text}"),
        };
        Some(Headline { at: intervention.at, weight: Weight::Trouble, caption: plain(text, "") })
    })
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// An actor's new health, and what follows from it.
pub(super) fn condition(actor: Actor, condition: Condition) -> (String, &'static str) {
    let name = match actor {
        Actor::Client(_) => actor.name(),
        Actor::App => "The app",
        Actor::Loader => "The cache layer",
        Actor::Cache => "The cache",
        Actor::Flusher => "The flusher",
        Actor::Database => "The database",
    };
    if !condition.up {
        return (format!("{name} crashes."), after_crash(actor));
    }
    if condition.restarting {
        return (
            format!("{name} is back, and loads what its disk has."),
            "Until that is done it answers each command with LOADING.",
        );
    }
    if !condition.reachable {
        return (
            format!("{name} is cut off: no message gets through."),
            "Who calls it waits, and gives up in the end.",
        );
    }
    if condition.slowness > 1 {
        let text = format!("{name} is slow: all it does takes {} times as long.", condition.slowness);
        return (text, "Requests wait behind each other.");
    }
    if condition.squeezed {
        return (format!("{name} runs short of memory."), "It evicts keys, as far as its policy lets it.");
    }
    let more = match actor {
        Actor::Cache => "What a crash took does not come back: rows are fetched from the database again.",
        Actor::Flusher => "What waits in the queue is carried to the database now.",
        _ => "",
    };
    (format!("{name} is well again."), more)
}

/// What follows from a crash of the database.
pub(super) const ROWS_STAY: &str = "Its rows stay on disk, but until it is back none can be read or changed.";

fn after_crash(actor: Actor) -> &'static str {
    match actor {
        Actor::Cache => "Its memory is gone. What the database has can be fetched again.",
        Actor::Database => ROWS_STAY,
        Actor::App => "Requests in its hands end where they are, between any two steps.",
        Actor::Flusher => "Nothing carries the queue to the database now.",
        Actor::Loader => "The app can’t reach cache or database through it.",
        Actor::Client(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::ui::words::counted;

    #[test]
    fn each_loss_is_counted_once() {
        let run = Run::of(scenario::ready("write-behind-data-loss", None).unwrap()).unwrap();
        let told = losses(&run);
        let lost = run.audit.ledger(run.trace.end()).lost;
        assert_eq!(told.len(), 1);
        assert!(told[0].caption.text.text().starts_with(&counted(lost, "write")));
    }

    #[test]
    fn a_stale_read_names_who_had_saved() {
        let run = Run::of(scenario::ready("stale-read", None).unwrap()).unwrap();
        let stale: Vec<Headline> = run.audit.reads().iter().filter_map(|read| wrong_read(&run, read)).collect();
        assert_eq!(stale.len(), run.audit.reads_until(run.trace.end()).stale);
        assert!(stale.iter().all(|told| told.caption.text.text().contains("although Omar has saved")));
    }
}
