//! The lessons: which there are, and the steps of one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::guest::{Answer, Asked, Open};
use super::lesson_html::{list, step};
use super::request::WorkerError;
use super::runs::run_of;
use crate::engine::VirtualTime;
use crate::lessons::tour::{Figure, Goal, Progress, Tour, TourError, on_shelf, shelf, truth};

/// What the page tells again with each question.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// The lesson's text, if it is not one of the page's own.
    text: Option<String>,
    /// The lesson's id; none: the list is shown.
    tour: Option<String>,
    progress: Progress,
    /// The step whose run was loaded last.
    loaded: Option<usize>,
    /// Whether the moment of this step has been seen.
    seen: bool,
}

/// How a goal stands.
pub(super) struct Standing {
    pub(super) measured: Option<f64>,
    pub(super) reached: bool,
}

/// A panel's question: `open ID` or, from its third step on, `open ID/3`, `read TEXT`, `next`, `back`, `leave`, `answer`, `skip`, `again`, `check`, `reached`.
pub(super) fn answer(params: &Value) -> Result<Value, WorkerError> {
    let asked = Asked::read("lesson", params)?;
    let place: Place = serde_json::from_value(asked.state.clone()).unwrap_or_default();
    let (verb, rest) = asked.ask.split_once(' ').unwrap_or((&asked.ask, ""));
    match verb {
        "open" => begin(named(rest), &asked),
        "read" => {
            Tour::read(rest)?;
            begin(Place { text: Some(rest.to_owned()), ..Place::default() }, &asked)
        }
        "leave" => Ok(lessons(&asked.kept)),
        _ if place.tour.is_none() && place.text.is_none() => Ok(lessons(&asked.kept)),
        _ => go_on(place, verb, &asked),
    }
}

/// The place that a link names: a lesson, and the number of its step unless it is the first.
fn named(link: &str) -> Place {
    let (id, step) = link.split_once('/').unwrap_or((link, "1"));
    let step = step.parse::<usize>().unwrap_or(1).saturating_sub(1);
    Place { tour: Some(id.to_owned()), progress: Progress { step, ..Progress::default() }, ..Place::default() }
}

/// What a link calls a place, if the lesson is one of the page's own: the page knows the address of an author's.
fn link(tour: &Tour, place: &Place) -> Option<String> {
    match (&place.text, place.progress.step) {
        (Some(_), _) => None,
        (None, 0) => Some(tour.id.clone()),
        (None, step) => Some(format!("{}/{}", tour.id, step + 1)),
    }
}

fn lessons(kept: &Value) -> Value {
    let html = list(&shelf(), |id| kept[id].as_array().map(|score| (count(score.first()), count(score.get(1)))));
    Answer { html, link: Some(String::new()), ..Answer::default() }.into()
}

fn count(value: Option<&Value>) -> u64 {
    value.and_then(Value::as_u64).unwrap_or(0)
}

fn tour_of(place: &Place) -> Result<Tour, TourError> {
    match (&place.text, &place.tour) {
        // It was read with all its checks when it was opened.
        (Some(text), _) => Tour::parse(text),
        (None, id) => on_shelf(id.as_deref().unwrap_or_default()),
    }
}

fn begin(mut place: Place, asked: &Asked) -> Result<Value, WorkerError> {
    let tour = tour_of(&place)?;
    place.tour = Some(tour.id.clone());
    place.progress.step = place.progress.step.min(tour.steps.len().saturating_sub(1));
    enter(&tour, place, asked)
}

/// Comes to a step: its run is loaded unless it is there already, and its moment is shown unless something is asked first.
fn enter(tour: &Tour, mut place: Place, asked: &Asked) -> Result<Value, WorkerError> {
    let now = place.progress.step;
    let Some(current) = tour.steps.get(now) else { return Ok(lessons(&asked.kept)) };
    let shown = tour.shown_at(now);
    let load = if place.loaded == shown { None } else { load(tour, now) };
    place.loaded = shown;
    let waits = current.question.is_some() && place.progress.answer(now).is_none();
    place.seen = waits || current.until.is_none();
    let until = current.until.filter(|_| !waits);
    let open = Some(Open { load, at: current.at, until });
    tell(tour, &place, asked, Answer { open, ..Answer::default() })
}

/// What the method `load` takes for the run of a step.
fn load(tour: &Tour, step: usize) -> Option<Value> {
    let show = tour.steps.get(tour.shown_at(step)?)?.show.as_ref()?;
    match (&show.scenario, show.set.is_empty()) {
        // So that the page knows which of its scenarios it is.
        (Some(id), true) => Some(json!({"scenario": id, "pattern": show.pattern, "seed": show.seed})),
        _ => Some(json!({"run": crate::scenario::encode(&show.scenario().ok()?)})),
    }
}

fn go_on(mut place: Place, verb: &str, asked: &Asked) -> Result<Value, WorkerError> {
    let tour = tour_of(&place)?;
    match verb {
        "next" => {
            if !place.progress.next(&tour) {
                return Ok(finish(&tour, &place, asked));
            }
            enter(&tour, place, asked)
        }
        "back" => {
            place.progress.back();
            enter(&tour, place, asked)
        }
        "again" => enter(&tour, place, asked),
        "answer" | "skip" => {
            let given = if verb == "skip" { "" } else { asked.field("answer").unwrap_or_default() };
            if given.is_empty() && verb == "answer" {
                return tell(&tour, &place, asked, Answer::default());
            }
            let right = right(&tour, place.progress.step, given);
            place.progress.note(given, right);
            enter(&tour, place, asked)
        }
        "check" => {
            let reached = standings(&tour, place.progress.step, asked)?.iter().all(|standing| standing.reached);
            place.progress.try_goals(reached);
            tell(&tour, &place, asked, Answer::default())
        }
        _ => {
            place.seen |= verb == "reached";
            tell(&tour, &place, asked, Answer::default())
        }
    }
}

fn right(tour: &Tour, step: usize, given: &str) -> bool {
    let question = tour.steps.get(step).and_then(|step| step.question.as_ref());
    let truth =
        question.zip(tour.scenario_at(step).ok()).and_then(|(question, scenario)| truth(question, &scenario).ok());
    truth.is_some_and(|truth| truth.accepts(given))
}

/// How the goals of a challenge stand in the run that is shown.
fn standings(tour: &Tour, step: usize, asked: &Asked) -> Result<Vec<Standing>, WorkerError> {
    let goals = tour.steps.get(step).and_then(|step| step.challenge.as_ref()).map(|challenge| &challenge.goals);
    let run = run_of(&asked.run)?;
    let end: VirtualTime = run.trace.end();
    let standing = |goal: &Goal| {
        let measured = Figure::find(&goal.figure).and_then(|figure| figure.measure(&run, end));
        let holds =
            |value: f64| goal.most.is_none_or(|most| value <= most) && goal.least.is_none_or(|least| value >= least);
        Standing { measured, reached: measured.is_some_and(holds) }
    };
    Ok(goals.into_iter().flatten().map(standing).collect())
}

/// Shows the step as it stands now.
fn tell(tour: &Tour, place: &Place, asked: &Asked, answer: Answer) -> Result<Value, WorkerError> {
    let now = place.progress.step;
    let question = tour.steps.get(now).and_then(|step| step.question.as_ref());
    let answered = place.progress.answer(now).filter(|_| place.seen || question.is_none());
    let truth = match (question, answered) {
        (Some(question), Some(_)) => tour.scenario_at(now).ok().and_then(|scenario| truth(question, &scenario).ok()),
        _ => None,
    };
    // A challenge that has not been tried has nothing to show.
    let standings = if place.progress.answer(now).is_some() { standings(tour, now, asked)? } else { Vec::new() };
    let html = step(tour, &place.progress, place.seen, truth.as_ref(), &standings);
    let state = serde_json::to_value(place).unwrap_or_default();
    Ok(Answer { html, state, link: link(tour, place), ..answer }.into())
}

/// Notes what was reached, and shows the list again.
fn finish(tour: &Tour, place: &Place, asked: &Asked) -> Value {
    let (right, of) = place.progress.score(tour);
    let mut kept = if asked.kept.is_object() { asked.kept.clone() } else { json!({}) };
    let best = count(kept[&tour.id].get(0)).max(right as u64);
    kept[&tour.id] = json!([best, of]);
    let mut answer = lessons(&kept);
    answer["kept"] = kept.to_string().into();
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{encode, ready};

    /// A person in front of the lessons.
    struct Pupil {
        run: String,
        state: Value,
        kept: Value,
        last: Value,
    }

    impl Pupil {
        fn new() -> Self {
            let run = encode(&ready("everyday", None).unwrap());
            Self { run, state: Value::Null, kept: Value::Null, last: Value::Null }
        }

        fn ask(&mut self, ask: &str, form: &str) -> String {
            let params = json!({
                "run": self.run, "at": 0, "ask": ask, "form": form, "state": self.state, "kept": self.kept.to_string(),
            });
            self.last = answer(&params).unwrap();
            self.state = self.last["state"].clone();
            if let Some(kept) = self.last["kept"].as_str() {
                self.kept = serde_json::from_str(kept).unwrap();
            }
            self.last["html"].as_str().unwrap().to_owned()
        }
    }

    #[test]
    fn the_lessons_are_listed_and_one_is_opened_with_its_run() {
        let mut pupil = Pupil::new();
        assert!(pupil.ask("", "").contains("data-ask=\"open write-behind\""));
        let html = pupil.ask("open write-behind", "");
        assert!(html.contains("saved, but where?"), "{html}");
        assert_eq!(pupil.last["open"]["load"]["scenario"], "write-behind-data-loss");
        assert_eq!(pupil.last["open"]["until"], 6.0);
    }

    #[test]
    fn a_link_leads_back_to_the_step() {
        let mut pupil = Pupil::new();
        pupil.ask("", "");
        assert_eq!(pupil.last["link"], "");
        pupil.ask("open write-behind", "");
        assert_eq!(pupil.last["link"], "write-behind");
        pupil.ask("next", "");
        let html = pupil.ask("skip", "");
        assert_eq!(pupil.last["link"], "write-behind/2");
        let mut other = Pupil::new();
        let again = other.ask("open write-behind/2", "");
        assert!(again.contains("How many of the saved") && html != again, "its question is asked anew: {again}");
        assert_eq!(other.last["open"]["load"]["scenario"], "write-behind-data-loss");
        for (link, step) in [
            ("write-behind/99", "write-behind/6"),
            ("write-behind/0", "write-behind"),
            ("write-behind/x", "write-behind"),
        ] {
            other.ask(&format!("open {link}"), "");
            assert_eq!(other.last["link"], step, "{link}");
        }
        other.ask("leave", "");
        assert_eq!(other.last["link"], "");
    }

    #[test]
    fn a_question_is_asked_before_its_moment_and_answered_after_it() {
        let mut pupil = Pupil::new();
        pupil.ask("open write-behind", "");
        let html = pupil.ask("next", "");
        assert!(html.contains("How many of the saved writes will be lost?") && !html.contains("Nobody has told"));
        assert_eq!((pupil.last["open"]["at"].as_f64(), &pupil.last["open"]["until"]), (Some(13.4), &Value::Null));
        pupil.ask("answer", "answer=3");
        assert_eq!(pupil.last["open"]["until"], 15.0, "now it is shown");
        let html = pupil.ask("reached", "");
        assert!(html.contains("6 writes are lost") && html.contains("data-right=\"false\""), "{html}");
        assert!(html.contains("you said 3"));
    }

    #[test]
    fn an_empty_answer_changes_nothing_and_a_skipped_one_counts_as_wrong() {
        let mut pupil = Pupil::new();
        pupil.ask("open write-behind", "");
        pupil.ask("next", "");
        assert!(pupil.ask("answer", "answer=").contains("How many of the saved"));
        assert!(pupil.last["open"].is_null());
        pupil.ask("skip", "");
        assert!(pupil.ask("reached", "").contains("data-right=\"false\""));
    }

    #[test]
    fn a_challenge_is_measured_on_the_run_that_is_shown_and_the_end_is_kept() {
        let mut pupil = Pupil::new();
        pupil.ask("open write-behind", "");
        for _ in 0..5 {
            pupil.ask("next", "");
        }
        pupil.run = encode(&ready("write-behind-data-loss", None).unwrap());
        assert!(pupil.ask("check", "").contains("data-reached=\"false\""));
        pupil.run = encode(&ready("write-behind-durable", None).unwrap());
        let html = pupil.ask("check", "");
        assert!(!html.contains("data-reached=\"false\"") && html.contains("data-reached=\"true\""), "{html}");
        let list = pupil.ask("next", "");
        assert_eq!(pupil.kept["write-behind"], json!([1, 4]));
        assert!(list.contains("1 of 4"));
    }

    #[test]
    fn an_author_s_lesson_is_read_and_a_broken_one_says_why() {
        let text = include_str!("../lessons/tours/write-behind.json")
            .replace("\"write-behind\",\n  \"title\"", "\"mine\",\n  \"title\"");
        let mut pupil = Pupil::new();
        assert!(pupil.ask(&format!("read {text}"), "").contains("saved, but where?"));
        assert!(pupil.ask("next", "").contains("How many"));
        let broken = json!({"run": "", "ask": "read {}"});
        assert!(answer(&broken).unwrap_err().to_string().contains("missing field"));
        assert!(answer(&json!({"run": "", "ask": "open magic"})).unwrap_err().to_string().contains("known are"));
    }
}
