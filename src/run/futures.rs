//! The futures of one run: whoever intervenes keeps the future that would have been, beside the one that now comes.

use crate::decimal::Decimal;
use crate::scenario::{Action, Intervention, Scenario};

/// Most futures that are kept.
const MOST: usize = 12;

/// A future.
#[derive(Clone, Debug, PartialEq)]
pub struct Future {
    /// What made it, in words.
    pub name: String,
    /// The run.
    pub scenario: Scenario,
    /// The future that it was made in, by its place; none: it is the run as it was loaded.
    pub parent: Option<usize>,
}

/// The futures of a run, as a small tree. There is always at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Futures {
    all: Vec<Future>,
    /// The one that is shown.
    current: usize,
}

impl Futures {
    /// A run of which only one future is known.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        let name = "As it was loaded".to_owned();
        Self { all: vec![Future { name, scenario, parent: None }], current: 0 }
    }

    /// Another future begins with an intervention. A typed command only asks, and makes none of its own.
    pub fn branch(&mut self, intervention: &Intervention, scenario: &Scenario) {
        if matches!(intervention.action, Action::Command { .. }) {
            if let Some(current) = self.all.get_mut(self.current) {
                current.scenario = scenario.clone();
            }
            return;
        }
        if self.all.len() == MOST {
            self.forget_one();
        }
        let name = format!("{} at {:.2} s", intervention.action, Decimal(intervention.at.as_secs_f64()));
        self.all.push(Future { name, scenario: scenario.clone(), parent: Some(self.current) });
        self.current = self.all.len() - 1;
    }

    /// The oldest that nothing was made in, and that is not shown, goes.
    fn forget_one(&mut self) {
        let is_leaf = |place: usize| place != 0 && !self.all.iter().any(|future| future.parent == Some(place));
        let Some(place) = (0..self.all.len()).find(|place| *place != self.current && is_leaf(*place)) else { return };
        self.all.remove(place);
        let parents = self.all.iter_mut().filter_map(|future| future.parent.as_mut());
        for other in parents.chain([&mut self.current]).filter(|other| **other > place) {
            *other -= 1;
        }
    }

    /// Shows another future, if there is one at that place. Gives its run.
    pub fn choose(&mut self, place: usize) -> Option<Scenario> {
        let chosen = self.all.get(place)?.scenario.clone();
        self.current = place;
        Some(chosen)
    }

    /// All of them, each after the one that it was made in.
    #[must_use]
    pub fn all(&self) -> &[Future] {
        &self.all
    }

    /// The place of the one that is shown.
    #[must_use]
    pub fn current(&self) -> usize {
        self.current
    }

    /// How many interventions made a future what it is.
    #[must_use]
    pub fn depth(&self, place: usize) -> usize {
        let parent = |place: &usize| self.all.get(*place).and_then(|future| future.parent);
        std::iter::successors(Some(place), parent).count() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::scenario::{Knob, ready};

    fn turn(millis: u64) -> Intervention {
        let action = Action::Set { name: Knob::Ttl, value: 3.0 };
        Intervention { at: VirtualTime::from_millis(millis), action }
    }

    fn grown(futures: &mut Futures, millis: u64) {
        let mut scenario = futures.all()[futures.current()].scenario.clone();
        scenario.intervene(turn(millis));
        futures.branch(&turn(millis), &scenario);
    }

    #[test]
    fn an_intervention_in_the_past_keeps_the_old_future() {
        let mut futures = Futures::of(ready("everyday", None).unwrap());
        grown(&mut futures, 5_000);
        futures.choose(0).unwrap();
        grown(&mut futures, 4_000);
        assert_eq!((futures.all().len(), futures.current()), (3, 2));
        assert_eq!(futures.all().iter().map(|future| future.parent).collect::<Vec<_>>(), [None, Some(0), Some(0)]);
        assert_eq!(futures.all()[2].scenario.interventions.len(), 1);
        grown(&mut futures, 6_000);
        assert_eq!((futures.depth(3), futures.depth(0)), (2, 0));
        assert!(futures.choose(9).is_none());
    }

    #[test]
    fn a_typed_command_makes_no_future_of_its_own() {
        let mut futures = Futures::of(ready("everyday", None).unwrap());
        let asked = Intervention { at: VirtualTime::ZERO, action: Action::Command { text: "PING".to_owned() } };
        let mut scenario = ready("everyday", None).unwrap();
        scenario.intervene(asked.clone());
        futures.branch(&asked, &scenario);
        assert_eq!((futures.all().len(), futures.all()[0].scenario.interventions.len()), (1, 1));
    }

    #[test]
    fn the_tree_stays_small_and_whole() {
        let mut futures = Futures::of(ready("everyday", None).unwrap());
        for step in 0..40 {
            if step % 3 == 0 {
                futures.choose(0).unwrap();
            }
            grown(&mut futures, step * 100);
        }
        assert!(futures.all().len() <= MOST);
        for (place, future) in futures.all().iter().enumerate() {
            assert!(future.parent.is_none_or(|parent| parent < place));
            assert_eq!(futures.depth(place), future.scenario.interventions.len());
        }
    }
}
