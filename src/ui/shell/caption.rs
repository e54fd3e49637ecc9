//! The sentence below the stage.

use leptos::prelude::*;

use super::{Beat, browser};
use crate::ui::part::Part;
use crate::ui::words::{Captions, Tone};
use crate::ui::{Desk, Memo, State, effect, memo};

/// Above this speed sentences would pass faster than they can be read.
const FAST: f64 = 2.5;

/// How long a sentence then stays, in milliseconds.
const READING: f64 = 1_600.0;

/// Least time between two sentences that are spoken, in milliseconds.
const SPEAKING: f64 = 3_000.0;

/// The sentence, and the same for those who listen.
pub fn caption_bar() -> [Part; 2] {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let captions = desk.watch_run(Captions::of);
    let place = memo(move || {
        let at = desk.head().at;
        captions.with(|captions| captions.place(at))
    });
    let shown = held(desk, beat, captions, place);
    let caption = memo(move || captions.with(|captions| captions.get(shown.get()).cloned()));
    let tone = move || caption.with(|caption| caption.as_ref().map_or(Tone::Plain, |caption| caption.tone).id());
    let plain =
        memo(move || caption.with(|caption| caption.as_ref().map(|caption| caption.text.text()).unwrap_or_default()));
    let spoken = spoken(desk, beat, plain);
    let bar = Part::new(
        r#"<div class="caption" data-testid="caption"><p class="caption__text"></p><p class="caption__more"></p></div>"#,
    );
    bar.at(".caption__text").html(move || caption.with(|caption| caption.as_ref().map(|caption| caption.text.html())));
    bar.at(".caption__more").text(move || caption.with(|caption| caption.as_ref().map(|caption| caption.more.clone())));
    let voice = Part::new(r#"<p class="visually-hidden" aria-live="polite"></p>"#).text(move || spoken.get());
    [bar.set("data-tone", tone), voice]
}

/// The place that is shown: at high speed each sentence stays long enough to be read.
fn held(desk: Desk, beat: Beat, captions: Memo<Captions>, place: Memo<usize>) -> State<usize> {
    let shown = State::new(place.get_untracked());
    let since = StoredValue::new(0.0);
    effect(move || {
        beat.follow();
        let next = place.get();
        let head = desk.head_now();
        let matters = captions.with(|captions| captions.get(next).is_some_and(|caption| caption.tone == Tone::Lost));
        let is_early = browser::now() - since.get_value() < READING;
        if (head.playing && head.speed > FAST && is_early && !matters) || shown.get_untracked() == next {
            return;
        }
        since.set_value(browser::now());
        shown.set(next);
    });
    shown
}

fn spoken(desk: Desk, beat: Beat, text: Memo<String>) -> State<String> {
    let spoken = State::new(String::new());
    let since = StoredValue::new(0.0);
    effect(move || {
        beat.follow();
        let next = text.get();
        let playing = desk.head_now().playing;
        let is_early = playing && browser::now() - since.get_value() < SPEAKING;
        if is_early || spoken.with_untracked(|spoken| *spoken == next) {
            return;
        }
        since.set_value(browser::now());
        spoken.set(next);
    });
    spoken
}
