//! The lessons that come with the page.

use super::check::TourError;
use super::format::Tour;

/// Their texts, in the order of a course.
pub const SHELF: [&str; 8] = [
    include_str!("../tours/cache-aside.json"),
    include_str!("../tours/write-through.json"),
    include_str!("../tours/write-behind.json"),
    include_str!("../tours/read-through.json"),
    include_str!("../tours/hybrids.json"),
    include_str!("../tours/overload.json"),
    include_str!("../tours/choose.json"),
    include_str!("../tours/write-behind-de.json"),
];

/// The lesson of that id.
///
/// # Errors
///
/// When there is none, with those that there are.
pub fn on_shelf(id: &str) -> Result<Tour, TourError> {
    let tours = shelf();
    let known = tours.iter().map(|tour| tour.id.as_str()).collect::<Vec<_>>().join(", ");
    let unknown = TourError::Unknown { found: id.chars().take(60).collect(), known };
    tours.into_iter().find(|tour| tour.id == id).ok_or(unknown)
}

/// All of them. That their steps are right is tested, not looked up each time.
#[must_use]
pub fn shelf() -> Vec<Tour> {
    SHELF.iter().filter_map(|text| Tour::parse(text).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Figure;
    use super::*;
    use crate::run::Run;
    use crate::scenario::{Knob, Scenario};
    use std::collections::BTreeSet;

    #[test]
    fn every_lesson_can_be_read_and_has_an_id_of_its_own() {
        let tours: Vec<Tour> = SHELF.iter().map(|text| Tour::read(text).unwrap()).collect();
        let ids: BTreeSet<&str> = tours.iter().map(|tour| tour.id.as_str()).collect();
        assert_eq!(ids.len(), tours.len());
        for tour in &tours {
            assert!(tour.steps.iter().any(|step| step.question.is_some() || step.challenge.is_some()), "{}", tour.id);
            assert_eq!(on_shelf(&tour.id).unwrap().title, tour.title);
        }
    }

    /// A lesson, a pattern and settings.
    type Solution = (&'static str, &'static str, &'static [(Knob, f64)]);

    /// A challenge that nobody can meet would be a bad joke: each is met by these.
    const SOLUTIONS: [Solution; 7] = [
        ("cache-aside", "hybrid-invalidate", &[]),
        ("write-through", "write-through", &[(Knob::Transaction, 1.0)]),
        ("write-behind", "write-behind", &[(Knob::AppendFsync, 2.0)]),
        ("hybrids", "hybrid-invalidate", &[(Knob::Leases, 1.0)]),
        ("overload", "cache-aside", &[(Knob::NegativeTtl, 30.0)]),
        ("choose", "hybrid-update", &[]),
        ("write-behind-de", "write-behind", &[(Knob::AppendFsync, 2.0)]),
    ];

    #[test]
    fn every_challenge_can_be_met_and_is_not_met_at_first() {
        let goals_met = |tour: &Tour, step: usize, scenario: Scenario| {
            let run = Run::of(scenario).unwrap();
            let challenge = tour.steps[step].challenge.as_ref().unwrap();
            challenge.goals.iter().all(|goal| {
                let value = Figure::find(&goal.figure).unwrap().measure(&run, run.trace.end()).unwrap_or(f64::NAN);
                println!("{} {}: {value}", tour.id, goal.figure);
                goal.most.is_none_or(|most| value <= most) && goal.least.is_none_or(|least| value >= least)
            })
        };
        for tour in SHELF.iter().map(|text| Tour::read(text).unwrap()) {
            for (step, _) in tour.steps.iter().enumerate().filter(|(_, step)| step.challenge.is_some()) {
                let (_, pattern, knobs) = SOLUTIONS.iter().find(|(id, ..)| *id == tour.id).unwrap();
                let mut scenario = tour.scenario_at(step).unwrap();
                assert!(!goals_met(&tour, step, scenario.clone()), "{} is met at once", tour.id);
                scenario.pattern = (*pattern).to_owned();
                for (knob, value) in *knobs {
                    knob.set_in_scenario(&mut scenario, *value);
                }
                assert!(goals_met(&tour, step, scenario), "{} is not met", tour.id);
            }
        }
    }

    #[test]
    fn an_unknown_lesson_is_told_of_those_there_are() {
        assert!(on_shelf("magic").unwrap_err().to_string().contains("write-behind"));
    }
}
