//! The panels in the order that the person likes, without those that they don't need: kept on this device.

use web_sys::{Element, Event, MouseEvent};

use super::browser;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::words::{Arrangement, PANELS};
use crate::ui::{State, effect};

const STORED: &str = "cachescope-panels";

const HTML: &str =
    r#"<details class="arrange" data-testid="arrange"><summary>Arrange the panels</summary><ol></ol></details>"#;

/// The panels, each by its place among [`PANELS`], and what arranges them.
pub fn arranged(grid: Part, panels: Vec<Part>) -> [Part; 2] {
    let arrangement = State::new(Arrangement::read(&browser::stored(STORED).unwrap_or_default()));
    let ground: Element = grid.element().clone();
    effect(move || {
        arrangement.with(|arrangement| {
            for (place, shown) in arrangement.iter() {
                let Some(panel) = panels.get(place) else { continue };
                // Whatever is there already moves to the end.
                let _ = ground.append_child(panel.element());
                let _ = panel.element().toggle_attribute_with_force("hidden", !shown);
            }
        });
    });
    let change = move |act: &dyn Fn(&mut Arrangement)| {
        arrangement.update(|arrangement| act(arrangement));
        arrangement.with_untracked(|arrangement| browser::store(STORED, &arrangement.write()));
    };
    let list = Part::new(HTML);
    list.at("ol").rows(move || arrangement.with(|arrangement| arrangement.iter().map(row).collect()));
    let list = list
        .on("click", move |event: MouseEvent| {
            let Some(panel) = browser::pressed(&event, "data-panel").and_then(|panel| panel.parse().ok()) else {
                return;
            };
            if let Some(way) = browser::pressed(&event, "data-way") {
                change(&|arrangement| arrangement.shift(panel, way == "down"));
                browser::focus_on(&format!("[data-panel=\"{panel}\"] [data-way={way}]"));
            }
        })
        .on("change", move |event: Event| {
            if let Some(panel) = browser::pressed(&event, "data-panel").and_then(|panel| panel.parse().ok()) {
                change(&|arrangement| arrangement.toggle(panel));
                browser::focus_on(&format!("[data-panel=\"{panel}\"] input"));
            }
        });
    [list, grid]
}

fn row((panel, shown): (usize, bool)) -> String {
    let name = PANELS[panel].1;
    let checked = if shown { " checked" } else { "" };
    format!(
        r#"<li data-panel="{panel}"><label><input type="checkbox"{checked}>{name}</label><button class="icon-button" type="button" data-way="up" aria-label="Move up: {name}">{0}</button><button class="icon-button" type="button" data-way="down" aria-label="Move down: {name}">{0}</button></li>"#,
        icon("down")
    )
}
