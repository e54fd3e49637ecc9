//! Runs to be set beside one another: made one at a time, shown as rows of figures at the playhead's time.

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;

use super::{Beat, browser};
use crate::run::Run;
use crate::scenario::Scenario;
use crate::ui::effect;
use crate::ui::part::Part;
use crate::ui::words::{Totals, add_compared, compare_head, compared};

/// A run that is to be made.
pub(super) struct Wanted {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) scenario: Scenario,
}

struct Rival {
    id: String,
    name: String,
    run: Run,
    totals: Totals,
}

/// Runs beside one another. A handle that can be copied.
#[derive(Clone, Copy)]
pub(super) struct Rivals {
    made: RwSignal<Vec<Rival>, LocalStorage>,
    /// How often the list of those that are wanted has changed.
    asked: StoredValue<u32>,
}

impl Rivals {
    /// Keeps the runs that `wanted` lists; it follows what it reads.
    pub(super) fn keep(wanted: impl Fn() -> Vec<Wanted> + 'static) -> Self {
        let rivals = Self { made: RwSignal::new_local(Vec::new()), asked: StoredValue::new(0) };
        effect(move || {
            rivals.asked.update_value(|asked| *asked += 1);
            browser::spawn(rivals.make(rivals.asked.get_value(), wanted()));
        });
        rivals
    }

    /// Makes the runs that are not there already.
    async fn make(self, this: u32, wanted: Vec<Wanted>) {
        let mut known = Vec::new();
        self.made.update(|made| known = std::mem::take(made));
        for Wanted { id, name, scenario } in wanted {
            if let Some(place) = known.iter().position(|rival| rival.run.scenario == scenario) {
                let Rival { run, totals, .. } = known.swap_remove(place);
                self.made.update(|made| made.push(Rival { id, name, run, totals }));
                continue;
            }
            // One run at a time, so that the page stays alive between them.
            gloo_timers::future::TimeoutFuture::new(0).await;
            if self.asked.try_get_value() != Some(this) {
                return;
            }
            if let Ok(run) = Run::of(scenario) {
                let totals = Totals::of(&run.trace);
                self.made.update(|made| made.push(Rival { id, name, run, totals }));
            }
        }
    }

    /// Their figures; a press on a name gives its id to `pick`.
    pub(super) fn table(
        self,
        first: &'static str,
        current: impl Fn() -> Option<String> + 'static,
        pick: impl Fn(&str) + 'static,
    ) -> Part {
        let beat = Beat::of_page();
        let table = Part::new(
            r#"<div class="compare" tabindex="0" role="region" aria-label="Comparison"><table class="compare__table"></table></div>"#,
        );
        table
            .at("table")
            .html(move || {
                let (at, current) = (beat.at(), current());
                self.made.with(|made| {
                    let mut html = compare_head(first);
                    for Rival { id, name, run, totals } in made {
                        add_compared(
                            &mut html,
                            (id, name),
                            &compared(run, totals, at),
                            current.as_deref() == Some(id.as_str()),
                        );
                    }
                    html
                })
            })
            .on("click", move |event| {
                if let Some(id) = browser::pressed(&event, "data-pick") {
                    pick(&id);
                }
            });
        table
    }
}
