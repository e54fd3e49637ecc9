//! A Redis command, typed to the cache at the playhead.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::ui::Desk;

/// Most exchanges that are shown.
const MOST: usize = 6;

#[derive(Clone, Debug, PartialEq)]
struct Exchange {
    command: String,
    reply: String,
}

/// The panel.
#[component]
pub fn Console() -> impl IntoView {
    let desk = Desk::of_page();
    let text = RwSignal::new(String::new());
    let exchanges = RwSignal::new(Vec::<Exchange>::new());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let command = text.get_untracked().trim().to_owned();
        if command.is_empty() {
            return;
        }
        let reply = desk.type_command(&command).unwrap_or_else(|error| format!("{error}"));
        text.set(String::new());
        exchanges.update(|exchanges| {
            exchanges.push(Exchange { command, reply });
            let surplus = exchanges.len().saturating_sub(MOST);
            exchanges.drain(..surplus);
        });
    };
    let exchange = |exchange: Exchange| {
        view! {
            <div class="exchange">
                <p class="exchange__command">{exchange.command}</p>
                <pre class="exchange__reply">{exchange.reply}</pre>
            </div>
        }
    };
    view! {
        <section class="panel" data-testid="console">
            <header class="panel__head">
                <h2 class="panel__title">"Talk to the cache"</h2>
                <p class="panel__aside">"a Redis command, typed at the playhead"</p>
            </header>
            <div class="panel__body">
                <div class="exchanges" aria-live="polite">
                    {move || exchanges.get().into_iter().map(exchange).collect::<Vec<_>>()}
                </div>
                <form class="console" on:submit=send>
                    <label class="console__prompt" for="console-text">"redis>"</label>
                    <input
                        id="console-text"
                        class="console__text"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        placeholder="KEYS *"
                        data-testid="console-text"
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                    <button class="button" type="submit">"Send"</button>
                </form>
            </div>
        </section>
    }
}
