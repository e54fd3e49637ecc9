//! The pattern's own source, with the lines that run now.

use leptos::html::Ol;
use leptos::prelude::*;

use crate::ui::{Memo, effect, memo};

use super::{pattern, pattern_id};
use crate::ui::Desk;
use crate::ui::words::{Ink, Lit, lit_lines, paint};

/// The panel.
#[component]
pub fn Code() -> impl IntoView {
    let desk = Desk::of_page();
    let pattern_id = pattern_id(desk);
    let lit = desk.watch(lit_lines);
    let element = NodeRef::<Ol>::new();
    follow(element, lit);
    let file = move || pattern_id.get().and_then(pattern).map(|pattern| format!("src/patterns/{}", pattern.file));
    let lines = move || {
        let source = pattern_id.get().and_then(pattern).map_or("", |pattern| pattern.source);
        (1..).zip(source.lines()).map(|(number, text)| line(number, text, lit)).collect::<Vec<_>>()
    };
    view! {
        <section class="panel panel--code" data-span="6" data-testid="code">
            <header class="panel__head">
                <h2 class="panel__title">"The code that runs"</h2>
                <p class="panel__aside mono">{file}</p>
            </header>
            <ol class="code" tabindex="0" node_ref=element aria-label="Source of the pattern">{lines}</ol>
        </section>
    }
}

fn line(number: u32, text: &'static str, lit: Memo<Vec<Lit>>) -> impl IntoView {
    let found = memo(move || lit.with(|lit| lit.iter().find(|lit| lit.line == number).cloned()));
    let kind = move || found.with(|found| found.as_ref().map(|lit| lit.kind.id()));
    let who = move || found.with(|found| found.as_ref().map(|lit| lit.who.clone()).unwrap_or_default());
    let pieces = paint(text).into_iter().map(|(ink, piece)| match ink {
        Ink::Keyword => view! { <span class="k">{piece}</span> }.into_any(),
        Ink::Comment => view! { <span class="c">{piece}</span> }.into_any(),
        Ink::Text => view! { <span class="s">{piece}</span> }.into_any(),
        Ink::Plain => piece.into_any(),
    });
    view! {
        <li class="code__line" data-lit=kind>
            <span class="code__who"><b>{who}</b></span>
            <span class="code__no">{number}</span>
            <code>{pieces.collect::<Vec<_>>()}</code>
        </li>
    }
}

/// Scrolls the code, and nothing else, so that a running line is in view.
fn follow(element: NodeRef<Ol>, lit: Memo<Vec<Lit>>) {
    let first = memo(move || lit.with(|lit| lit.first().map(|lit| lit.line)));
    effect(move || {
        let (Some(list), Some(line)) = (element.get(), first.get()) else { return };
        let Some(row) = list.children().item(line.saturating_sub(1)) else { return };
        let (list_area, row_area) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
        let margin = 2.0 * row_area.height();
        if row_area.top() < list_area.top() + margin || row_area.bottom() > list_area.bottom() - margin {
            let middle = row_area.top() - list_area.top() - list_area.height() / 2.0;
            list.set_scroll_top(list.scroll_top() + middle as i32);
        }
    });
}
