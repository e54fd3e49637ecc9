//! The timeline: time as a thing that can be held, with marks at what happened.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

use super::Beat;
use crate::decimal::{Decimal, within};
use crate::engine::{Span, VirtualTime};
use crate::html;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::words::{MarkLabel, RISK_HEIGHT, RISK_WIDTH, Wording, marks, moment, risk, spans_html, wordings};
use crate::ui::{Desk, Memo, memo};

/// The steps that ticks can have, in seconds, and how many ticks there are at most.
const STEPS: [u32; 9] = [1, 2, 5, 10, 20, 30, 60, 120, 300];
const MOST_TICKS: f64 = 9.0;

/// From this share of the run on, a narrow page has a mark's words on its left.
const LATE: f64 = 0.55;

const HTML: &str = r#"<div class="timeline">
<div class="timeline__track"><div class="timeline__past"></div><div class="timeline__spans" aria-hidden="true"></div></div>
<div class="timeline__slider" role="slider" tabindex="0" data-testid="timeline" aria-label="Playhead" aria-valuemin="0"></div>
<div class="timeline__head"></div>
</div>"#;

/// The timeline.
pub fn timeline() -> Part {
    let desk = Desk::of_page();
    let end = desk.watch_run(|run| run.trace.end().as_secs_f64());
    let share = move |at: VirtualTime| within(at.as_secs_f64() / end.get().max(1e-9), 0.0, 1.0);
    let timeline = Part::new(HTML).set("style", move || format!("--at:{:.4}", Decimal(share(desk.head().at))));
    let curve = desk.watch_run(risk);
    timeline.at(".timeline__track").precede(move || {
        let curve = curve.with(|curve| curve.as_ref().map(|curve| risk_curve(&curve.area, &curve.line)));
        curve.into_iter().collect()
    });
    let spans = desk.watch_run(spans_html);
    timeline.at(".timeline__spans").html(move || spans.get());
    let slider = timeline.at(".timeline__slider");
    keep_slider(desk, end, slider.clone());
    slider.precede(move || ticks(end.get()));
    let list = desk.watch_run(marks);
    let beat = Beat::of_page();
    let wordings = memo(move || {
        let at = beat.at();
        list.with(|list| wordings(list, at, VirtualTime::from_secs_f64(end.get())))
    });
    timeline.at(".timeline__head").precede(move || {
        let marks = list.get().into_iter().enumerate();
        marks.map(|(place, mark)| one_mark(mark, place, wordings, end.get())).collect()
    });
    timeline
}

fn risk_curve(area: &str, line: &str) -> Part {
    let [width, height] = [RISK_WIDTH, RISK_HEIGHT].map(Decimal);
    Part::new(&format!(
        r#"<svg class="timeline__risk" viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true"><path class="risk__area" d="{area}"/><path class="risk__line" d="{line}"/></svg>"#
    ))
}

fn ticks(end: f64) -> Vec<Part> {
    let step = STEPS.into_iter().find(|step| end / f64::from(*step) <= MOST_TICKS).unwrap_or(600);
    let count = (end / f64::from(step)).floor() as u32;
    let tick = |number: u32| {
        let second = number * step;
        let share = Decimal(f64::from(second) / end.max(1e-9));
        Part::new(&format!(r#"<i class="timeline__tick" data-style="--at:{share:.4}">{second}</i>"#))
    };
    (0..=count).map(tick).collect()
}

fn keep_slider(desk: Desk, end: Memo<f64>, slider: Part) {
    let beat = Beat::of_page();
    let held = StoredValue::new(false);
    let element = slider.element().clone();
    let seek = move |event: &PointerEvent| {
        let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let area = element.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        desk.seek(VirtualTime::from_secs_f64(within(share, 0.0, 1.0) * end.get_untracked()));
    };
    let take = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        // Without capture, dragging ends at the element's border.
        let _ = element.set_pointer_capture(event.pointer_id());
        held.set_value(true);
        seek(&event);
    };
    let drag = move |event: PointerEvent| {
        if held.get_value() {
            seek(&event);
        }
    };
    slider
        .set("aria-valuemax", move || Decimal(end.get()).to_string())
        .set("aria-valuenow", move || format!("{:.1}", Decimal(beat.at().as_secs_f64())))
        .set("aria-valuetext", move || format!("{} of {} s", moment(beat.at()), Decimal(end.get())))
        .on("pointerdown", take)
        .on("pointermove", drag)
        .on("pointerup", move |_: Event| held.set_value(false))
        .on("pointercancel", move |_: Event| held.set_value(false))
        .on("keydown", move |event| press(desk, end.get_untracked(), &event));
}

/// The keys of a slider: arrows a tenth of a second, page keys a second, home and end.
fn press(desk: Desk, end: f64, event: &KeyboardEvent) {
    let at = desk.head_now().at;
    let later = |millis| at + Span::from_millis(millis);
    let earlier = |millis| VirtualTime::ZERO + at.since(VirtualTime::ZERO + Span::from_millis(millis));
    let target = match event.key().as_str() {
        "ArrowRight" | "ArrowUp" => later(100),
        "ArrowLeft" | "ArrowDown" => earlier(100),
        "PageUp" => later(1_000),
        "PageDown" => earlier(1_000),
        "Home" => VirtualTime::ZERO,
        "End" => VirtualTime::from_secs_f64(end),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    desk.seek(target);
}

fn one_mark(mark: MarkLabel, place: usize, wordings: Memo<Vec<Wording>>, end: f64) -> Part {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let at = mark.at;
    let share = at.as_secs_f64() / end.max(1e-9);
    let place_of_mark = Decimal(share);
    let name = html::escape(&format!("{} at {}", mark.signal.meaning(&mark.words), moment(at)));
    let (long, short, loud) = (mark.words, mark.short, mark.loud);
    let wording = move || wordings.with(|all| all.get(place).copied().unwrap_or(Wording::Nowhere));
    let words = move || match wording() {
        Wording::Right | Wording::Left => long.clone(),
        Wording::ShortRight | Wording::ShortLeft => short.clone(),
        // A narrow page hides the words of the others, which leaves room for these.
        Wording::Nowhere if loud => short.clone(),
        Wording::Nowhere => String::new(),
    };
    let side = move || match wording() {
        Wording::Left | Wording::ShortLeft => Some("left"),
        Wording::Nowhere => Some("none"),
        Wording::Right | Wording::ShortRight => None,
    };
    let button = Part::new(&format!(
        r#"<button class="mark" type="button" data-kind="{}" aria-label="{name}" title="{name}"{}{}{} data-style="--at:{place_of_mark:.4}">{}<span></span></button>"#,
        mark.signal.id(),
        if loud { r#" data-loud="true""# } else { "" },
        if share > LATE { r#" data-late="true""# } else { "" },
        if mark.crowded { r#" data-crowded="true""# } else { "" },
        mark.signal.icon().map_or_else(|letter| format!("<b>{letter}</b>"), icon)
    ));
    let found = mark.found;
    button.at("span").text(words);
    button.set("data-side", side).set("data-future", move || (beat.at() < at).then_some("true")).on(
        "click",
        move |_: Event| {
            desk.seek(at);
            desk.explain(&found, false);
        },
    )
}
