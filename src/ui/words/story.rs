//! What the page says above the stage, and what it offers to watch next.

use crate::audit::MarkKind;
use crate::engine::{Span, VirtualTime};
use crate::patterns;
use crate::run::Run;
use crate::scenario;
use crate::world::Pattern;

/// The scene that the page leads to.
const LOSS: &str = "write-behind-data-loss";

/// A heading and the sentence below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The heading.
    pub line: String,
    /// The rest.
    pub more: String,
}

/// What is told of a scenario: its own story, or the pattern's where it is run with another one than it was made for.
#[must_use]
pub fn opening(pattern: &str, ready: Option<&str>) -> Opening {
    let summary = patterns::find(pattern).map_or("", |pattern| pattern.summary).to_owned();
    let Some(ready) = ready.and_then(|id| scenario::find(id).ok()) else {
        return Opening { line: summary, more: "A run of your own.".to_owned() };
    };
    if ready.scenario().pattern != pattern {
        let more = format!("The same requests as in “{}”, under another pattern.", ready.title);
        return Opening { line: summary, more };
    }
    let story = ready.story.replace("'saved'", "“saved”");
    match story.split_once(". ").or_else(|| story.split_once(": ")) {
        Some((line, more)) => Opening { line: format!("{line}."), more: capital(more) },
        None => Opening { line: story, more: String::new() },
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

/// A name short enough for a tab.
#[must_use]
pub fn short_name(pattern: &Pattern) -> String {
    match pattern.name.strip_prefix("Cache-aside + ") {
        Some(variant) => format!("Hybrid: {variant}"),
        None => pattern.name.to_owned(),
    }
}

/// What the page offers to watch next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Offer {
    /// The scene in which acknowledged writes are lost.
    Loss,
    /// To go to the moment just before the crash.
    Crash(VirtualTime),
    /// To go to the moment just before the next reader's answer.
    NextReader(VirtualTime),
    /// The same scene under a pattern that loses nothing.
    WriteThrough,
    /// The same scene under the pattern that loses.
    WriteBehind,
}

impl Offer {
    /// What the button says.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Loss => "Watch saved writes vanish",
            Self::Crash(_) => "Skip to the crash",
            Self::NextReader(_) => "See who reads next",
            Self::WriteThrough => "Same scene with write-through",
            Self::WriteBehind => "Same scene with write-behind",
        }
    }
}

/// What is offered at a time of a run.
#[must_use]
pub fn offer(run: &Run, ready: Option<&str>, at: VirtualTime) -> Offer {
    if ready != Some(LOSS) {
        return Offer::Loss;
    }
    if run.scenario.pattern != "write-behind" {
        return Offer::WriteBehind;
    }
    let first = |kind| run.audit.marks().iter().find(|mark| mark.kind == kind).map(|mark| mark.at);
    let earlier = |at: VirtualTime, millis| VirtualTime::ZERO + at.since(VirtualTime::ZERO + Span::from_millis(millis));
    match (first(MarkKind::Lost), first(MarkKind::AfterLoss)) {
        (Some(crash), _) if at < crash => Offer::Crash(earlier(crash, 700)),
        (_, Some(reader)) if at < reader => Offer::NextReader(earlier(reader, 1_800).max(at)),
        _ => Offer::WriteThrough,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(pattern: Option<&str>, seconds: f64) -> Offer {
        let run = Run::of(scenario::ready(LOSS, pattern).unwrap()).unwrap();
        offer(&run, Some(LOSS), VirtualTime::from_secs_f64(seconds))
    }

    #[test]
    fn the_offer_follows_the_scene() {
        let Offer::Crash(before) = offered(None, 3.0) else { panic!("no way to the crash") };
        assert_eq!(before, VirtualTime::from_millis(13_500));
        let Offer::NextReader(before) = offered(None, 14.5) else { panic!("no way to the reader") };
        assert!(before >= VirtualTime::from_millis(14_500));
        assert_eq!(offered(None, 27.0), Offer::WriteThrough);
        assert_eq!(offered(Some("write-through"), 27.0), Offer::WriteBehind);
    }

    #[test]
    fn a_scenario_under_another_pattern_tells_that_patterns_story() {
        assert!(opening("write-behind", Some(LOSS)).line.starts_with("People are told “saved”"));
        let other = opening("write-through", Some(LOSS));
        assert!(other.line.contains("acknowledged after both") && other.more.contains("Saved, then lost"));
    }

    #[test]
    fn every_pattern_has_a_short_name_of_its_own() {
        let mut names = patterns::ALL.iter().map(short_name).collect::<Vec<_>>();
        assert!(names.iter().all(|name| name.len() <= 16), "{names:?}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), patterns::ALL.len());
    }
}
