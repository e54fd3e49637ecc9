//! The sentence below the stage: what happens now, in plain words.
//!
//! The sentences of a run are made at once, as a list that the playhead finds its place in. Each stays long enough to be
//! read, unless something that matters more happens.

mod findings;
mod tell;

use super::Rich;
use crate::engine::{Span, VirtualTime};
use crate::order::sort_by_numbers;
use crate::run::Run;

/// How a sentence looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As usual.
    Plain,
    /// Something promised is gone.
    Lost,
}

impl Tone {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Lost => "lost",
        }
    }
}

/// A sentence, and a second one with the reason or the consequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Caption {
    /// How it looks.
    pub tone: Tone,
    /// The sentence.
    pub text: Rich,
    /// The second sentence; may be empty.
    pub more: String,
}

/// How much a sentence matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// A step on the way.
    Step,
    /// A turn: a hit, a miss, an answer.
    Turn,
    /// Something that concerns many requests.
    Wide,
    /// Something that went wrong, or somebody who did something.
    Trouble,
    /// A reader got something that is not what had been saved.
    Wrong,
    /// Acknowledged writes are gone.
    Loss,
}

impl Weight {
    /// How long a sentence of this weight is shown before one that does not matter more may follow.
    fn hold(self) -> Span {
        Span::from_millis(match self {
            Self::Step => 900,
            Self::Turn => 1_000,
            Self::Wide | Self::Trouble => 2_000,
            Self::Wrong => 2_600,
            Self::Loss => 3_000,
        })
    }
}

/// Something that can be told.
#[derive(Clone, Debug)]
struct Headline {
    at: VirtualTime,
    weight: Weight,
    caption: Caption,
}

/// The sentences of a run, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Captions(Vec<(VirtualTime, Caption)>);

impl Captions {
    /// The sentences of a run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let mut told = tell::headlines(run);
        sort_by_numbers(&mut told, |headline| [headline.at.as_nanos(), headline.weight as u64]);
        Self(chosen(tell::opening(run), told))
    }

    /// The place of the sentence that is shown at that time.
    #[must_use]
    pub fn place(&self, at: VirtualTime) -> usize {
        self.0.partition_point(|(time, _)| *time <= at).saturating_sub(1)
    }

    /// The sentence at a place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<&Caption> {
        self.0.get(place).map(|(_, caption)| caption)
    }
}

/// Chooses what is shown when. What has to wait is shown afterwards, if nothing newer has come by then.
fn chosen(opening: Caption, headlines: Vec<Headline>) -> Vec<(VirtualTime, Caption)> {
    let mut shown = vec![(VirtualTime::ZERO, opening)];
    let mut current: Option<(VirtualTime, Weight)> = None;
    let mut waiting: Option<Headline> = None;
    for headline in headlines {
        let mut free = free_from(current);
        if headline.at >= free
            && let Some(late) = waiting.take()
        {
            current = Some((free, late.weight));
            shown.push((free, late.caption));
            free = free_from(current);
        }
        let matters_more = current.is_none_or(|(_, weight)| headline.weight > weight);
        if headline.at >= free || matters_more {
            current = Some((headline.at, headline.weight));
            waiting = None;
            shown.push((headline.at, headline.caption));
        } else {
            waiting = Some(headline);
        }
    }
    if let Some(late) = waiting {
        shown.push((free_from(current), late.caption));
    }
    shown
}

fn free_from(current: Option<(VirtualTime, Weight)>) -> VirtualTime {
    current.map_or(VirtualTime::ZERO, |(at, weight)| at + weight.hold())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, READY};

    fn captions(id: &str) -> Captions {
        Captions::of(&Run::of(scenario::ready(id, None).unwrap()).unwrap())
    }

    fn said(captions: &Captions, seconds: f64) -> String {
        let place = captions.place(VirtualTime::from_secs_f64(seconds));
        captions.get(place).map(|caption| caption.text.text()).unwrap_or_default()
    }

    #[test]
    fn the_loss_is_told_in_three_sentences() {
        let captions = captions("write-behind-data-loss");
        assert_eq!(said(&captions, 13.9), "Six times someone was told “saved”. The database knows of none.");
        assert_eq!(said(&captions, 14.4), "6 writes that people were told are saved are gone.");
        let texts: Vec<String> = captions.0.iter().map(|(_, caption)| caption.text.text()).collect();
        assert!(texts.iter().any(|text| text.contains("Lena reads") && text.contains("is saved")), "{texts:#?}");
    }

    #[test]
    fn only_a_failover_that_forgets_is_said_to_forget() {
        let told = |id: &str| {
            let captions = captions(id);
            let more = captions.0.iter().map(|(_, caption)| caption.more.as_str()).collect::<String>();
            (more.contains("rows stay on disk"), more.contains("what was committed last is gone"))
        };
        assert_eq!(told("failover"), (false, true));
    }

    #[test]
    fn the_second_reader_hits() {
        let captions = captions("second-read");
        let texts: Vec<String> = captions.0.iter().map(|(_, caption)| caption.text.text()).collect();
        assert!(texts.contains(&"Omar asks for product:1, and the cache has it: a hit.".to_owned()), "{texts:#?}");
        assert!(texts.iter().any(|text| text.contains("a miss")), "{texts:#?}");
    }

    #[test]
    fn every_scene_is_told_in_order_and_never_at_once() {
        for ready in &READY {
            let captions = captions(ready.id);
            assert!(captions.0.len() > 3, "{}", ready.id);
            assert!(captions.0.is_sorted_by_key(|(at, _)| *at), "{}", ready.id);
            assert!(captions.0.iter().all(|(_, caption)| !caption.text.text().is_empty()));
        }
    }
}
