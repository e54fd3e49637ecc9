//! Which lines of the pattern's code are running, and for whom.

use crate::trace::{CodeView, Frame};
use crate::world::{Actor, Operation};

/// How a line is lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LitKind {
    /// Somebody reads.
    Read,
    /// Somebody writes.
    Write,
}

impl LitKind {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A line where code waits for somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Lit {
    /// The line, from 1.
    pub line: u32,
    /// How it is lit.
    pub kind: LitKind,
    /// Who is there: a name, and how many more.
    pub who: String,
}

/// The running lines, in order.
#[must_use]
pub fn lit_lines(frame: &Frame) -> Vec<Lit> {
    let mut places: Vec<(u32, LitKind, &'static str)> =
        frame.code.iter().map(|view| (view.line, kind(frame, view), who(view))).collect();
    crate::order::sort_by_numbers(&mut places, |(line, kind, _)| [u64::from(*line), *kind as u64]);
    let groups = places.chunk_by(|one, other| one.0 == other.0);
    groups
        .filter_map(|group| {
            let (line, kind, first) = *group.last()?;
            let who = if group.len() > 1 { format!("{first} +{}", group.len() - 1) } else { first.to_owned() };
            Some(Lit { line, kind, who })
        })
        .collect()
}

fn kind(frame: &Frame, view: &CodeView) -> LitKind {
    let Some((request, _)) = view.request else { return LitKind::Write };
    let found = frame.requests.iter().find(|(other, ..)| *other == request);
    match found {
        Some((_, _, Operation::Write { .. }, _)) => LitKind::Write,
        _ => LitKind::Read,
    }
}

fn who(view: &CodeView) -> &'static str {
    match view.request {
        Some((_, client)) => client.name(),
        None if view.actor == Actor::Flusher => "flusher",
        None => view.actor.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::patterns;
    use crate::run::Run;
    use crate::scenario::{self, READY};
    use crate::trace::frame;

    #[test]
    fn lit_lines_are_code_of_the_file_that_is_shown() {
        for ready in &READY {
            let run = Run::of(ready.scenario()).unwrap();
            let pattern = patterns::find(&run.scenario.pattern).unwrap();
            let mut seen = 0;
            for tenth in 0..(run.trace.end().as_millis() / 100) {
                for lit in lit_lines(&frame(&run.trace, VirtualTime::from_millis(tenth * 100))) {
                    let line = pattern.source.lines().nth(lit.line as usize - 1).unwrap();
                    assert!(patterns::is_code_line(line), "{}: {line}", ready.id);
                    seen += 1;
                }
            }
            assert!(seen > 0, "{}", ready.id);
        }
    }

    #[test]
    fn a_writer_is_named_at_her_line() {
        let run = Run::of(scenario::ready("write-behind-data-loss", None).unwrap()).unwrap();
        let lit = lit_lines(&frame(&run.trace, VirtualTime::from_millis(1_000)));
        assert!(lit.iter().any(|lit| lit.who == "Mina" && lit.kind == LitKind::Write), "{lit:?}");
        assert!(lit.iter().any(|lit| lit.who == "flusher"), "{lit:?}");
    }
}
