//! What became of each acknowledged write, told one by one.

use super::{Rich, counted, moment};
use crate::audit::{WriteRecord, WriteState};
use crate::database::Row;
use crate::engine::VirtualTime;
use crate::html::{add, close};
use crate::run::Run;

/// Most writes that are listed.
const MOST: usize = 200;

/// Most writes that are listed when nothing is missing.
const MOST_DURABLE: usize = 8;

/// What a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Lost writes.
    Lost,
    /// Writes that only the cache has.
    Pending,
    /// Writes that the database has.
    Durable,
}

impl Fate {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Pending => "pending",
            Self::Durable => "durable",
        }
    }

    /// It in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Lost => "✕ lost",
            Self::Pending => "only in the cache",
            Self::Durable => "durable",
        }
    }
}

/// The panel's inside: its title, and each write of the list.
#[must_use]
pub fn losses_html(run: &Run, at: VirtualTime) -> String {
    let stories = stories(run, at);
    let mut html = String::from("<header class=\"panel__head\">");
    add(&mut html, "h2 class=\"panel__title\"", &stories.title);
    add(&mut html, "p class=\"panel__aside\"", "each acknowledged write, followed to its end");
    html.push_str("</header><ol class=\"panel__body losses\">");
    for story in &stories.list {
        let (kind, testid) = (story.fate.id(), if story.fate == Fate::Lost { "lost-write" } else { "kept-write" });
        let (key, request) = (&story.key, story.request);
        html.push_str(&format!(
            "<li class=\"loss\" data-kind=\"{kind}\" data-testid=\"{testid}\" data-key=\"{key}\" data-request=\"{request}\">"
        ));
        add(&mut html, "button class=\"loss__key\" type=\"button\" title=\"Follow this write\"", key);
        html.push_str("<span class=\"loss__story\">");
        html.push_str(&story.text.html());
        close(&mut html, "span");
        add(&mut html, "span class=\"loss__fate\"", story.fate.words());
        close(&mut html, "li");
    }
    close(&mut html, "ol");
    if stories.more > 0 {
        add(&mut html, "p class=\"losses__more\"", &format!("and {} more", stories.more));
    }
    html
}

/// One write's story.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The write's number.
    pub write: u64,
    /// The request that asked for it.
    pub request: u32,
    /// The row.
    pub key: String,
    /// What happened.
    pub text: Rich,
    /// Its fate.
    pub fate: Fate,
}

/// The list and its heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Stories {
    /// The heading.
    pub title: String,
    /// The stories, oldest first.
    pub list: Vec<Story>,
    /// How many there are beyond those listed.
    pub more: usize,
}

/// What matters most at that time: the lost writes, else the pending ones, else the latest durable ones.
#[must_use]
pub fn stories(run: &Run, at: VirtualTime) -> Stories {
    let ledger = run.audit.ledger(at);
    let fate = match (ledger.lost, ledger.pending) {
        (0, 0) => Fate::Durable,
        (0, _) => Fate::Pending,
        _ => Fate::Lost,
    };
    let title = match (fate, ledger.acknowledged) {
        (_, 0) => "Nobody has been told “saved” yet".to_owned(),
        (Fate::Durable, _) => "Nothing promised is missing".to_owned(),
        (Fate::Pending, _) if ledger.pending == 1 => "1 saved write exists only in the cache".to_owned(),
        (Fate::Pending, _) => format!("{} exist only in the cache", counted(ledger.pending, "saved write")),
        (Fate::Lost, _) if ledger.lost == 1 => "1 saved write is gone".to_owned(),
        (Fate::Lost, _) => format!("{} are gone", counted(ledger.lost, "saved write")),
    };
    let (list, more) = match fate {
        Fate::Lost => listed(run.audit.lost_writes(at), ledger.lost, at, fate),
        Fate::Pending => listed(run.audit.pending_writes(at), ledger.pending, at, fate),
        Fate::Durable => listed(latest_durable(run, at).into_iter(), ledger.durable.min(MOST_DURABLE), at, fate),
    };
    Stories { title, list, more }
}

fn listed<'a>(
    writes: impl Iterator<Item = &'a WriteRecord>,
    count: usize,
    at: VirtualTime,
    fate: Fate,
) -> (Vec<Story>, usize) {
    let list: Vec<Story> = writes.take(MOST).filter_map(|write| story(write, at, fate)).collect();
    let more = count.saturating_sub(list.len());
    (list, more)
}

fn latest_durable(run: &Run, at: VirtualTime) -> Vec<&WriteRecord> {
    let durable = run.audit.writes().iter().rev().filter(|write| write.state(at) == Some(WriteState::Durable));
    let mut latest: Vec<&WriteRecord> = durable.take(MOST_DURABLE).collect();
    latest.reverse();
    latest
}

fn story(write: &WriteRecord, at: VirtualTime, fate: Fate) -> Option<Story> {
    let told = write.told?;
    let saved = write.row.headline();
    let text = Rich::default().strong(write.client.name()).and(format!(" was told “saved” at {}: ", moment(told)));
    let text = if fate == Fate::Lost { text.gone(saved) } else { text.strong(saved) };
    let text = text.and(format!(" ({}). ", write.write));
    let text = match fate {
        Fate::Lost => after_loss(text, write, at),
        Fate::Pending => text.and("The database does not have it yet."),
        Fate::Durable => durable(text, write),
    };
    Some(Story { write: write.write.0, request: write.request.0, key: write.key().cache_key(), text, fate })
}

fn after_loss(text: Rich, write: &WriteRecord, at: VirtualTime) -> Rich {
    let Some(lost) = write.lost_at(at) else { return text };
    let text = held(text, lost.database_holds.as_ref());
    let Some(next) = lost.next_reader.as_ref().filter(|next| next.at <= at) else { return text };
    let text = text.and(" Next reader, ").strong(next.client.name()).and(", got ");
    let got = next.row.as_ref().map_or_else(|| "nothing".to_owned(), Row::headline);
    text.strong(got).and(format!(" at {}.", moment(next.at)))
}

fn held(text: Rich, row: Option<&Row>) -> Rich {
    match row {
        Some(row) => text.and("The database holds ").strong(row.headline()).and(format!(" (v{}).", row.version())),
        None => text.and("The database has no such row."),
    }
}

fn durable(text: Rich, write: &WriteRecord) -> Rich {
    match (write.coalesced_into, write.durable) {
        (Some(newer), _) => text.and(format!("The newer {newer} was written in its place.")),
        (None, Some(durable)) => text.and(format!("The database has it since {}.", moment(durable))),
        (None, None) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn told(pattern: Option<&str>, seconds: f64) -> Stories {
        let run = Run::of(scenario::ready("write-behind-data-loss", pattern).unwrap()).unwrap();
        stories(&run, VirtualTime::from_secs_f64(seconds))
    }

    #[test]
    fn each_lost_write_is_told_with_who_what_and_what_is_there_instead() {
        let after = told(None, 14.6);
        assert_eq!((after.title.as_str(), after.list.len()), ("6 saved writes are gone", 6));
        let first = after.list[0].text.text();
        assert!(first.starts_with("Omar was told “saved” at ") && first.contains("The database holds "), "{first}");
        assert!(!first.contains("Next reader"), "nobody has read yet: {first}");
        let end = told(None, 27.0);
        assert!(end.list[0].text.text().contains("Next reader, Lena, got "), "{}", end.list[0].text.text());
    }

    #[test]
    fn before_the_crash_they_are_pending_and_under_write_through_nothing_is_missing() {
        let before = told(None, 14.0);
        assert!(before.list.iter().all(|story| story.fate == Fate::Pending) && !before.list.is_empty());
        assert_eq!(told(None, 0.1).title, "Nobody has been told “saved” yet");
        assert_eq!(told(Some("write-through"), 27.0).title, "Nothing promised is missing");
    }
}
