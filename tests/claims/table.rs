//! The list is complete, its scenarios can be opened, and its exhibits say what they should.

use std::collections::BTreeSet;

use cachescope::audit::MarkKind;
use cachescope::lessons::{CLAIMS, Claim, Exhibit, find};
use cachescope::patterns;
use cachescope::run::Run;
use cachescope::scenario::{decode, encode};

const ROWS: [&str; 22] = [
    "CA1", "CA2", "CA3", "CA4", "CA5", "CA6", "WT1", "WT2", "WT3", "WT4", "WT5", "WB1", "WB2", "WB3", "WB4", "WB5",
    "WB6", "RT1", "RT2", "HY1", "HY2", "SG1",
];

/// Those that are true only under conditions.
const CONDITIONAL: [&str; 9] = ["CA3", "CA5", "WT1", "WT2", "WB1", "WB2", "WB3", "HY1", "HY2"];

fn exhibits(claim: &'static Claim) -> impl Iterator<Item = &'static Exhibit> {
    std::iter::once(&claim.proof).chain(claim.breaks).chain(claim.cures)
}

#[test]
fn every_row_of_the_table_is_there_once() {
    assert_eq!(CLAIMS.map(|claim| claim.id), ROWS);
    for claim in CLAIMS {
        assert!(patterns::find(claim.pattern).is_ok(), "{}", claim.id);
        assert!(claim.says.ends_with('.') && !claim.measures.is_empty(), "{}", claim.id);
        assert!(std::ptr::eq(find(&claim.id.to_ascii_lowercase()).unwrap(), claim));
    }
    let error = find("CA99").err().unwrap().to_string();
    assert!(error.contains("CA99") && error.contains("WB4"), "{error}");
}

#[test]
fn each_claim_is_shown_by_its_proof() {
    for claim in CLAIMS {
        let verdict = claim.look(&claim.proof).unwrap();
        assert!(verdict.holds, "{}: {:?} {}", claim.id, verdict.figure, verdict.sentence);
        let pattern = claim.opens().unwrap().scenario.pattern;
        assert_eq!(pattern, claim.pattern, "{} opens its own pattern", claim.id);
    }
}

#[test]
fn each_break_breaks_its_claim() {
    for claim in CLAIMS {
        for exhibit in claim.breaks {
            let verdict = claim.look(exhibit).unwrap();
            assert!(!verdict.holds, "{}, {}: {}", claim.id, exhibit.title, verdict.sentence);
            assert!(verdict.figure.is_some(), "{}, {}: broken, not merely unmeasured", claim.id, exhibit.title);
        }
    }
    for id in CONDITIONAL {
        assert!(!find(id).unwrap().breaks.is_empty(), "{id} is true only under conditions");
    }
}

#[test]
fn evidence_has_a_verdict_for_each_exhibit_and_is_the_same_twice() {
    for claim in CLAIMS {
        let evidence = claim.evaluate().unwrap();
        assert_eq!(evidence, claim.evaluate().unwrap(), "{}", claim.id);
        assert_eq!((evidence.breaks.len(), evidence.cures.len()), (claim.breaks.len(), claim.cures.len()));
    }
}

#[test]
fn each_scenario_can_be_opened_and_watched() {
    for claim in CLAIMS {
        for showing in exhibits(claim).flat_map(|exhibit| (exhibit.showings)()) {
            let (name, scenario) = (format!("{}, {}", claim.id, showing.title), &showing.scenario);
            assert!(!showing.title.is_empty(), "{name}");
            assert_eq!(scenario.check(), Ok(()), "{name}");
            assert_eq!(decode(&encode(scenario)).as_ref(), Ok(scenario), "{name} survives a link");
            let lasts = scenario.duration.as_secs_f64();
            assert!(lasts <= 60.0, "{name} lasts {lasts} s");
            assert!(showing.moment > 0.0 && showing.moment < lasts, "{name} opens at {} of {lasts} s", showing.moment);
        }
    }
}

#[test]
fn sentences_are_told_once_and_end() {
    let mut seen = BTreeSet::new();
    for claim in CLAIMS {
        for exhibit in exhibits(claim) {
            let verdict = claim.look(exhibit).unwrap();
            let name = format!("{}, {}: {}", claim.id, exhibit.title, verdict.sentence);
            assert!(verdict.sentence.ends_with('.') && !verdict.sentence.contains(".."), "{name}");
            assert!(verdict.sentence.chars().any(|letter| letter.is_ascii_digit()), "{name}");
            assert!(!verdict.sentence.contains("NaN") && !verdict.sentence.contains("inf"), "{name}");
            assert!(verdict.figure.unwrap().value.is_finite(), "{name}");
            assert!(seen.insert(format!("{} {}", exhibit.title, verdict.sentence)), "{name} is told twice");
        }
    }
}

#[test]
fn nothing_to_measure_is_no_proof() {
    for claim in CLAIMS {
        let verdict = claim.judge(&claim.proof, &[]);
        assert!(!verdict.holds, "{}", claim.id);
        assert_eq!(verdict.figure.map(|figure| figure.value), None, "{}", claim.id);
    }
}

/// The runs in which something goes wrong open where it can be seen.
#[test]
fn a_break_with_stale_reads_opens_as_one_is_answered() {
    let mut looked_at = 0;
    for id in ["CA5", "WT1", "HY1", "HY2"] {
        for exhibit in find(id).unwrap().breaks {
            let showing = (exhibit.showings)().remove(0);
            let run = Run::of(showing.scenario).unwrap();
            let stale = run.audit.marks().iter().filter(|mark| mark.shows(MarkKind::Stale));
            let times: Vec<f64> = stale.map(|mark| mark.at.as_secs_f64()).collect();
            if times.is_empty() {
                continue;
            }
            looked_at += 1;
            let near = times.iter().any(|at| (*at..*at + 0.5).contains(&showing.moment));
            assert!(near, "{id}, {}: opens at {}, stale reads at {times:?}", exhibit.title, showing.moment);
        }
    }
    assert_eq!(looked_at, 6);
}
