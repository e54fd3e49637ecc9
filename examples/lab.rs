//! Runs a scenario or an experiment in the terminal, on all cores, and prints its figures as JSON:
//!
//!     cargo run --release --example lab -- scenario.json
//!     cargo run --release --example lab -- experiment.json --csv
//!
//! A file with a `kind` is an experiment (`run`, `sweep` or `loss`), any other a scenario. `-` reads standard input.
//!
//! A recorded log is read with memory that does not grow with it; with a scenario, its requests go through that system as fast
//! as its workload's rate:
//!
//!     cargo run --release --example lab -- --traffic monitor.log
//!     cargo run --release --example lab -- --traffic monitor.log scenario.json

use std::fs::File;
use std::io::Read;
use std::process::ExitCode;

use cachescope::audit::Figures;
use cachescope::lab::traffic::{Analysis, OnBadLine, Reader};
use cachescope::lab::{Headless, Kind, LossStudy, Runs, Spec, Sweep, figures, metrics};
use cachescope::scenario::{Scenario, ScenarioError};
use mimalloc::MiMalloc;
use rayon::prelude::*;

/// Runs make and drop many small things, for which this allocator is faster than the system's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let paths: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let Some(path) = paths.first() else {
        eprintln!("usage: lab scenario.json | experiment.json [--csv] | --traffic log [scenario.json]");
        return ExitCode::from(2);
    };
    let answered = if has("--traffic") { traffic(path, paths.get(1).copied()) } else { answer(path, has("--csv")) };
    match answered {
        Ok(text) => {
            println!("{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{path}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn answer(path: &str, csv: bool) -> Result<String, Failure> {
    let json = text_of(path)?;
    let value: serde_json::Value = serde_json::from_str(&json)?;
    let spec = match value.get("kind") {
        Some(_) => Spec::from_json(&json)?,
        None => Spec { run: serde_json::from_value::<Scenario>(value)?, ..Spec::default() },
    };
    match spec.kind {
        Kind::Run => {
            let scenario = spec.base()?;
            let told = metrics(&scenario, &figures(scenario.clone())?);
            Ok(serde_json::to_string_pretty(&told)?)
        }
        Kind::Sweep => {
            let mut sweep = Sweep::new(spec)?;
            run_all(&mut sweep)?;
            Ok(if csv { sweep.csv() } else { serde_json::to_string_pretty(&sweep.json())? })
        }
        Kind::Loss => {
            let mut study = LossStudy::new(spec)?;
            run_all(&mut study)?;
            Ok(if csv { study.csv() } else { serde_json::to_string_pretty(&study.json())? })
        }
    }
}

/// Makes all runs of an experiment, on all cores.
fn run_all(runs: &mut impl Runs) -> Result<(), ScenarioError> {
    let figures = all((0..runs.runs()).map(|run| runs.scenario(run)).collect())?;
    figures.iter().enumerate().for_each(|(run, figures)| runs.take(run, figures));
    Ok(())
}

/// How many bytes of a log are read at once, as in the page's worker.
const PIECE: usize = 4 << 20;

/// What a log is like, and what a scenario's system makes of it.
fn traffic(path: &str, scenario: Option<&String>) -> Result<String, Failure> {
    let (mut reader, mut analysis) = (Reader::new(OnBadLine::Skip), Analysis::default());
    let (mut log, mut piece) = (File::open(path)?, vec![0; PIECE]);
    loop {
        let read = log.read(&mut piece)?;
        if read == 0 {
            break;
        }
        reader.feed(&piece[..read], |access| analysis.add(&access))?;
    }
    reader.finish(|access| analysis.add(&access))?;
    let mut told = analysis.told(&reader);
    if let Some(scenario) = scenario {
        let scenario: Scenario = serde_json::from_str(&text_of(scenario)?)?;
        let faster = analysis.faster(scenario.workload.rate);
        let mut run = Headless::of_recorded(scenario, analysis.requests(faster))?;
        run.advance(u64::MAX)?;
        told["run"] = metrics(run.scenario(), &run.figures());
    }
    Ok(serde_json::to_string_pretty(&told)?)
}

/// The figures of all runs, in their order, whichever core made them.
fn all(scenarios: Vec<Scenario>) -> Result<Vec<Figures>, ScenarioError> {
    scenarios.into_par_iter().map(figures).collect()
}

fn text_of(path: &str) -> Result<String, Failure> {
    if path != "-" {
        return Ok(std::fs::read_to_string(path)?);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
