//! The database: a drum with its tables.

use super::actor::{Aside, Face, Vitals, actor, head};
use super::board::Board;
use crate::html;
use crate::ui::geometry::{Class, drum};
use crate::ui::part::Part;
use crate::ui::views::{Note, Table, TableRow, statement, tables};
use crate::ui::{Memo, memo};
use crate::world::Actor;

const FACE: Face = Face {
    name: "Database",
    nature: "on disk: slower, keeps",
    dead_name: "Database is down",
    icon: "database",
    icon_class: "actor__icon",
    tells_state: true,
};

/// Tables on the stage.
const TABLES: usize = 3;

/// The database.
pub fn database() -> Part {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Database);
    let narrow = board.place(|layout| layout.class == Class::Narrow);
    let view = board.moment(tables);
    let running = board.moment(|moment| statement(moment).map(|(text, _)| text));
    let count = board.moment(|moment| moment.frame.row_count);
    let hidden = move || {
        let shown: usize = view.with(|tables| tables.iter().map(|table| table.rows.len()).sum());
        count.get().saturating_sub(shown)
    };
    let aside = memo(move || match running.get() {
        _ if narrow.get() => Aside::default(),
        Some(text) => Aside { words: format!("{text};"), is_code: true, hides_state: true, ..Aside::default() },
        None if hidden() > 0 => Aside { words: format!("+{} more rows", hidden()), ..Aside::default() },
        None => Aside::default(),
    });
    let part = actor(vitals, "database", move || format!("{}, {} rows", vitals.named("Database"), count.get()), drum);
    let shown = Part::new(r#"<div class="tables"></div>"#)
        .set("style", move || format!("--tables:{}", view.with(Vec::len).clamp(2, TABLES)))
        .add_all((0..TABLES).map(|place| table_part(view, place)));
    part.at(".actor__body").set("style", || "padding-top:14px").add(head(vitals, FACE, Some(aside))).add(shown);
    part
}

fn table_part(view: Memo<Vec<Table>>, place: usize) -> Part {
    let part = Part::new(r#"<table class="table"><caption></caption><tbody></tbody></table>"#);
    let name = move || view.with(|tables| tables.get(place).map_or("", |table| table.name));
    part.at("caption").text(name);
    part.at("tbody").html(move || {
        view.with(|tables| {
            tables
                .get(place)
                .map(|table| table.rows.iter().map(|row| row_html(table.singular, row)).collect::<String>())
        })
    });
    part.set("hidden", move || name().is_empty())
}

fn row_html(table: &str, row: &TableRow) -> String {
    if row.id == 0 {
        return String::new();
    }
    let id = row.id;
    let state = row.state.id().map_or_else(String::new, |state| format!(r#" data-state="{state}""#));
    format!(
        r#"<tr class="row"{state} data-key="{table}:{id}"><td class="row__id">{id}</td><td class="row__value">{}</td><td class="row__version">v{}</td><td class="row__note">{}</td></tr>"#,
        html::escape(&row.value),
        row.version,
        note_html(&row.note)
    )
}

fn note_html(note: &Note) -> String {
    let (class, says, value) = match note {
        Note::Nothing => return String::new(),
        Note::Waits(value) => ("waits", "waits in the cache: ", value),
        Note::Gone(value) => ("gone", "lost: ", value),
    };
    format!(r#"<span class="{class}"><span class="visually-hidden">{says}</span>{}</span>"#, html::escape(value))
}
