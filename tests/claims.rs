//! The claims of a course: each is shown by its runs, broken by those that break it, and decided by a check that can fail.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod claims {
    mod figures;
    mod flusher;
    mod guide;
    mod mutations;
    mod table;
}
