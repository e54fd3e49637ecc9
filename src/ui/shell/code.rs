//! The pattern's own source, with the lines that run now.

use web_sys::Element;

use super::{pattern, pattern_id};
use crate::html;
use crate::ui::part::Part;
use crate::ui::words::{Ink, Lit, lit_lines, paint};
use crate::ui::{Desk, Memo, effect, memo};

const HTML: &str = r#"<section class="panel panel--code" data-span="6" data-testid="code">
<header class="panel__head">
<h2 class="panel__title">The code that runs</h2>
<p class="panel__aside mono"></p>
</header>
<ol class="code" tabindex="0" aria-label="Source of the pattern"></ol>
</section>"#;

/// The panel.
pub fn code_panel() -> Part {
    let desk = Desk::of_page();
    let pattern_id = pattern_id(desk);
    let lit = desk.watch(lit_lines);
    let panel = Part::new(HTML);
    let shown = move || pattern_id.get().and_then(pattern);
    panel.at(".panel__aside").text(move || shown().map(|pattern| format!("src/patterns/{}", pattern.file)));
    let lines = move || {
        let source = shown().map_or("", |pattern| pattern.source);
        (1..).zip(source.lines()).map(|(number, text)| line(number, text, lit)).collect()
    };
    let list = panel.at(".code").fill(lines);
    keep_in_view(list.element().clone(), lit);
    panel
}

fn line(number: u32, text: &str, lit: Memo<Vec<Lit>>) -> Part {
    let found = memo(move || lit.with(|lit| lit.iter().find(|lit| lit.line == number).cloned()));
    let mut code = String::new();
    for (ink, piece) in paint(text) {
        match ink {
            Ink::Keyword => html::add(&mut code, "span class=\"k\"", piece),
            Ink::Comment => html::add(&mut code, "span class=\"c\"", piece),
            Ink::Text => html::add(&mut code, "span class=\"s\"", piece),
            Ink::Plain => code.push_str(&html::escape(piece)),
        }
    }
    let line = Part::new(&format!(
        r#"<li class="code__line"><span class="code__who"><b></b></span><span class="code__no">{number}</span><code>{code}</code></li>"#
    ));
    line.at("b").text(move || found.with(|found| found.as_ref().map(|lit| lit.who.clone())));
    line.set("data-lit", move || found.with(|found| found.as_ref().map(|lit| lit.kind.id())))
}

/// Scrolls the code, and nothing else, so that a running line is in view.
fn keep_in_view(list: Element, lit: Memo<Vec<Lit>>) {
    let first = memo(move || lit.with(|lit| lit.first().map(|lit| lit.line)));
    // Once it is part of the page.
    effect(move || {
        let Some(row) = first.get().and_then(|line| list.children().item(line.saturating_sub(1))) else { return };
        let (list_area, row_area) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
        let margin = 2.0 * row_area.height();
        if row_area.top() < list_area.top() + margin || row_area.bottom() > list_area.bottom() - margin {
            let middle = row_area.top() - list_area.top() - list_area.height() / 2.0;
            list.set_scroll_top(list.scroll_top() + middle as i32);
        }
    });
}
