//! What was found wrong, explained.

use crate::audit::MarkKind;
use crate::engine::VirtualTime;
use crate::html::{add, escape};
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

/// The anomalies at these places among the marks: each with its sentence, and what else it breaks. Nothing for none.
#[must_use]
pub fn explained_html(run: &Run, marks: &[u32], stopped: bool) -> String {
    let mut html = String::new();
    if marks.is_empty() {
        return html;
    }
    if stopped {
        html.push_str("<p class=\"explained__why\">Stopped at the first violation from where it played.</p>");
    }
    html.push_str("<ol>");
    for (count, place) in marks.iter().enumerate() {
        if count == MOST {
            add(&mut html, "li", &format!("and {} more", marks.len() - MOST));
            break;
        }
        let Some(mark) = run.audit.marks().get(*place as usize) else { continue };
        html.push_str("<li data-testid=\"anomaly\">");
        add(&mut html, "b", title(mark.kind));
        html.push_str(&escape(&run.audit.sentence(mark)));
        for finding in mark.findings.iter().skip(1) {
            let (name, told) = (title(finding.kind()), run.audit.told(mark, finding));
            add(&mut html, "small", &[name, ": ", &told, "."].concat());
        }
        html.push_str("</li>");
    }
    html.push_str("</ol>");
    html
}

/// How often each guarantee had been broken: only those that were, errors aside, which have a figure of their own.
#[must_use]
pub fn broken_line(run: &Run, at: VirtualTime) -> String {
    let mut line = String::new();
    for (kind, count) in run.audit.anomalies(at).iter().filter(|(kind, count)| kind.is_violation() && *count > 0) {
        line.push_str(if line.is_empty() { "" } else { " · " });
        line.push_str(title(kind));
        line.push_str(": ");
        line.push_str(&count.to_string());
    }
    line
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
        assert_eq!(explained_html(&run, &[], false), "");
        let html = explained_html(&run, &[0], true);
        assert!(html.contains("<b>Stale read</b>Lena asked for product:1 at 8.80 s and got"), "{html}");
        assert!(html.contains("<small>Not linearizable: contradicting Omar"), "{html}");
        assert!(html.starts_with("<p class=\"explained__why\">Stopped"), "{html}");
    }

    #[test]
    fn of_very_many_the_first_are_told_and_the_rest_counted() {
        let run = run("hot-key");
        let all: Vec<u32> = (0..20).collect();
        let html = explained_html(&run, &all, false);
        assert_eq!(html.matches("anomaly").count(), MOST);
        assert!(html.ends_with("<li>and 12 more</li></ol>"), "{html}");
    }

    #[test]
    fn only_what_was_broken_is_counted() {
        let run = run("stale-read");
        assert_eq!(broken_line(&run, VirtualTime::from_secs(5)), "");
        let line = broken_line(&run, run.trace.end());
        assert_eq!(line, "Stale read: 2 · Not linearizable: 2");
        assert_eq!(broken_line(&self::run("hot-key"), VirtualTime::from_secs(500)), "", "errors break no promise");
    }
}
