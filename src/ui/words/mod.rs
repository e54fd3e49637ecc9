//! The page's words and figures as plain code: what is said at a moment, what became of each write, what the timeline
//! points at, how numbers read.

mod anomalies;
mod arrangement;
mod caption;
mod code;
mod compare;
mod console;
mod faults;
mod figures;
mod knobs;
mod link;
mod log;
mod losses;
mod marks;
mod numbers;
mod paint;
mod rich;
mod risk;
mod series;
mod story;
mod totals;

pub use anomalies::{broken_line, explained_html, title};
pub use arrangement::{Arrangement, PANELS};
pub use caption::{Caption, Captions, Tone};
pub use code::{Lit, LitKind, lit_lines};
pub use compare::{Compared, add_compared, compare_head, compared};
pub use console::{Dialogue, complete, heard_html, hint, offers_html};
pub use faults::{Way, deeds, name_of, targets, ways};
pub use figures::{Figure, figures};
pub use knobs::values_at;
pub use link::{lasting, query};
pub use log::{LogLine, log};
pub use losses::losses_html;
pub use marks::{MarkLabel, Signal, Wording, marks, spans_html, wordings};
pub use numbers::{
    NOTHING, clock, count_word, counted, moment, percent, place_of_speed, span, spans, speed, speed_at_place,
};
pub use paint::{Ink, paint};
pub use rich::{Piece, Rich};
pub use risk::{HEIGHT as RISK_HEIGHT, Risk, WIDTH as RISK_WIDTH, risk};
pub use series::{BINS, Series};
pub use story::{Offer, Opening, offer, opening, short_name};
pub use totals::Totals;
