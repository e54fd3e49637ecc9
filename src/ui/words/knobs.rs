//! The settings in force at a time.

use crate::engine::VirtualTime;
use crate::scenario::{Action, Knob, Scenario};

/// The value of each knob that the scenario's pattern heeds, at that time, in the knobs' order.
#[must_use]
pub fn values_at(scenario: &Scenario, at: VirtualTime) -> Vec<f64> {
    let (mut mix, mut settings) = (scenario.workload.clone(), scenario.settings.clone());
    for intervention in scenario.interventions.iter().take_while(|intervention| intervention.at <= at) {
        if let Action::Set { name, value } = intervention.action {
            name.turn(&mut mix, &mut settings, value);
        }
    }
    Knob::of_pattern(&scenario.pattern).map(|spec| spec.knob.read(&mix, &settings)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Intervention;

    #[test]
    fn a_setting_changes_when_it_was_turned_and_not_before() {
        let mut scenario = Scenario::default();
        let at = VirtualTime::from_secs(5);
        scenario.intervene(Intervention { at, action: Action::Set { name: Knob::Rate, value: 3.0 } });
        let place = Knob::of_pattern("cache-aside").position(|spec| spec.knob == Knob::Rate).unwrap();
        assert_eq!(values_at(&scenario, VirtualTime::from_millis(4_999))[place], scenario.workload.rate);
        assert_eq!(values_at(&scenario, at)[place], 3.0);
    }
}
