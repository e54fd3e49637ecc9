//! The run that was asked about last, so that several questions about one run make it once.

use std::cell::RefCell;
use std::rc::Rc;

use super::request::WorkerError;
use crate::run::Run;
use crate::scenario::decode;

thread_local! {
    static LAST: RefCell<Option<(String, Rc<Run>)>> = const { RefCell::new(None) };
}

/// The run of a link.
pub(super) fn run_of(link: &str) -> Result<Rc<Run>, WorkerError> {
    let known =
        LAST.with_borrow(|last| last.as_ref().filter(|(known, _)| known == link).map(|(_, run)| Rc::clone(run)));
    if let Some(run) = known {
        return Ok(run);
    }
    let run = Rc::new(Run::of(decode(link)?)?);
    LAST.replace(Some((link.to_owned(), Rc::clone(&run))));
    Ok(run)
}
