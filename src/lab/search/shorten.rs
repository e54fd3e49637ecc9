//! Leaves out of a run what it does not need in order to fail.

use super::{Found, Search, first_broken};
use crate::engine::{Span, VirtualTime};
use crate::scenario::Scenario;

/// Most runs that are made.
const MOST: u32 = 400;

/// The time before the first request in the end.
const LEAD: Span = Span::from_millis(500);

struct Shortener<'a> {
    search: &'a Search,
    best: Found,
    left: u32,
}

pub(super) fn shorten(search: &Search, found: Found) -> Found {
    let mut shortener = Shortener { search, best: found, left: MOST };
    while shortener.drop_something() || shortener.draw_together() {}
    shortener.take(|scenario| scenario.seed = 1);
    shortener.end_soon();
    shortener.begin_later();
    shortener.best
}

impl Shortener<'_> {
    /// Takes a change if the run still breaks the same promise.
    fn take(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let mut scenario = self.best.scenario.clone();
        change(&mut scenario);
        if scenario == self.best.scenario {
            return false;
        }
        let found = first_broken(scenario, self.best.trial).filter(|found| found.kind == self.best.kind);
        found.map(|found| self.best = found).is_some()
    }

    /// A request, or an intervention.
    fn drop_something(&mut self) -> bool {
        let requests = self.best.scenario.script.len();
        let interventions = self.best.scenario.interventions.len();
        (0..requests).rev().any(|place| self.take(|scenario| drop(scenario.script.remove(place))))
            || (0..interventions).rev().any(|place| self.take(|scenario| drop(scenario.interventions.remove(place))))
    }

    /// All that happens after a moment happens earlier by a tenth of the pace.
    fn draw_together(&mut self) -> bool {
        let step = self.search.pace.scale(0.1);
        let times: Vec<VirtualTime> = times(&self.best.scenario);
        times.windows(2).any(|pair| {
            let gap = pair[1].since(pair[0]);
            gap > step
                && self.take(|scenario| {
                    shift(scenario, pair[1], |at| VirtualTime::ZERO + (at.since(VirtualTime::ZERO) - step))
                })
        })
    }

    fn end_soon(&mut self) {
        let until = self.best.at.since(VirtualTime::ZERO) + self.search.pace;
        self.take(|scenario| scenario.duration = scenario.duration.min(until));
    }

    /// So that somebody who looks has a moment before it begins.
    fn begin_later(&mut self) {
        let first = times(&self.best.scenario).first().copied().unwrap_or(VirtualTime::ZERO);
        self.take(|scenario| {
            shift(scenario, first, |at| VirtualTime::ZERO + at.since(first) + LEAD);
            scenario.duration += LEAD;
        });
    }
}

/// All times of a run at which somebody does something, in order.
fn times(scenario: &Scenario) -> Vec<VirtualTime> {
    let requests = scenario.script.iter().map(|request| request.at);
    let mut times: Vec<VirtualTime> =
        requests.chain(scenario.interventions.iter().map(|intervention| intervention.at)).collect();
    times.sort_unstable();
    times
}

fn shift(scenario: &mut Scenario, from: VirtualTime, later: impl Fn(VirtualTime) -> VirtualTime) {
    let times = scenario.script.iter_mut().map(|request| &mut request.at);
    for at in times.chain(scenario.interventions.iter_mut().map(|intervention| &mut intervention.at)) {
        if *at >= from {
            *at = later(*at);
        }
    }
}
