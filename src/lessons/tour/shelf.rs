//! The lessons that come with the page.

use super::check::TourError;
use super::format::Tour;

/// Their texts, in the order of a course.
pub const SHELF: [&str; 1] = [include_str!("../tours/write-behind.json")];

/// The lesson of that id.
///
/// # Errors
///
/// When there is none, with those that there are.
pub fn on_shelf(id: &str) -> Result<Tour, TourError> {
    let mut known = Vec::new();
    for text in SHELF {
        let tour = Tour::read(text)?;
        if tour.id == id {
            return Ok(tour);
        }
        known.push(tour.id);
    }
    Err(TourError::Unknown { found: id.chars().take(60).collect(), known: known.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_lesson_can_be_read_and_has_an_id_of_its_own() {
        let tours: Vec<Tour> = SHELF.iter().map(|text| Tour::read(text).unwrap()).collect();
        let ids: BTreeSet<&str> = tours.iter().map(|tour| tour.id.as_str()).collect();
        assert_eq!(ids.len(), tours.len());
        for tour in &tours {
            assert!(tour.steps.iter().any(|step| step.question.is_some() || step.challenge.is_some()), "{}", tour.id);
            assert_eq!(on_shelf(&tour.id).unwrap().title, tour.title);
        }
    }

    #[test]
    fn an_unknown_lesson_is_told_of_those_there_are() {
        assert!(on_shelf("magic").unwrap_err().to_string().contains("write-behind"));
    }
}
