//! The database: a drum with its tables.

use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::actor::{Aside, Face, Head, Vitals, casing};
use super::board::Board;
use crate::ui::geometry::{Class, drum};
use crate::ui::views::{Look, Note, Table, TableRow, statement, tables};
use crate::world::Actor;

const FACE: Face = Face {
    name: "Database",
    nature: "on disk: slower, keeps",
    dead_name: "Database is down",
    dead_nature: "its rows stay on disk",
    icon: "database",
    icon_class: "actor__icon",
    tells_state: true,
};

/// Tables on the stage, and rows of each.
const TABLES: usize = 3;
const ROWS: usize = 3;

/// The database.
#[component]
pub fn Database() -> impl IntoView {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Database);
    let narrow = board.place(|layout| layout.class == Class::Narrow);
    let view = board.moment(tables);
    let running = board.moment(|moment| statement(moment).map(|(text, _)| text));
    let count = board.moment(|moment| moment.frame.row_count);
    let hidden = memo(move || {
        let shown: usize = view.with(|tables| tables.iter().map(|table| table.rows.len()).sum());
        count.get().saturating_sub(shown)
    });
    let aside = Signal::derive(move || match running.get() {
        _ if narrow.get() => Aside::default(),
        Some(text) => Aside { words: format!("{text};"), is_code: true, hides_state: true, ..Aside::default() },
        None if hidden.get() > 0 => Aside { words: format!("+{} more rows", hidden.get()), ..Aside::default() },
        None => Aside::default(),
    });
    let columns = move || format!("--tables:{}", view.with(Vec::len).clamp(2, TABLES));
    view! {
        <section
            class="actor database"
            data-testid="actor-database"
            data-state=move || vitals.state()
            style=move || vitals.style()
            aria-label=move || format!("Database, {}, {} rows", vitals.look.with(Look::state), count.get())
        >
            {casing(vitals, drum)}
            <div class="actor__body" style="padding-top:14px">
                <Head vitals face=FACE aside/>
                <div class="tables" style=columns>{(0..TABLES).map(|place| table_view(view, place)).collect_view()}</div>
            </div>
        </section>
    }
}

fn table_view(view: Memo<Vec<Table>>, place: usize) -> impl IntoView {
    let name = memo(move || view.with(|tables| tables.get(place).map_or("", |table| table.name)));
    view! {
        <table class="table" hidden=move || name.get().is_empty()>
            <caption>{move || name.get()}</caption>
            <tbody>{(0..ROWS).map(|row| row_view(view, place, row)).collect_view()}</tbody>
        </table>
    }
}

fn row_view(view: Memo<Vec<Table>>, place: usize, row: usize) -> impl IntoView {
    let row = memo(move || {
        view.with(|tables| tables.get(place).and_then(|table| table.rows.get(row)).cloned().unwrap_or_default())
    });
    let exists = memo(move || row.with(|row| row.id > 0));
    let note = memo(move || row.with(|row| row.note.clone()));
    let text = move |pick: fn(&TableRow) -> String| move || row.with(pick);
    move || {
        exists.get().then(|| {
            view! {
                <tr class="row" data-state=move || row.with(|row| row.state.id())>
                    <td class="row__id">{text(|row| row.id.to_string())}</td>
                    <td class="row__value">{text(|row| row.value.clone())}</td>
                    <td class="row__version">{text(|row| format!("v{}", row.version))}</td>
                    <td class="row__note">{move || note_view(note.get())}</td>
                </tr>
            }
        })
    }
}

fn note_view(note: Note) -> impl IntoView {
    let (class, says, value) = match note {
        Note::Nothing => return ().into_any(),
        Note::Waits(value) => ("waits", "waits in the cache: ", value),
        Note::Gone(value) => ("gone", "lost: ", value),
    };
    view! { <span class=class><span class="visually-hidden">{says}</span>{value}</span> }.into_any()
}
