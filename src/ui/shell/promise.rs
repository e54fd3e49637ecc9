//! The ledger as a bar that always adds up: acknowledged writes are durable, pending or lost.

use leptos::prelude::*;

use crate::ui::memo;

use crate::audit::Ledger;
use crate::ui::Desk;

/// The ledger.
#[component]
pub fn Promise() -> impl IntoView {
    let desk = Desk::of_page();
    let ledger = desk.watch_moment(|run, at| run.audit.ledger(at));
    let summary = move || {
        let Ledger { durable, pending, lost, .. } = ledger.get();
        format!("{durable} durable, {pending} pending, {lost} lost")
    };
    let times = memo(move || if ledger.get().acknowledged == 1 { " time" } else { " times" });
    view! {
        <section class="promise" aria-label="Ledger of acknowledged writes">
            <p class="promise__told">
                <b data-testid="ledger-acknowledged">{move || ledger.get().acknowledged}</b>
                {move || times.get()}
                <br/>
                "told “saved”"
            </p>
            <div>
                <div class="promise__bar" role="img" aria-label=summary>
                    <Part kind="durable" count=Signal::derive(move || ledger.get().durable)/>
                    <Part kind="pending" count=Signal::derive(move || ledger.get().pending)/>
                    <Part kind="lost" count=Signal::derive(move || ledger.get().lost)/>
                </div>
                <p class="promise__sums">
                    <Sum kind="durable" words="in the database" count=Signal::derive(move || ledger.get().durable)/>
                    <Sum kind="pending" words="only in the cache" count=Signal::derive(move || ledger.get().pending)/>
                    <Sum kind="lost" words="lost" count=Signal::derive(move || ledger.get().lost)/>
                </p>
            </div>
        </section>
    }
}

#[component]
fn Part(kind: &'static str, count: Signal<usize>) -> impl IntoView {
    view! {
        <span class="part" data-kind=kind data-n=move || count.get().to_string() style=move || format!("--n:{}", count.get())></span>
    }
}

#[component]
fn Sum(kind: &'static str, words: &'static str, count: Signal<usize>) -> impl IntoView {
    view! {
        <span class="sum" data-kind=kind data-n=move || count.get().to_string()>
            <b data-testid=format!("ledger-{kind}")>{move || count.get()}</b>
            {words}
        </span>
    }
}
