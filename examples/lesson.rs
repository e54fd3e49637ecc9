//! Reads lessons and says what is wrong with them, or what the answers to their questions are:
//! `cargo run --example lesson -- mine.json`.

use std::process::ExitCode;

use cachescope::lessons::tour::{Tour, truth};

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args().skip(1) {
        let read = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        match read.and_then(|text| Tour::read(&text).map_err(|error| error.to_string())) {
            Ok(tour) => tell(&tour),
            Err(problem) => {
                eprintln!("{path}: {problem}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn tell(tour: &Tour) {
    println!("{}: {} steps", tour.title, tour.steps.len());
    for (place, step) in (1..).zip(&tour.steps) {
        let asked = step.question.as_ref().zip(tour.scenario_at(place - 1).ok());
        if let Some((question, scenario)) = asked {
            match truth(question, &scenario) {
                Ok(truth) => println!("  step {place}: {} {}", question.ask, truth.told),
                Err(problem) => println!("  step {place}: {problem}"),
            }
        }
    }
}
