//! Charts as SVG text, drawn with the page's colours. Hovering a point tells its numbers; pressing one with a `data-ask`
//! asks for more.

mod heat;
mod line;
mod scale;

pub use heat::{Heat, HeatCell};
pub use line::{LineChart, Point, Series};
pub use scale::short;
