//! How far a person has come in a lesson.

use serde::{Deserialize, Serialize};

use super::format::Tour;

/// What a person answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The step.
    pub step: usize,
    /// What was said.
    pub given: String,
    /// Whether it was right.
    pub right: bool,
}

/// How far a person has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The step, from 0.
    pub step: usize,
    /// What was answered so far.
    pub answers: Vec<Answer>,
}

impl Progress {
    /// Goes to the next step; false at the last.
    pub fn next(&mut self, tour: &Tour) -> bool {
        let goes = self.step + 1 < tour.steps.len();
        self.step += usize::from(goes);
        goes
    }

    /// Goes one step back, if there is one.
    pub fn back(&mut self) {
        self.step = self.step.saturating_sub(1);
    }

    /// What was answered at a step.
    #[must_use]
    pub fn answer(&self, step: usize) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.step == step)
    }

    /// Notes an answer to the question of this step; the first counts.
    pub fn note(&mut self, given: &str, right: bool) {
        if self.answer(self.step).is_none() {
            self.answers.push(Answer { step: self.step, given: given.to_owned(), right });
        }
    }

    /// Notes that the goals of this step are reached, or not yet.
    pub fn try_goals(&mut self, reached: bool) {
        let step = self.step;
        self.answers.retain(|answer| answer.step != step);
        self.answers.push(Answer { step, given: String::new(), right: reached });
    }

    /// The right answers, and the questions and challenges of the lesson.
    #[must_use]
    pub fn score(&self, tour: &Tour) -> (usize, usize) {
        let asked = tour.steps.iter().filter(|step| step.question.is_some() || step.challenge.is_some()).count();
        (self.answers.iter().filter(|answer| answer.right).count(), asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::tour::SHELF;

    #[test]
    fn the_first_answer_counts_and_a_challenge_can_be_tried_again() {
        let tour = Tour::read(SHELF[0]).unwrap();
        let mut progress = Progress::default();
        progress.note("3", false);
        progress.note("6", true);
        assert_eq!(progress.answer(0).map(|answer| answer.right), Some(false));
        progress.try_goals(false);
        progress.try_goals(true);
        assert_eq!(progress.score(&tour).0, 1);
    }

    #[test]
    fn a_lesson_ends_at_its_last_step() {
        let tour = Tour::read(SHELF[0]).unwrap();
        let mut progress = Progress::default();
        let steps = std::iter::from_fn(|| progress.next(&tour).then_some(())).count();
        assert_eq!((steps + 1, progress.step + 1), (tour.steps.len(), tour.steps.len()));
        progress.back();
        assert_eq!(progress.step + 2, tour.steps.len());
    }
}
