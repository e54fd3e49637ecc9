//! What was found wrong, explained.

use crate::audit::MarkKind;
use crate::engine::VirtualTime;
use crate::html::{add, close};
use crate::run::Run;

/// Most anomalies that are explained at once.
const MOST: usize = 8;

/// What a kind of anomaly is called.
#[must_use]
pub const fn title(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Lost => "Lost write",
        MarkKind::LostUpdate => "Lost update",
        MarkKind::OutOfOrder => "Durable out of order",
        MarkKind::AfterLoss => "Read after a loss",
        MarkKind::OwnWrite => "Own write not read",
        MarkKind::Backwards => "Read back in time",
        MarkKind::Stale => "Stale read",
        MarkKind::NotLinearizable => "Not linearizable",
        MarkKind::Failed => "Error",
        MarkKind::Intervention => "Intervention",
    }
}

/// The anomalies at these places among the marks: each with its sentence, and what else it breaks.
#[must_use]
pub fn explained_html(run: &Run, marks: &[u32], stopped: bool) -> String {
    let mut html = String::new();
    if stopped {
        add(&mut html, "p class=\"explained__why\"", "Stopped at the first violation from where it played.");
    }
    html.push_str("<ol>");
    for mark in marks.iter().take(MOST).filter_map(|place| run.audit.marks().get(*place as usize)) {
        html.push_str("<li data-testid=\"anomaly\">");
        add(&mut html, "b", title(mark.kind));
        add(&mut html, "span", &run.audit.sentence(mark));
        for (finding, text) in run.audit.further(mark) {
            add(&mut html, "small", &format!("{}: {text}.", title(finding.kind())));
        }
        close(&mut html, "li");
    }
    close(&mut html, "ol");
    if marks.len() > MOST {
        add(&mut html, "p", &format!("and {} more", marks.len() - MOST));
    }
    html
}

/// How often each guarantee had been broken: only those that were, errors aside, which have a figure of their own.
#[must_use]
pub fn broken_line(run: &Run, at: VirtualTime) -> Option<String> {
    let counts = run.audit.anomalies(at);
    let broken = counts.iter().filter(|(kind, count)| kind.is_violation() && *count > 0);
    let words: Vec<String> = broken.map(|(kind, count)| format!("{}: {count}", title(kind))).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn run(id: &str) -> Run {
        Run::of(scenario::ready(id, None).unwrap()).unwrap()
    }

    #[test]
    fn an_anomaly_is_told_with_what_else_it_breaks() {
        let run = run("stale-read");
        let html = explained_html(&run, &[0], true);
        assert!(html.contains("<b>Stale read</b><span>Lena asked for product:1 at 8.80 s and got"), "{html}");
        assert!(html.contains("<small>Not linearizable: contradicting Omar"), "{html}");
        assert!(html.starts_with("<p class=\"explained__why\">Stopped"), "{html}");
    }

    #[test]
    fn of_very_many_the_first_are_told_and_the_rest_counted() {
        let run = run("hot-key");
        let all: Vec<u32> = (0..20).collect();
        let html = explained_html(&run, &all, false);
        assert_eq!(html.matches("<li").count(), MOST);
        assert!(html.ends_with("<p>and 12 more</p>"), "{html}");
    }

    #[test]
    fn only_what_was_broken_is_counted() {
        let run = run("stale-read");
        assert_eq!(broken_line(&run, VirtualTime::from_secs(5)), None);
        let line = broken_line(&run, run.trace.end());
        assert_eq!(line.as_deref(), Some("Stale read: 2 · Not linearizable: 2"));
        assert_eq!(broken_line(&self::run("hot-key"), VirtualTime::from_secs(500)), None, "errors break no promise");
    }
}
