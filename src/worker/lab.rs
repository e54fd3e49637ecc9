//! The lab's panel: a million requests, sweeps, crashes, and recorded traffic, each made a part at a time.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::guest::{Answer, Asked};
use super::request::WorkerError;
use super::source::Source;
use super::{lab_html, traffic_html};
use crate::decimal::read_f64;
use crate::engine::Span;
use crate::lab::traffic::{Analysis, OnBadLine, Reader};
use crate::lab::{Axis, Headless, Job, Kind, Measure, Range, Sample, Spec, SpecError};
use crate::patterns;
use crate::scenario::{Scenario, decode};
use crate::workload::Recorded;
use crate::world::Timings;

/// How many requests are simulated between two signs of life.
const PART: u64 = 25_000;
/// How many bytes of a file are read between two signs of life.
const PIECE: u64 = 4 << 20;
/// At which mean rate recorded traffic is sent: no faster than a usual data centre serves it.
const RATE: f64 = 500.0;

thread_local! {
    static PANEL: RefCell<Panel> = RefCell::default();
}

/// What the panel is at.
#[derive(Default)]
struct Panel {
    task: Option<Task>,
    /// What was found out last, as it is shown.
    shown: String,
    /// The traffic that was read last.
    traffic: Option<(Reader, Analysis)>,
    /// The sweep that is shown.
    swept: Option<Spec>,
}

enum Task {
    Job { job: Box<Job>, spec: Box<Spec> },
    Reading(Box<Reading>),
    Replay(Box<Replay>),
}

struct Reading {
    name: String,
    size: u64,
    read: u64,
    reader: Reader,
    analysis: Analysis,
}

/// Recorded traffic on its way through the patterns.
struct Replay {
    base: Scenario,
    requests: Rc<[Recorded]>,
    faster: f64,
    current: Option<Headless>,
    done: Vec<(String, Sample)>,
}

/// The panel's question.
pub(super) fn answer(params: &Value, file: &dyn Source) -> Result<Value, WorkerError> {
    let asked = Asked::read("lab", params)?;
    let answered = PANEL.with_borrow_mut(|panel| panel.answer(&asked, file));
    // What went wrong is shown in its place: the fields stay.
    Ok(answered.unwrap_or_else(|error| fail(&asked, &error)).into())
}

fn fail(asked: &Asked, error: &WorkerError) -> Answer {
    PANEL.with_borrow_mut(|panel| {
        panel.task = None;
        panel.shown = lab_html::problem(&error.to_string());
        panel.page(asked)
    })
}

impl Panel {
    fn answer(&mut self, asked: &Asked, file: &dyn Source) -> Result<Answer, WorkerError> {
        let (ask, rest) = asked.ask.split_once(' ').unwrap_or((&asked.ask, ""));
        match ask {
            "on" => return self.go_on(asked, file),
            "stop" => {
                self.task = None;
                self.shown = lab_html::note("Stopped.");
            }
            "million" => self.begin(Spec { kind: Kind::Run, requests: Some(1_000_000), ..spec(asked)? })?,
            "sweep" => self.begin(swept(asked)?)?,
            "loss" => self.begin(crashed(asked)?)?,
            "zoom" => self.zoom(rest)?,
            "link" => self.begin(Spec::from_link(rest)?)?,
            "file" => self.open(asked, file)?,
            "replay" => self.replay(asked)?,
            _ => {}
        }
        Ok(self.page(asked))
    }

    fn page(&self, asked: &Asked) -> Answer {
        let running = self.task.as_ref().map(|task| (task.title(), task.progress()));
        let html = lab_html::page(asked, running.as_ref(), &self.shown);
        Answer { html, again: running.map(|_| "on"), ..Answer::default() }
    }

    fn begin(&mut self, spec: Spec) -> Result<(), SpecError> {
        self.shown.clear();
        let job = Box::new(Job::new(spec.clone())?);
        self.task = Some(Task::Job { job, spec: Box::new(spec) });
        Ok(())
    }

    /// The same sweep between two values of its first setting.
    fn zoom(&mut self, range: &str) -> Result<(), SpecError> {
        let ends = range.split_once(' ').and_then(|(low, high)| Some((read_f64(low)?, read_f64(high)?)));
        let (Some((low, high)), Some(mut spec)) = (ends, self.swept.clone()) else { return Ok(()) };
        if let Some(x) = &mut spec.x {
            x.values = (0..=6).map(|part| low + (high - low) * f64::from(part) / 6.0).collect();
            x.values.dedup();
        }
        self.begin(spec)
    }

    fn go_on(&mut self, asked: &Asked, file: &dyn Source) -> Result<Answer, WorkerError> {
        let Some(task) = &mut self.task else { return Ok(self.page(asked)) };
        let ended = match task {
            Task::Job { job, .. } => job.advance(PART)?,
            Task::Reading(reading) => reading.go_on(file)?,
            Task::Replay(replay) => replay.go_on()?,
        };
        if !ended {
            return Ok(Answer { progress: Some(task.progress()), again: Some("on"), ..Answer::default() });
        }
        match self.task.take() {
            Some(Task::Job { job, spec }) => {
                self.shown = lab_html::result(&job, &spec);
                self.swept = (spec.kind == Kind::Sweep).then_some(*spec);
            }
            Some(Task::Reading(reading)) => {
                self.shown = traffic_html::report(&reading.name, &reading.reader, &reading.analysis);
                self.traffic = Some((reading.reader, reading.analysis));
            }
            Some(Task::Replay(replay)) => {
                self.shown = traffic_html::replayed(&replay.done, replay.requests.len(), replay.faster);
            }
            None => {}
        }
        Ok(self.page(asked))
    }

    fn open(&mut self, asked: &Asked, file: &dyn Source) -> Result<(), WorkerError> {
        let none = || WorkerError::File("this browser gives its workers no file, or there is none".to_owned());
        let (name, size) = file.told().ok_or_else(none)?;
        let refuses = asked.field("bad") == Some("refuse");
        let reader = Reader::new(if refuses { OnBadLine::Refuse } else { OnBadLine::Skip });
        let reading = Reading { name, size, read: 0, reader, analysis: Analysis::default() };
        self.shown.clear();
        self.traffic = None;
        self.task = Some(Task::Reading(Box::new(reading)));
        Ok(())
    }

    fn replay(&mut self, asked: &Asked) -> Result<(), WorkerError> {
        let Some((_, analysis)) = &self.traffic else { return Ok(()) };
        let mut base = centre(asked)?;
        if let Some(ttl) = analysis.ttls().quantile(0.5).filter(|ttl| !ttl.is_zero()) {
            base.settings.ttl = Some(ttl);
        }
        let faster = analysis.faster(RATE);
        let (current, done) = (None, Vec::new());
        self.task =
            Some(Task::Replay(Box::new(Replay { base, requests: analysis.requests(faster), faster, current, done })));
        Ok(())
    }
}

impl Task {
    fn title(&self) -> String {
        match self {
            Self::Job { spec, .. } => match spec.kind {
                Kind::Run => format!("{} requests", spec.requests.unwrap_or_default()),
                Kind::Sweep => "the sweep".to_owned(),
                Kind::Loss => "the crashes".to_owned(),
            },
            Self::Reading(reading) => format!("reading {}", reading.name),
            Self::Replay(_) => "the recorded requests on every pattern".to_owned(),
        }
    }

    fn progress(&self) -> f64 {
        match self {
            Self::Job { job, .. } => job.progress(),
            Self::Reading(reading) => reading.read as f64 / reading.size.max(1) as f64,
            Self::Replay(replay) => {
                let part = replay.current.as_ref().map_or(0.0, Headless::progress);
                (replay.done.len() as f64 + part) / patterns::ALL.len() as f64
            }
        }
    }
}

impl Reading {
    fn go_on(&mut self, file: &dyn Source) -> Result<bool, WorkerError> {
        let piece = file.read(self.read, PIECE.min(self.size - self.read)).map_err(WorkerError::File)?;
        self.read += piece.len() as u64;
        let analysis = &mut self.analysis;
        self.reader.feed(&piece, |access| analysis.add(&access))?;
        if self.read < self.size && !piece.is_empty() {
            return Ok(false);
        }
        self.reader.finish(|access| analysis.add(&access))?;
        Ok(true)
    }
}

impl Replay {
    fn go_on(&mut self) -> Result<bool, WorkerError> {
        let Some(pattern) = patterns::ALL.get(self.done.len()) else { return Ok(true) };
        let run = match &mut self.current {
            Some(run) => run,
            none => {
                let scenario = Scenario { pattern: pattern.id.to_owned(), ..self.base.clone() };
                none.insert(Headless::of_recorded(scenario, Rc::clone(&self.requests))?)
            }
        };
        if run.advance(PART)? {
            let sample = Measure::ALL.map(|measure| measure.of(&run.figures()));
            self.done.push((pattern.name.to_owned(), sample));
            self.current = None;
        }
        Ok(self.done.len() == patterns::ALL.len())
    }
}

/// The system that is asked for: that of the stage, or a usual data centre with the pattern and the settings of the stage.
fn system(asked: &Asked) -> Result<Scenario, WorkerError> {
    if asked.field("system") == Some("stage") { Ok(decode(&asked.run)?) } else { centre(asked) }
}

fn centre(asked: &Asked) -> Result<Scenario, WorkerError> {
    let stage = decode(&asked.run)?;
    let mut centre = Scenario { timings: Timings::production(), pattern: stage.pattern, ..Scenario::default() };
    centre.settings = stage.settings;
    // The stage's batches are small, so that one can see them.
    centre.settings.flush_batch = 1_000;
    centre.seed = stage.seed;
    centre.workload.clients = 12;
    centre.workload.keys = 1_000;
    centre.workload.rate = 500.0;
    centre.workload.read_share = 0.9;
    Ok(centre)
}

fn spec(asked: &Asked) -> Result<Spec, WorkerError> {
    Ok(Spec { run: system(asked)?, ..Spec::default() })
}

fn swept(asked: &Asked) -> Result<Spec, WorkerError> {
    let every = asked.field("every").is_some();
    let measure = Measure::ALL.into_iter().find(|measure| asked.field("measure") == Some(measure.id()));
    let number = |field: &str, usual: f64| asked.field(field).and_then(read_f64).unwrap_or(usual);
    Ok(Spec {
        kind: Kind::Sweep,
        requests: Some(number("requests", 10_000.0) as u64),
        patterns: if every { patterns::ALL.iter().map(|pattern| pattern.id.to_owned()).collect() } else { Vec::new() },
        x: range(asked, "x", "xs")?,
        y: range(asked, "y", "ys")?,
        seeds: number("seeds", 3.0) as u32,
        measure: measure.unwrap_or_default(),
        ..spec(asked)?
    })
}

/// The setting of one field with the values of another.
fn range(asked: &Asked, setting: &str, values: &str) -> Result<Option<Range>, WorkerError> {
    let Some(setting) = asked.field(setting).filter(|setting| !setting.is_empty()) else { return Ok(None) };
    let setting = Axis::try_from(setting.to_owned()).map_err(|error| SpecError::Unreadable(error.to_string()))?;
    let texts = asked.field(values).unwrap_or_default();
    let mut numbers = Vec::new();
    for text in texts.split([',', ' ']).filter(|text| !text.is_empty()) {
        let number = read_f64(text).filter(|number| number.is_finite());
        let unreadable =
            || SpecError::Unreadable(format!("\"{}\" is no number", text.chars().take(20).collect::<String>()));
        numbers.push(number.ok_or_else(unreadable)?);
    }
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.dedup();
    Ok(Some(Range { setting, values: numbers }))
}

fn crashed(asked: &Asked) -> Result<Spec, WorkerError> {
    let mut spec = Spec { kind: Kind::Loss, ..spec(asked)? };
    spec.run.duration = spec.run.duration.min(Span::from_secs(40));
    if asked.field("system") != Some("stage") {
        spec.run.workload.rate = 100.0;
        spec.run.workload.read_share = 0.7;
    }
    Ok(spec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{encode, ready};
    use serde_json::json;

    struct Text(&'static str);

    impl Source for Text {
        fn told(&self) -> Option<(String, u64)> {
            Some(("log.txt".to_owned(), self.0.len() as u64))
        }

        fn read(&self, from: u64, count: u64) -> Result<Vec<u8>, String> {
            let from = from as usize;
            Ok(self.0.as_bytes()[from..(from + count as usize).min(self.0.len())].to_vec())
        }
    }

    /// Asks, and asks on until there is nothing more to come.
    fn told(ask: &str, form: &str, file: &dyn Source) -> String {
        let run = encode(&ready("write-behind-data-loss", None).unwrap());
        let question = |ask: &str| json!({"run": run, "ask": ask, "form": form, "at": 3});
        let mut told = answer(&question(ask), file).unwrap();
        let mut html = told["html"].as_str().unwrap_or_default().to_owned();
        while told["again"] == "on" {
            assert!(
                told["html"].is_string()
                    || told["progress"].as_str().and_then(read_f64).is_some_and(|progress| progress <= 1.0)
            );
            told = answer(&question("on"), file).unwrap();
            if let Some(last) = told["html"].as_str() {
                html = last.to_owned();
            }
        }
        html
    }

    #[test]
    fn nothing_is_run_before_it_is_asked_for() {
        let html = told("", "", &super::super::NoFile);
        assert!(html.contains("data-ask=\"million\"") && !html.contains("<progress"), "{html}");
    }

    #[test]
    fn a_sweep_is_drawn_with_its_theory_and_can_be_taken_home() {
        let form = "system=centre&x=ttl&xs=1,4,20&measure=hit-ratio&requests=2000&seeds=2";
        let html = told("sweep", form, &super::super::NoFile);
        assert!(
            html.contains("<svg") && html.contains("<polyline") && html.contains("data-ask=\"zoom 1 4\""),
            "{html}"
        );
        assert!(html.contains("href=\"?experiment=") && html.contains("download=\"sweep.csv\""), "{html}");
        let closer = told("zoom 1 4", form, &super::super::NoFile);
        assert!(closer.contains("data-ask=\"zoom 1 1.5\""), "{closer}");
        let map = told("sweep", &format!("{form}&y=read-share&ys=50,90"), &super::super::NoFile);
        assert!(map.contains("chart__field"), "{map}");
        let wrong = told("sweep", "x=ttl&xs=1,two", &super::super::NoFile);
        assert!(wrong.contains("role=\"alert\"") && wrong.contains("two"), "{wrong}");
    }

    #[test]
    fn crashes_are_told_for_each_persistence() {
        let html = told("loss", "system=stage", &super::super::NoFile);
        assert!(html.contains("appendfsync always") && html.contains("memory alone"), "{html}");
    }

    #[test]
    fn a_file_is_read_and_replayed() {
        let log =
            Text("1.5 [0 127.0.0.1:6] \"GET\" \"<a>\"\n2.5 [0 127.0.0.1:6] \"SET\" \"b\" \"1\" \"EX\" \"9\"\nbad\n");
        let html = told("file", "bad=skip", &log);
        assert!(html.contains("&lt;a&gt;") && html.contains("line 3"), "{html}");
        let replayed = told("replay", "", &log);
        assert!(replayed.contains("Write-behind") && replayed.contains("<table"), "{replayed}");
        let refused = told("file", "bad=refuse", &log);
        assert!(refused.contains("line 3 can&#39;t be read"), "{refused}");
        let none = told("file", "", &super::super::NoFile);
        assert!(none.contains("role=\"alert\""), "{none}");
    }
}
