//! A run is a pure function, and so is a frame.

use cachescope::run::Run;
use cachescope::scenario::READY;
use cachescope::trace::{Projector, frame};
use proptest::prelude::*;

use super::support::{any_scenario, cases, seconds};

#[test]
fn each_ready_scenario_gives_the_same_trace_twice_and_another_with_another_seed() {
    for ready in &READY {
        let first = Run::of(ready.scenario()).unwrap();
        let again = Run::of(ready.scenario()).unwrap();
        assert_eq!(first.trace.digest(), again.trace.digest(), "{}", ready.id);
        let mut other = ready.scenario();
        other.seed += 1;
        assert_ne!(Run::of(other).unwrap().trace.digest(), first.trace.digest(), "{}", ready.id);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_frame_is_the_same_however_one_comes_to_it(scenario in any_scenario(), times in proptest::collection::vec(0.0..30.0, 12)) {
        let run = Run::of(scenario).unwrap();
        let mut projector = Projector::default();
        for at in times {
            let at = seconds(at);
            let moved = cachescope::trace::Frame::of(projector.scene(&run.trace, at), at);
            prop_assert_eq!(moved, frame(&run.trace, at));
        }
    }
}
