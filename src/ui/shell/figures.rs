//! What was measured, each figure with its course over the run.

use super::Beat;
use crate::decimal::{Decimal, within};
use crate::ui::part::Part;
use crate::ui::words::{BINS, Figure, Series, Totals, broken_line, figures};
use crate::ui::{Desk, Memo, memo};
use crate::world::Timings;

const HTML: &str = r#"<section class="panel figures" aria-label="Figures" data-testid="metrics">
<div class="figures__grid"></div>
<p class="figures__broken" data-testid="anomalies"></p>
<div class="figures__foot">
<p>Classroom time: stretched so that every hop can be seen. Compare the figures with each other, not with your own servers.</p>
<details class="meanings"><summary>What do these mean?</summary><dl></dl></details>
</div>
</section>"#;

const CARD: &str = r#"<div class="figure">
<p class="figure__name"></p>
<p class="figure__value"><span></span><small></small></p>
<svg class="figure__spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><path class="spark"/></svg>
</div>"#;

/// The panel.
pub fn figures_panel() -> Part {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let totals = desk.watch_run(|run| Totals::of(&run.trace));
    let series = memo(move || {
        totals.with(|totals| {
            desk.follow_run();
            desk.with_run(|run| Series::of(run, totals))
        })
    });
    let all = beat.watch(move |run, at| totals.with(|totals| figures(run, totals, at)));
    let end = desk.watch_run(|run| run.trace.end().as_secs_f64());
    let stretched = desk.watch_run(|run| run.scenario.timings == Timings::classroom());
    let panel = Part::new(HTML);
    panel.at(".figures__grid").add_all((0..8).map(|place| card(all, series, place)));
    let broken = beat.watch(broken_line);
    panel.at(".figures__broken").text(move || broken.get()).set("hidden", move || broken.with(String::is_empty));
    panel.at(".figures__foot p").set("hidden", move || !stretched.get());
    panel.at("dl").html(move || all.with(|all| meanings(all)));
    let share = move || within(beat.at().as_secs_f64() / end.get().max(1e-9), 0.0, 1.0);
    panel.set("style", move || format!("--at:{:.4}", Decimal(share())))
}

fn card(all: Memo<[Figure; 8]>, series: Memo<Series>, place: usize) -> Part {
    let read = move |look: fn(&Figure) -> String| move || all.with(|all| all.get(place).map(look));
    let card = Part::new(CARD);
    card.at(".figure__name").text(read(|figure| figure.name.to_owned()));
    card.at(".figure__value span").text(read(|figure| figure.value.clone()));
    card.at(".figure__value small").text(read(|figure| figure.unit.clone()));
    card.at(".spark").set("d", move || series.with(|series| series.0.get(place).map(|values| path(values))));
    card.set("title", read(|figure| figure.meaning.to_owned())).set("data-tone", move || {
        all.with(|all| all.get(place).is_some_and(|figure| figure.alarming)).then_some("lost")
    })
}

fn meanings(all: &[Figure]) -> String {
    let meaning = |figure: &Figure| format!("<div><dt>{}</dt><dd>{}</dd></div>", figure.name, figure.meaning);
    all.iter().map(meaning).collect()
}

/// A curve of steps, each at the end of its part of the run.
fn path(values: &[f64]) -> String {
    let mut path = String::new();
    for (part, value) in values.iter().enumerate() {
        let share = |part: usize| Decimal(part as f64 / BINS as f64 * 100.0);
        let (x, y, after) = (share(part), Decimal(19.0 - value * 18.0), share(part + 1));
        let start = if part == 0 { format!("M{x:.1} {y:.1}") } else { format!("V{y:.1}") };
        path.push_str(&format!("{start}H{after:.1}"));
    }
    path
}
