//! Breaking things, and mending them.

use wasm_bindgen::JsCast;
use web_sys::{Event, FocusEvent, KeyboardEvent, Node};

use super::{pattern, pattern_id, report};
use crate::ui::icons::{icon, icon_reference};
use crate::ui::part::Part;
use crate::ui::words::{Way, name_of, targets, ways};
use crate::ui::{Desk, Memo, State, memo};
use crate::world::{Actor, Condition, Fault, FaultKind};

/// One button for each that can crash, a menu for the finer ways, and the way back.
pub fn break_it() -> Part {
    let desk = Desk::of_page();
    let pattern_id = pattern_id(desk);
    let actors = memo(move || pattern_id.get().and_then(pattern).map(|pattern| targets(&pattern)).unwrap_or_default());
    let more = more(desk, actors);
    let part = Part::new(
        r#"<section class="breakit" aria-label="Break it" data-testid="breakit"><span class="breakit__name">Break it</span></section>"#,
    )
    .add(more.clone())
    .add(undo(desk));
    more.precede(move || actors.get().into_iter().map(|actor| crash(desk, actor)).collect());
    part
}

/// The health of an actor; follows the frame.
fn condition_of(desk: Desk, actor: Actor) -> Memo<Condition> {
    desk.watch(move |frame| frame.actor(actor).condition)
}

fn crash(desk: Desk, actor: Actor) -> Part {
    let condition = condition_of(desk, actor);
    let is_well = move || condition.get() == Condition::HEALTHY;
    let name = move || {
        let verb = if is_well() { "Crash" } else { "Bring back" };
        format!("{verb} the {} now", name_of(actor))
    };
    let button = Part::new(&format!(
        r#"<button class="button" type="button" data-testid="break-{actor}">{}{}</button>"#,
        icon("bolt"),
        title(actor)
    ));
    button.at(".icon").html(move || icon_reference(if is_well() { "bolt" } else { "again" }));
    button.set("data-mends", move || (!is_well()).then_some("true")).set("aria-label", name).set("title", name).on(
        "click",
        move |_: Event| {
            let is_well = condition.get_untracked() == Condition::HEALTHY;
            let fault = if is_well { FaultKind::Crash } else { FaultKind::Repair };
            report(desk, desk.inject(Fault { fault, target: actor }));
        },
    )
}

const fn title(actor: Actor) -> &'static str {
    match actor {
        Actor::Client(_) => "Person",
        Actor::App => "App",
        Actor::Loader => "Loader",
        Actor::Cache => "Cache",
        Actor::Flusher => "Flusher",
        Actor::Database => "Database",
    }
}

fn more(desk: Desk, actors: Memo<Vec<Actor>>) -> Part {
    let open = State::new(false);
    let more = Part::new(&format!(
        r#"<div class="more"><button class="button" type="button" aria-label="More ways to break it" title="More ways to break it" data-testid="break-more"><span class="more__dots">{}</span>More</button></div>"#,
        icon("more")
    ));
    more.at("button")
        .set("aria-expanded", move || open.get().to_string())
        .on("click", move |_: Event| open.update(|open| *open = !*open));
    let leave = move |event: FocusEvent| {
        let node = |target: Option<web_sys::EventTarget>| target.and_then(|target| target.dyn_into::<Node>().ok());
        let next = node(event.related_target());
        if node(event.current_target()).is_some_and(|menu| !menu.contains(next.as_ref())) {
            open.set(false);
        }
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            open.set(false);
        }
    };
    let offered = memo(move || offered(desk, &actors.get()));
    let menu = move || {
        let group = move |(actor, ways): (Actor, Vec<Way>)| {
            let heading = Part::new(&format!(r#"<p class="menu__title">{}</p>"#, title(actor)));
            std::iter::once(heading).chain(ways.into_iter().map(move |way| item(desk, actor, way, open)))
        };
        Part::new(r#"<div class="menu menu--up"></div>"#)
            .fill(move || offered.get().into_iter().flat_map(group).collect())
    };
    more.on("focusout", leave).on("keydown", escape).fill(move || open.get().then(menu).into_iter().collect())
}

/// The finer ways to break each actor, of those that have any: what its own button does is not repeated. Follows the frame.
fn offered(desk: Desk, actors: &[Actor]) -> Vec<(Actor, Vec<Way>)> {
    let frame = desk.frame();
    let finer = |actor: &Actor| {
        let mut ways = desk.with_run(|run| ways(&run.scenario, *actor, frame.actor(*actor).condition));
        ways.retain(|way| !matches!(way.id(), "crash" | "repair"));
        (!ways.is_empty()).then_some((*actor, ways))
    };
    actors.iter().filter_map(finer).collect()
}

fn item(desk: Desk, actor: Actor, way: Way, open: State<bool>) -> Part {
    let item = Part::new(&format!(
        r#"<button class="menu__item" type="button" data-testid="inject-{}-{actor}">{}<span>{}<small>{}</small></span></button>"#,
        way.id(),
        icon(way.icon),
        way.label,
        way.meaning
    ));
    item.on("click", move |_: Event| {
        open.set(false);
        report(desk, desk.intervene(way.action.clone(), None));
    })
}

fn undo(desk: Desk) -> Part {
    let undo = Part::new(&format!(
        r#"<button class="button" type="button" data-testid="undo" title="Undo what I did" aria-label="Undo what I did"><span class="more__dots">{}</span>Undo</button>"#,
        icon("undo")
    ));
    undo.set("disabled", move || !desk.is_changed()).on("click", move |_: Event| report(desk, desk.reset()))
}
