//! The timeline: time as a thing that can be held, with marks at what happened.

use leptos::html::Div;
use leptos::prelude::*;

use crate::ui::{Memo, memo};
use web_sys::{KeyboardEvent, PointerEvent};

use super::Beat;
use crate::engine::{Span, VirtualTime};
use crate::ui::Desk;
use crate::ui::icons::icon;
use crate::ui::words::{MarkLabel, RISK_HEIGHT, RISK_WIDTH, Wording, marks, moment, risk, wordings};

/// The steps that ticks can have, in seconds, and how many ticks there are at most.
const STEPS: [u32; 9] = [1, 2, 5, 10, 20, 30, 60, 120, 300];
const MOST_TICKS: f64 = 9.0;

/// From this share of the run on, a narrow page has a mark's words on its left.
const LATE: f64 = 0.55;

/// The timeline.
#[component]
pub fn Timeline() -> impl IntoView {
    let desk = Desk::of_page();
    let end = desk.watch_run(|run| run.trace.end().as_secs_f64());
    let share = move |at: VirtualTime| (at.as_secs_f64() / end.get().max(1e-9)).clamp(0.0, 1.0);
    let at = memo(move || format!("--at:{:.4}", share(desk.head().at)));
    view! {
        <div class="timeline" style=move || at.get()>
            <RiskCurve/>
            <div class="timeline__track"><div class="timeline__past"></div></div>
            {move || ticks(end.get())}
            <Slider end/>
            <Marks end/>
            <div class="timeline__head"></div>
        </div>
    }
}

#[component]
fn RiskCurve() -> impl IntoView {
    let desk = Desk::of_page();
    let curve = desk.watch_run(risk);
    let view_box = format!("0 0 {RISK_WIDTH} {RISK_HEIGHT}");
    move || {
        curve.get().map(|curve| {
            view! {
                <svg class="timeline__risk" viewBox=view_box.clone() preserveAspectRatio="none" aria-hidden="true">
                    <path class="risk__area" d=curve.area></path>
                    <path class="risk__line" d=curve.line></path>
                </svg>
            }
        })
    }
}

fn ticks(end: f64) -> impl IntoView {
    let step = STEPS.into_iter().find(|step| end / f64::from(*step) <= MOST_TICKS).unwrap_or(600);
    let count = (end / f64::from(step)).floor() as u32;
    let tick = move |number: u32| {
        let second = number * step;
        view! { <i class="timeline__tick" style=format!("--at:{:.4}", f64::from(second) / end.max(1e-9))>{second}</i> }
    };
    (0..=count).map(tick).collect::<Vec<_>>()
}

#[component]
fn Slider(end: Memo<f64>) -> impl IntoView {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let element = NodeRef::<Div>::new();
    let held = StoredValue::new(false);
    let seek = move |event: &PointerEvent| {
        let Some(element) = element.get_untracked() else { return };
        let area = element.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
        desk.seek(VirtualTime::from_secs_f64(share.clamp(0.0, 1.0) * end.get_untracked()));
    };
    let take = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(element) = element.get_untracked() {
            // Without capture, dragging ends at the element's border.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        held.set_value(true);
        seek(&event);
    };
    let drag = move |event: PointerEvent| {
        if held.get_value() {
            seek(&event);
        }
    };
    view! {
        <div
            class="timeline__slider"
            node_ref=element
            role="slider"
            tabindex="0"
            data-testid="timeline"
            aria-label="Playhead"
            aria-valuemin="0"
            aria-valuemax=move || end.get().to_string()
            aria-valuenow=move || format!("{:.1}", beat.at().as_secs_f64())
            aria-valuetext=move || format!("{} of {} s", moment(beat.at()), end.get())
            on:pointerdown=take
            on:pointermove=drag
            on:pointerup=move |_| held.set_value(false)
            on:pointercancel=move |_| held.set_value(false)
            on:keydown=move |event| press(desk, end.get_untracked(), &event)
        ></div>
    }
}

/// The keys of a slider: arrows a tenth of a second, page keys a second, home and end.
fn press(desk: Desk, end: f64, event: &KeyboardEvent) {
    let at = desk.head_signal().get_untracked().at;
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

#[component]
fn Marks(end: Memo<f64>) -> impl IntoView {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let list = desk.watch_run(marks);
    let wordings = memo(move || {
        let at = beat.at();
        list.with(|list| wordings(list, at, VirtualTime::from_secs_f64(end.get())))
    });
    move || {
        let marks = list.get().into_iter().enumerate();
        marks
            .map(|(place, mark)| {
                let wording = memo(move || wordings.with(|all| all.get(place).copied().unwrap_or(Wording::Nowhere)));
                one_mark(mark, wording, end.get())
            })
            .collect::<Vec<_>>()
    }
}

fn one_mark(mark: MarkLabel, wording: Memo<Wording>, end: f64) -> impl IntoView {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let at = mark.at;
    let share = at.as_secs_f64() / end.max(1e-9);
    let is_future = memo(move || beat.at() < at);
    let name = format!("{} at {}", mark.signal.meaning(&mark.words), moment(at));
    let (long, short, loud) = (mark.words, mark.short, mark.loud);
    let words = move || match wording.get() {
        Wording::Right | Wording::Left => long.clone(),
        Wording::ShortRight | Wording::ShortLeft => short.clone(),
        // A narrow page hides the words of the others, which leaves room for these.
        Wording::Nowhere if loud => short.clone(),
        Wording::Nowhere => String::new(),
    };
    let side = move || match wording.get() {
        Wording::Left | Wording::ShortLeft => Some("left"),
        Wording::Nowhere => Some("none"),
        Wording::Right | Wording::ShortRight => None,
    };
    view! {
        <button
            class="mark"
            type="button"
            data-kind=mark.signal.id()
            data-loud=loud.then_some("true")
            data-side=side
            data-late=(share > LATE).then_some("true")
            data-future=move || is_future.get().then_some("true")
            style=format!("--at:{share:.4}")
            aria-label=name.clone()
            title=name
            on:click=move |_| desk.seek(at)
        >
            {icon(mark.signal.icon())}
            <span>{words}</span>
        </button>
    }
}
