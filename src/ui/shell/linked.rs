//! What is pointed at in one panel is lit in all: everything on the page says by `data-key` and `data-request` what it is
//! about, and a rule of the style sheet outlines all that is about the same. So nothing is drawn anew.

use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, Element, Event};

use crate::ui::part::Part;

/// Where a rule is: this far from the style sheet's end.
type Slot = u32;

/// The rule of what is pointed at.
const POINTED: Slot = 1;

/// The rule of what does not belong to the request that is followed.
pub(super) const FOLLOWED: Slot = 2;

/// A rule that says nothing.
const IDLE: &str = "[hidden]{}";

fn sheet() -> Option<CssStyleSheet> {
    web_sys::window()?.document()?.style_sheets().item(0)?.dyn_into().ok()
}

/// Makes room for the rules, and lights what is pointed at from now on.
pub fn link_panels(body: &Part) {
    let Some(sheet) = sheet() else { return };
    for _ in [POINTED, FOLLOWED] {
        let length = sheet.css_rules().map_or(0, |rules| rules.length());
        // Without its rules the page only lacks this.
        let _ = sheet.insert_rule_with_index(IDLE, length);
    }
    let point = move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        set_rule(POINTED, &target.and_then(|target| alike(&target)).unwrap_or_default());
    };
    body.clone().on("pointerover", point).on("focusin", point);
}

/// Puts another rule in its place; an empty one does nothing.
pub(super) fn set_rule(slot: Slot, rule: &str) {
    let Some(sheet) = sheet() else { return };
    let Some(place) = sheet.css_rules().ok().and_then(|rules| rules.length().checked_sub(slot)) else { return };
    let rule = if rule.is_empty() { IDLE } else { rule };
    if sheet.delete_rule(place).is_ok() && sheet.insert_rule_with_index(rule, place).is_err() {
        // Two rules must stay, whatever happens.
        let _ = sheet.insert_rule_with_index(IDLE, place);
    }
}

/// The rule that lights all that is about the same as an element.
fn alike(element: &Element) -> Option<String> {
    let about = element.closest("[data-key],[data-request]").ok()??;
    let mut selectors = Vec::new();
    for name in ["data-key", "data-request"] {
        // Keys have no quotes in them; what has can't be meant.
        if let Some(value) = about.get_attribute(name).filter(|value| !value.is_empty() && !value.contains(['"', '\\']))
        {
            selectors.push(format!("[{name}=\"{value}\"]"));
        }
    }
    (!selectors.is_empty())
        .then(|| format!("{}{{outline:2px solid var(--ink);outline-offset:1px}}", selectors.join(",")))
}
