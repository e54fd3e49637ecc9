//! The link to a moment of a run.

use crate::decimal::Decimal;
use crate::embed::{Language, Theme};
use crate::engine::VirtualTime;
use crate::scenario::{Scenario, encode, find};

/// The query of a link that shows this scenario, stopped at that time: by the name of the ready scenario where it still is
/// one, else as a whole.
#[must_use]
pub fn query(scenario: &Scenario, ready: Option<&str>, at: VirtualTime, theme: Theme, language: Language) -> String {
    let mut query = match ready.and_then(|id| by_name(scenario, id)) {
        Some(named) => named,
        None => format!("run={}", encode(scenario)),
    };
    // The whole millisecond after it, so that what was done at that very time is not left out.
    query.push_str(&format!("&at={}&autoplay=0", Decimal(at.as_nanos().div_ceil(1_000_000) as f64 / 1000.0)));
    if theme != Theme::Auto {
        query.push_str(&format!("&theme={}", theme.id()));
    }
    if language != Language::Auto {
        query.push_str(&format!("&lang={}", language.id()));
    }
    query
}

/// What a link that the page was opened with asks for besides the run, its moment and its theme, and stays so while the page is
/// there: to be added to the page's later links.
#[must_use]
pub fn lasting(query: &str) -> String {
    let mut lasting = String::new();
    for part in query.split(['?', '&']) {
        if ["panels=", "compare=", "experiment=", "origins="].iter().any(|name| part.starts_with(name)) {
            lasting.push('&');
            lasting.push_str(part);
        }
    }
    lasting
}

fn by_name(scenario: &Scenario, id: &str) -> Option<String> {
    let mut plain = find(id).ok()?.scenario();
    let is_own = plain.pattern == scenario.pattern;
    plain.pattern.clone_from(&scenario.pattern);
    if plain != *scenario {
        return None;
    }
    Some(if is_own { format!("scenario={id}") } else { format!("scenario={id}&pattern={}", scenario.pattern) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::parse_query;
    use crate::scenario::{Intervention, ready};
    use crate::world::{Actor, Fault, FaultKind};

    #[test]
    fn a_link_leads_back_to_the_same_moment_of_the_same_run() {
        let plain = ready("write-behind-data-loss", None).unwrap();
        let other = ready("write-behind-data-loss", Some("write-through")).unwrap();
        let mut changed = plain.clone();
        let crash = Fault { fault: FaultKind::Crash, target: Actor::Database };
        changed.intervene(Intervention::fault(VirtualTime::from_secs(3), crash));
        let at = VirtualTime::from_millis(14_620);
        for scenario in [plain, other, changed] {
            let query = query(&scenario, Some("write-behind-data-loss"), at, Theme::Dark, Language::German);
            let params = parse_query(&query);
            assert_eq!(params.problems, Vec::<String>::new(), "{query}");
            assert_eq!((params.scenario, params.at), (scenario, 14.62));
            assert_eq!((params.theme, params.language), (Theme::Dark, Language::German));
            assert!(!params.autoplay);
        }
    }

    #[test]
    fn what_is_shown_beside_the_run_lasts() {
        let lasts = lasting(
            "?scenario=stale-read&panels=stage%2Clog&at=3&compare=write-through&seed=4&lesson=stale&theme=dark",
        );
        assert_eq!(lasts, "&panels=stage%2Clog&compare=write-through");
        assert_eq!((lasting(""), lasting("?")), (String::new(), String::new()));
    }

    #[test]
    fn a_ready_scenario_is_called_by_its_name() {
        let scenario = ready("stale-read", None).unwrap();
        let query = query(&scenario, Some("stale-read"), VirtualTime::ZERO, Theme::Auto, Language::Auto);
        assert_eq!(query, "scenario=stale-read&at=0&autoplay=0");
    }
}
