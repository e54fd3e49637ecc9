//! Experiments that other programs ask for: begun by one question, and carried on by as many as it takes, so that asking no
//! more gives one up.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::request::WorkerError;
use crate::lab::{Job, Spec};

/// How many requests are simulated between two answers.
const PART: u64 = 40_000;
/// So many experiments can be under way; the oldest is given up for one more.
const MOST: usize = 4;

thread_local! {
    static JOBS: RefCell<Jobs> = RefCell::default();
}

#[derive(Default)]
struct Jobs {
    last: u64,
    list: Vec<(u64, Job)>,
}

/// `{spec}` begins an experiment, `{job}` carries it on. The answer is `{job, progress}`, or `{result}` at the end.
pub(super) fn answer(params: &Value) -> Result<Value, WorkerError> {
    if let Some(job) = params["job"].as_u64() {
        return go_on(job);
    }
    let needs =
        WorkerError::Params { method: "experiment", needs: "a spec: an experiment, or what a link to one holds" };
    let spec = match &params["spec"] {
        Value::String(link) => Spec::from_link(link)?,
        spec @ Value::Object(_) => Spec::from_json(&spec.to_string())?,
        _ => return Err(needs),
    };
    let job = Job::new(spec)?;
    let number = JOBS.with_borrow_mut(|jobs| {
        jobs.last += 1;
        if jobs.list.len() == MOST {
            jobs.list.remove(0);
        }
        jobs.list.push((jobs.last, job));
        jobs.last
    });
    go_on(number)
}

fn go_on(number: u64) -> Result<Value, WorkerError> {
    JOBS.with_borrow_mut(|jobs| {
        let place = jobs.list.iter().position(|(other, _)| *other == number);
        let needs = WorkerError::Params { method: "experiment", needs: "a job that is under way" };
        let (_, job) = place.and_then(|place| jobs.list.get_mut(place)).ok_or(needs)?;
        let ended = job.advance(PART);
        let told = match ended {
            Ok(false) => return Ok(json!({"job": number, "progress": job.progress()})),
            Ok(true) => Ok(json!({"result": job.json()})),
            Err(error) => Err(error.into()),
        };
        jobs.list.retain(|(other, _)| *other != number);
        told
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(spec: Value) -> Value {
        let mut answer = answer(&json!({"spec": spec})).unwrap();
        let mut last = 0.0;
        while let Some(job) = answer["job"].as_u64() {
            let progress = answer["progress"].as_f64().unwrap();
            assert!(progress > last && progress < 1.0);
            last = progress;
            answer = super::answer(&json!({"job": job})).unwrap();
        }
        answer["result"].take()
    }

    #[test]
    fn a_run_is_carried_on_to_its_end() {
        let run = json!({"workload": {"rate": 1000, "keys": 100}, "duration": 10});
        let result = told(json!({"run": run, "requests": 100_000}));
        let requests = result["requests"].as_u64().unwrap();
        assert!((98_000..102_000).contains(&requests), "{requests}");
        let count = |part: &Value| part.as_u64().unwrap();
        let ended =
            count(&result["reads"]["total"]) + count(&result["ledger"]["acknowledged"]) + count(&result["failed"]);
        // Those who asked last still wait, twelve seconds at most.
        assert!(ended <= requests && ended > requests - 12_000, "{ended} of {requests}");
    }

    #[test]
    fn what_can_t_be_made_is_told() {
        let refusal = |params: Value| answer(&params).unwrap_err().to_string();
        assert!(refusal(json!({})).starts_with("'experiment' needs a spec"));
        assert!(refusal(json!({"job": 77})).contains("a job that is under way"));
        assert!(refusal(json!({"spec": {"kind": "sweep"}})).starts_with("a sweep needs x"));
    }
}
