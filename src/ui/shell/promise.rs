//! The ledger as a bar that always adds up: acknowledged writes are durable, pending or lost.

use crate::audit::Ledger;
use crate::ui::Desk;
use crate::ui::part::Part;

const HTML: &str = r#"<section class="promise" aria-label="Ledger of acknowledged writes">
<p class="promise__told"><b data-testid="ledger-acknowledged"></b><span></span><br>told “saved”</p>
<div>
<div class="promise__bar" role="img">
<span class="part" data-kind="durable"></span><span class="part" data-kind="pending"></span><span class="part" data-kind="lost"></span>
</div>
<p class="promise__sums">
<span class="sum" data-kind="durable"><b data-testid="ledger-durable"></b> in the database</span>
<span class="sum" data-kind="pending"><b data-testid="ledger-pending"></b> only in the cache</span>
<span class="sum" data-kind="lost"><b data-testid="ledger-lost"></b> lost</span>
</p>
</div>
</section>"#;

/// The ledger.
pub fn promise() -> Part {
    let ledger = Desk::of_page().watch_moment(|run, at| run.audit.ledger(at));
    let promise = Part::new(HTML);
    promise.at(".promise__told b").text(move || ledger.get().acknowledged.to_string());
    promise.at(".promise__told span").text(move || if ledger.get().acknowledged == 1 { " time" } else { " times" });
    promise.at(".promise__bar").set("aria-label", move || {
        let Ledger { durable, pending, lost, .. } = ledger.get();
        format!("{durable} durable, {pending} pending, {lost} lost")
    });
    type Count = (&'static str, fn(&Ledger) -> usize);
    let counts: [Count; 3] =
        [("durable", |ledger| ledger.durable), ("pending", |ledger| ledger.pending), ("lost", |ledger| ledger.lost)];
    for (kind, count) in counts {
        let count = move || ledger.with(count).to_string();
        let find = |class: &str| promise.at(&format!("{class}[data-kind={kind}]"));
        find(".part").set("data-n", count).set("style", move || format!("--n:{}", count()));
        find(".sum").set("data-n", count).at("b").text(count);
    }
    promise
}
