//! The truth about a question, as runs show it.

use super::check::figure;
use super::format::{Question, Wins};
use crate::engine::VirtualTime;
use crate::patterns;
use crate::run::Run;
use crate::scenario::Scenario;

/// What was measured for a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// It in words.
    pub told: String,
    /// The answers that are right, for a question among patterns.
    winners: Vec<String>,
    /// The number that is right, and how far off still is.
    number: Option<(f64, f64)>,
}

impl Truth {
    /// Whether an answer, as it was given, is right.
    #[must_use]
    pub fn accepts(&self, answer: &str) -> bool {
        match self.number {
            Some((right, within)) => {
                // A little more than `within`, for decimals that binary fractions only come near to.
                answer.trim().parse().is_ok_and(|given: f64| (given - right).abs() <= within + 1e-9)
            }
            None => self.winners.iter().any(|winner| winner == answer),
        }
    }
}

/// Measures the truth about a question in the run that it is asked about.
///
/// # Errors
///
/// When a run can't be made, or has no such figure.
pub fn truth(question: &Question, scenario: &Scenario) -> Result<Truth, String> {
    let figure = figure(&question.figure)?;
    let measure = |scenario: Scenario| -> Result<f64, String> {
        let run = Run::of(scenario).map_err(|error| error.to_string())?;
        let at = question.at.map_or(run.trace.end(), VirtualTime::from_secs_f64);
        let missing = || format!("the run has no \"{}\" at {} s", question.figure, at.as_secs_f64());
        figure.measure(&run, at).ok_or_else(missing)
    };
    let Some(wins) = question.wins else {
        let number = measure(scenario.clone())?;
        // People count whole things, and see times to a hundredth.
        let shown = (number * 100.0).round() / 100.0;
        return Ok(Truth { told: figure.show(number), winners: Vec::new(), number: Some((shown, question.within)) });
    };
    let mut measured = Vec::new();
    for pattern in &question.among {
        let known = patterns::find(pattern).map_err(|error| error.to_string())?;
        let value = measure(Scenario { pattern: pattern.clone(), ..scenario.clone() })?;
        measured.push((known, value));
    }
    let values = measured.iter().map(|(_, value)| *value);
    let best = match wins {
        Wins::Least => values.fold(f64::INFINITY, f64::min),
        Wins::Most => values.fold(f64::NEG_INFINITY, f64::max),
    };
    let winners =
        measured.iter().filter(|(_, value)| *value == best).map(|(pattern, _)| pattern.id.to_owned()).collect();
    let told: Vec<String> =
        measured.iter().map(|(pattern, value)| format!("{}: {}", pattern.name, figure.show(*value))).collect();
    Ok(Truth { told: told.join(", "), winners, number: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ready;

    fn question(figure: &str) -> Question {
        Question {
            ask: String::new(),
            figure: figure.to_owned(),
            at: None,
            choices: Vec::new(),
            within: 0.0,
            among: Vec::new(),
            wins: None,
            because: String::new(),
        }
    }

    #[test]
    fn a_number_is_right_if_it_is_near_enough() {
        let scenario = ready("write-behind-data-loss", None).unwrap();
        let exact = truth(&question("ledger.lost"), &scenario).unwrap();
        assert!(exact.accepts("6") && exact.accepts(" 6.0 ") && !exact.accepts("5") && !exact.accepts("six"));
        let near = truth(&Question { within: 1.0, ..question("ledger.lost") }, &scenario).unwrap();
        assert!(near.accepts("5") && !near.accepts("4"));
    }

    #[test]
    fn of_patterns_all_that_tie_are_right() {
        let scenario = ready("write-behind-data-loss", None).unwrap();
        let among = ["write-behind", "write-through", "cache-aside"].map(ToOwned::to_owned).to_vec();
        let least = Question { among: among.clone(), wins: Some(Wins::Least), ..question("ledger.lost") };
        let told = truth(&least, &scenario).unwrap();
        assert!(told.accepts("write-through") && told.accepts("cache-aside") && !told.accepts("write-behind"));
        let most = Question { among, wins: Some(Wins::Most), ..question("ledger.lost") };
        assert!(truth(&most, &scenario).unwrap().accepts("write-behind"));
    }
}
