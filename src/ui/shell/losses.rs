//! Each acknowledged write that matters now, followed to its end.

use leptos::prelude::*;

use crate::ui::memo;

use super::beat::Turn;
use super::{Beat, rich};
use crate::ui::words::{Fate, Story, stories};

/// The panel.
#[component]
pub fn Losses() -> impl IntoView {
    let stories = Beat::of_page().at_turn(Turn::Second).watch(stories);
    let title = memo(move || stories.with(|stories| stories.title.clone()));
    let list = memo(move || stories.with(|stories| stories.list.clone()));
    let more = memo(move || stories.with(|stories| stories.more));
    view! {
        <section class="panel" data-span="6" data-testid="losses">
            <header class="panel__head">
                <h2 class="panel__title">{move || title.get()}</h2>
                <p class="panel__aside">"each acknowledged write, followed to its end"</p>
            </header>
            <ol class="panel__body losses">
                {move || list.get().into_iter().map(line).collect::<Vec<_>>()}
            </ol>
            {move || (more.get() > 0).then(|| view! { <p class="losses__more">{format!("and {} more", more.get())}</p> })}
        </section>
    }
}

fn line(story: Story) -> impl IntoView {
    let testid = if story.fate == Fate::Lost { "lost-write" } else { "kept-write" };
    view! {
        <li class="loss" data-kind=story.fate.id() data-testid=testid>
            <span class="loss__key">{story.key}</span>
            <span class="loss__story">{rich::show(story.text)}</span>
            <span class="loss__fate">{story.fate.words()}</span>
        </li>
    }
}
