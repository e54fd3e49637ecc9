//! Prints, for every ready scenario with its own pattern and with every other, what the native run gives at its end: one
//! JSON object a line, against which the browser tests hold the page.

use cachescope::patterns;
use cachescope::run::{Playhead, Run, state};
use cachescope::scenario::{READY, ready};

fn main() {
    for entry in &READY {
        for pattern in &patterns::ALL {
            let own = entry.scenario().pattern == pattern.id;
            let scenario = ready(entry.id, Some(pattern.id)).unwrap_or_default();
            let run = match Run::of(scenario) {
                Ok(run) => run,
                Err(error) => {
                    eprintln!("{} with {}: {error}", entry.id, pattern.id);
                    std::process::exit(1);
                }
            };
            let head = Playhead { at: run.trace.end(), ..Playhead::default() };
            let report = state(&run, &head, &run.trace.scene(head.at));
            let line = serde_json::json!({
                "pattern": pattern.id,
                "scenario": entry.id,
                "own": own,
                "seed": run.scenario.seed,
                "digest": report.digest,
                "events": run.trace.events().len(),
                "state": report,
            });
            println!("{line}");
        }
    }
}
