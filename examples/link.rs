//! Prints the query that opens a scenario on the page: `cargo run --example link -- scenario.json`.
//!
//! With `--count` it runs the scenario and also says, on standard error, how many events it makes and how many messages are
//! on their way at most.

use std::process::ExitCode;

use cachescope::run::Run;
use cachescope::scenario::{Scenario, encode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(path) = arguments.iter().find(|argument| !argument.starts_with("--")) else {
        eprintln!("Say which scenario: cargo run --example link -- scenario.json");
        return ExitCode::from(2);
    };
    match read(path) {
        Ok(scenario) => {
            println!("run={}", encode(&scenario));
            if arguments.iter().any(|argument| argument == "--count") {
                count(scenario);
            }
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{path}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn read(path: &str) -> Result<Scenario, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let scenario: Scenario = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    scenario.check().map_err(|error| error.to_string())?;
    Ok(scenario)
}

fn count(scenario: Scenario) {
    match Run::of(scenario) {
        Ok(run) => {
            let end = run.trace.end();
            let flights = (0..=200).map(|step| {
                let at = cachescope::engine::VirtualTime::from_nanos(end.as_nanos() / 200 * step);
                run.trace.scene(at).flights.len()
            });
            eprintln!(
                "{} events, up to {} messages on their way",
                run.trace.events().len(),
                flights.max().unwrap_or(0)
            );
        }
        Err(error) => eprintln!("{error}"),
    }
}
