//! The people: what they do, what they were told, and what that is worth now.

use super::backdrop::Moment;
use super::packets::short_failure;
use crate::audit::{Freshness, ReadRecord, WriteState};
use crate::database::Row;
use crate::decimal::Decimal;
use crate::trace::BubbleView;
use crate::ui::geometry::{SEATS, seat};
use crate::world::{Actor, Answer, Operation, RequestId, WriteId};

/// What a bubble is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BubbleKind {
    /// Nothing was told, or something is being asked.
    #[default]
    Quiet,
    /// Told 'saved', and the database has it.
    Saved,
    /// Told 'saved', and only the cache has it.
    Promised,
    /// Got a value.
    Got,
    /// Got a value that is older than what somebody was told.
    Stale,
    /// Told 'saved', and it is gone.
    Lost,
    /// Told of an error.
    Error,
}

/// A person on a seat.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonView {
    /// The client, from 1.
    pub client: u8,
    /// The first name.
    pub name: &'static str,
    /// What the bubble is about.
    pub kind: BubbleKind,
    /// Its word.
    pub word: String,
    /// Its second line.
    pub detail: String,
    /// The request that it is about.
    pub request: Option<RequestId>,
}

impl BubbleKind {
    /// Its name in the styles.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Saved => "saved",
            Self::Promised => "promised",
            Self::Got => "got",
            Self::Stale => "stale",
            Self::Lost => "lost",
            Self::Error => "error",
        }
    }

    /// The icon before its word.
    #[must_use]
    pub const fn icon(self) -> Option<&'static str> {
        match self {
            Self::Quiet | Self::Got => None,
            Self::Saved | Self::Promised => Some("check"),
            Self::Stale => Some("old"),
            Self::Lost | Self::Error => Some("cross"),
        }
    }

    /// What it means, for those who can't see it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Quiet | Self::Got | Self::Error => "",
            Self::Saved => "in the database",
            Self::Promised => "only in the cache so far",
            Self::Stale => "older than what was promised",
            Self::Lost => "the promise is broken",
        }
    }
}

/// Who is on a seat. Of several who share it, the one who did something last.
#[must_use]
pub fn person(moment: &Moment, place: usize) -> PersonView {
    let client = sitting(moment, place);
    let (request, (kind, word, detail)) = bubble(moment, client);
    let number = if let Actor::Client(number) = client { number } else { 1 };
    PersonView { client: number, name: client.name(), kind, word, detail, request }
}

fn sitting(moment: &Moment, place: usize) -> Actor {
    let own = u8::try_from(place + 1).unwrap_or(1);
    if usize::from(moment.run.scenario.workload.clients) <= SEATS {
        return Actor::Client(own);
    }
    let here = |client: &Actor| matches!(client, Actor::Client(number) if seat(*number) == place);
    let asking = moment.frame.requests.iter().map(|(_, client, _, since)| (*since, *client));
    let told = moment.frame.bubbles.iter().map(|bubble| (bubble.age, bubble.client));
    let last = asking.chain(told).filter(|(_, client)| here(client)).min();
    last.map_or(Actor::Client(own), |(_, client)| client)
}

type Said = (BubbleKind, String, String);

fn bubble(moment: &Moment, client: Actor) -> (Option<RequestId>, Said) {
    let frame = moment.frame;
    let asking = frame.requests.iter().rev().find(|(_, asker, ..)| *asker == client);
    if let Some((request, _, operation, _)) = asking {
        return (Some(*request), (BubbleKind::Quiet, wish(operation), String::new()));
    }
    let told = frame.bubbles.iter().find(|bubble| bubble.client == client);
    let losses: Vec<_> = moment.backdrop.lost_of(client, frame.at).collect();
    let last_loss = losses.last().map(|(at, _)| frame.at.since(*at));
    match (told, last_loss) {
        // Nobody was told anything since: the loss is the news.
        (told, Some(ago)) if told.is_none_or(|told| told.age >= ago) => {
            let lost_write = losses.last().and_then(|(_, write)| moment.run.audit.write(*write));
            (lost_write.map(|record| record.request), lost(moment, &losses))
        }
        (Some(told), _) => (Some(told.request), last_told(moment, told)),
        _ => (None, (BubbleKind::Quiet, String::new(), String::new())),
    }
}

fn wish(operation: &Operation) -> String {
    match operation {
        Operation::Read { key } => format!("asks for {}", key.cache_key()),
        Operation::Write { row } => format!("saves {}", row.key().cache_key()),
    }
}

fn lost(moment: &Moment, losses: &[(crate::engine::VirtualTime, WriteId)]) -> Said {
    let last = losses.last().map(|(at, _)| *at);
    let together: Vec<_> = losses.iter().filter(|(at, _)| Some(*at) == last).collect();
    let detail = match together.as_slice() {
        [(_, write)] => moment
            .run
            .audit
            .write(*write)
            .map_or_else(String::new, |record| format!("{} gone", record.key().cache_key())),
        many => format!("{} writes gone", many.len()),
    };
    (BubbleKind::Lost, "Saved".to_owned(), detail)
}

fn set(row: &Row) -> String {
    format!("{} = {}", row.key().cache_key(), row.headline())
}

fn last_told(moment: &Moment, told: &BubbleView) -> Said {
    match &told.answer {
        Answer::Saved => saved(moment, told),
        Answer::Found { row } => found(moment, told, row),
        Answer::Absent => (BubbleKind::Got, "got nothing".to_owned(), told.operation.key().cache_key()),
        Answer::Failed { reason } => (BubbleKind::Error, "error".to_owned(), short_failure(reason).to_owned()),
    }
}

fn saved(moment: &Moment, told: &BubbleView) -> Said {
    let Operation::Write { row } = &told.operation else {
        return (BubbleKind::Saved, "Saved".to_owned(), String::new());
    };
    let record = moment.run.audit.write(WriteId(row.version()));
    let kind = match record.and_then(|record| record.state(moment.frame.at)) {
        Some(WriteState::Pending) => BubbleKind::Promised,
        Some(WriteState::Lost) => BubbleKind::Lost,
        _ => BubbleKind::Saved,
    };
    (kind, "Saved".to_owned(), set(row))
}

fn found(moment: &Moment, told: &BubbleView, row: &Row) -> Said {
    let word = format!("got {}", row.headline());
    let read = moment.backdrop.read(told.request).and_then(|place| moment.run.audit.reads().get(place));
    match read.map(|read| (read.freshness, read)) {
        Some((Freshness::Stale { age }, _)) => {
            (BubbleKind::Stale, word, format!("{:.1} s too old", Decimal(age.as_secs_f64())))
        }
        Some((Freshness::AfterLoss { write }, read)) => (BubbleKind::Stale, word, promised(moment, write, read)),
        _ => (BubbleKind::Got, word, format!("{} v{}", row.key().cache_key(), row.version())),
    }
}

/// What the reader should have seen: `Mina saved 12.99`.
fn promised(moment: &Moment, write: WriteId, read: &ReadRecord) -> String {
    let Some(record) = moment.run.audit.write(write) else { return "an old value".to_owned() };
    let who = if record.client == read.client { "had" } else { record.client.name() };
    format!("{who} saved {}", record.row.headline())
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    fn kinds(seconds: f64) -> Vec<BubbleKind> {
        at("write-behind-data-loss", seconds, |moment| (0..4).map(|seat| person(moment, seat).kind).collect())
    }

    #[test]
    fn what_was_promised_is_broken_by_the_crash_and_noticed_by_readers() {
        assert!(kinds(14.1).contains(&BubbleKind::Promised), "{:?}", kinds(14.1));
        assert!(kinds(14.3).contains(&BubbleKind::Lost), "{:?}", kinds(14.3));
        assert!(!kinds(14.3).contains(&BubbleKind::Promised), "{:?}", kinds(14.3));
        let end =
            at("write-behind-data-loss", 27.0, |moment| (0..4).map(|seat| person(moment, seat)).collect::<Vec<_>>());
        let stale = end.iter().find(|person| person.kind == BubbleKind::Stale).unwrap();
        assert!(stale.word.starts_with("got ") && stale.detail.contains(" saved "), "{stale:?}");
    }

    #[test]
    fn a_request_under_way_is_told_in_the_persons_own_words() {
        let first = at("first-read", 0.6, |moment| person(moment, 0));
        assert_eq!((first.name, first.word.as_str()), ("Mina", "asks for product:1"));
        let done = at("first-read", 7.0, |moment| person(moment, 0));
        assert_eq!(done.kind, BubbleKind::Got);
    }

    #[test]
    fn of_many_people_the_last_active_of_each_seat_is_seen() {
        let mut scenario = crate::scenario::Scenario::default();
        scenario.workload.clients = 12;
        let run = crate::run::Run::of(scenario).unwrap();
        let backdrop = super::super::Backdrop::of(&run);
        let frame = crate::trace::frame(&run.trace, crate::engine::VirtualTime::from_secs(20));
        let moment = Moment { frame: &frame, run: &run, backdrop: &backdrop };
        for place in 0..SEATS {
            assert_eq!(seat(person(&moment, place).client), place);
        }
    }
}
