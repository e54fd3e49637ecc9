//! A log as it comes, piece by piece: cut into lines, each read by the form of the log, bad ones told by their number.

use thiserror::Error;

use super::access::{Access, Form, LineProblem};
use super::{monitor, table, weblog};

/// Longest line.
const LONGEST: usize = 1_000_000;

/// So many bad lines are told one by one; the others are counted.
const MOST_TOLD: usize = 20;

/// What is done about a line that can't be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnBadLine {
    /// It is passed over, and told.
    #[default]
    Skip,
    /// The whole log is refused.
    Refuse,
}

/// A line that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub number: u64,
    /// Why.
    pub problem: LineProblem,
}

/// A log that is not read on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrafficError {
    /// A bad line, and bad lines are refused.
    #[error("line {number} can't be read: {problem}. Nothing after it was read")]
    Line {
        /// Its number, from 1.
        number: u64,
        /// Why.
        problem: LineProblem,
    },
    /// None of the known forms.
    #[error(
        "the first line is of no known form: neither what redis-cli MONITOR prints, nor a table with the columns of a \
         public cache trace, nor a line of an access log"
    )]
    Form,
}

/// Reads a log.
pub struct Reader {
    on_bad: OnBadLine,
    form: Option<Form>,
    /// The beginning of a line whose end has not come yet.
    rest: Vec<u8>,
    /// The line being read is too long, and skipped.
    too_long: bool,
    lines: u64,
    bad: u64,
    told: Vec<BadLine>,
}

impl Reader {
    /// A reader that finds out the form by the first line.
    #[must_use]
    pub fn new(on_bad: OnBadLine) -> Self {
        Self { on_bad, form: None, rest: Vec::new(), too_long: false, lines: 0, bad: 0, told: Vec::new() }
    }

    /// The form, once a line has been read.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// Lines read so far, bad ones included.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Bad lines so far.
    #[must_use]
    pub fn bad_lines(&self) -> u64 {
        self.bad
    }

    /// The first bad lines.
    #[must_use]
    pub fn told(&self) -> &[BadLine] {
        &self.told
    }

    /// Reads the next piece, and tells each access in it.
    ///
    /// # Errors
    ///
    /// When the log is of no known form, or a line is bad and those are refused.
    pub fn feed(&mut self, piece: &[u8], mut tell: impl FnMut(Access<'_>)) -> Result<(), TrafficError> {
        let mut piece = piece;
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (line, after) = piece.split_at(end);
            piece = &after[1..];
            if self.rest.is_empty() && !self.too_long {
                self.line(line, &mut tell)?;
                continue;
            }
            self.keep(line);
            self.end_of_line(&mut tell)?;
        }
        self.keep(piece);
        Ok(())
    }

    /// Reads what is left when nothing more comes.
    ///
    /// # Errors
    ///
    /// As [`Reader::feed`].
    pub fn finish(&mut self, mut tell: impl FnMut(Access<'_>)) -> Result<(), TrafficError> {
        if self.rest.is_empty() && !self.too_long {
            return Ok(());
        }
        self.end_of_line(&mut tell)
    }

    fn keep(&mut self, part: &[u8]) {
        if self.rest.len() + part.len() > LONGEST {
            self.too_long = true;
            self.rest.clear();
        }
        if !self.too_long {
            self.rest.extend_from_slice(part);
        }
    }

    fn end_of_line(&mut self, tell: &mut impl FnMut(Access<'_>)) -> Result<(), TrafficError> {
        let line = std::mem::take(&mut self.rest);
        if std::mem::take(&mut self.too_long) {
            self.lines += 1;
            return self.complain(LineProblem::Long);
        }
        self.line(&line, tell)
    }

    fn line(&mut self, line: &[u8], tell: &mut impl FnMut(Access<'_>)) -> Result<(), TrafficError> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.lines += 1;
        if line.len() > LONGEST {
            return self.complain(LineProblem::Long);
        }
        let form = match &self.form {
            Some(form) => form,
            None if line.is_empty() => return Ok(()),
            None => {
                let form = form_of(line).ok_or(TrafficError::Form)?;
                let is_names = matches!(&form, Form::Table(columns) if columns.named);
                let form = self.form.insert(form);
                if is_names {
                    return Ok(());
                }
                form
            }
        };
        let read = match form {
            Form::Monitor => monitor::read(line, tell),
            Form::Table(columns) => table::read(columns, line, tell),
            Form::WebLog => weblog::read(line, tell),
        };
        read.or_else(|problem| self.complain(problem))
    }

    fn complain(&mut self, problem: LineProblem) -> Result<(), TrafficError> {
        let number = self.lines;
        if self.on_bad == OnBadLine::Refuse {
            return Err(TrafficError::Line { number, problem });
        }
        self.bad += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(BadLine { number, problem });
        }
        Ok(())
    }
}

fn form_of(line: &[u8]) -> Option<Form> {
    if line == b"OK" || (monitor::read(line, |_| {}).is_ok() && line.contains(&b'[')) {
        return Some(Form::Monitor);
    }
    if let Some(columns) = table::Columns::of(line) {
        return Some(Form::Table(columns));
    }
    weblog::is_one(line).then_some(Form::WebLog)
}
