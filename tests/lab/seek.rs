//! A seek in a long trace.

use std::time::{Duration, Instant};

use cachescope::engine::VirtualTime;
use cachescope::scenario::{self, Scenario};
use cachescope::trace::{Projector, Trace};
use cachescope::workload::Mix;
use cachescope::world::Timings;

/// The events of one run, again and again, each time later: as many as no run may have.
fn million_events() -> Trace {
    let scenario = Scenario {
        pattern: "write-behind".to_owned(),
        workload: Mix { rate: 400.0, clients: 12, keys: 200, ..Mix::default() },
        timings: Timings::production(),
        ..Scenario::default()
    };
    let recording = scenario::run(&scenario).unwrap();
    let mut events = Vec::new();
    let mut shift = VirtualTime::ZERO;
    while events.len() < 1_000_000 {
        let later = |event: &cachescope::world::Event| {
            let mut event = event.clone();
            event.at = shift + event.at.since(VirtualTime::ZERO);
            event
        };
        events.extend(recording.events.iter().map(later));
        shift += recording.end.since(VirtualTime::ZERO);
    }
    Trace::new(events, shift)
}

#[test]
fn a_seek_among_a_million_events_takes_less_than_a_frame() {
    let trace = million_events();
    let mut projector = Projector::default();
    let mut times: Vec<Duration> = (0..101_u64)
        .map(|number| {
            let share = (number * 37 % 101) as f64 / 101.0;
            let at = VirtualTime::from_secs_f64(trace.end().as_secs_f64() * share);
            let began = Instant::now();
            std::hint::black_box(projector.scene(&trace, at));
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    // The median: others use this machine too.
    assert!(times[50] < Duration::from_millis(16), "{:?}", times[50]);
}
