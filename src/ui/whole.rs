//! The whole page. The small one, which is there first, leaves out those groups of Redis commands that no pattern uses;
//! when somebody types one of them, or a link holds one, the whole page is loaded and takes the small one's place at the
//! same moment.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::shell::browser;
use crate::scenario::Scenario;

const PROGRAM: &str = "./whole_loader.js";
/// The property of the window with the query that the whole page is to begin with.
const QUERY: &str = "cachescopeWhole";
/// The property with what is to be called once it is there.
const READY: &str = "cachescopeWholeReady";
const UNREACHABLE: &str = "The rest of Redis could not be loaded. Try again when the network is there.";

/// What waits for the whole page: what to do with it, or with its failure.
type Waiting = (Function, Function);

thread_local! {
    /// Whether this page has given its place away.
    static RETIRED: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// Whether the whole page has taken this one's place: then this one must not touch anything any more.
pub fn is_retired() -> bool {
    RETIRED.get()
}

/// The query that this page begins with when it takes another one's place.
pub fn handed_over() -> Option<String> {
    Reflect::get(&web_sys::window()?.into(), &QUERY.into()).ok()?.as_string()
}

/// Tells the page that handed over that its successor is there.
pub fn tell_ready() {
    let Some(window) = web_sys::window() else { return };
    if let Ok(ready) = Reflect::get(&window, &READY.into()).and_then(|ready| ready.dyn_into::<Function>()) {
        // Whoever handed over waits for it, and gets no answer.
        let _ = ready.call0(&window);
    }
}

/// Whether this build can't run a scenario as it should.
pub fn is_needed(scenario: &Scenario) -> bool {
    scenario.needs_whole_redis()
}

/// Whether a typed command is one that this build has not.
pub fn is_for_whole(command: &str) -> bool {
    command.split_whitespace().next().is_some_and(crate::redis::is_left_out)
}

/// Has the whole page take over at a query, then asks it something as `window.cachescope.call` is asked.
pub fn ask(query: &str, method: &str, params: JsValue) -> Promise {
    let (method, query) = (method.to_owned(), query.to_owned());
    let there = Promise::new(&mut |resolve, reject| {
        if is_retired() {
            // It is there already.
            let _ = resolve.call0(&JsValue::NULL);
            return;
        }
        let is_first = WAITING.with_borrow_mut(|waiting| {
            waiting.push((resolve, reject));
            waiting.len() == 1
        });
        if is_first {
            begin(&query);
        }
    });
    let forward = Closure::once_into_js(move |_: JsValue| -> Result<JsValue, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let contract = Reflect::get(&window, &"cachescope".into())?;
        let call: Function = Reflect::get(&contract, &"call".into())?.dyn_into()?;
        call.apply(&contract, &Array::of2(&method.into(), &params))
    });
    // A promise has a `then`, and it gives a promise.
    let then = Reflect::get(&there, &"then".into()).and_then(|then| then.dyn_into::<Function>());
    let forwarded = then.and_then(|then| then.call1(&there, &forward));
    forwarded.map_or_else(|error| Promise::reject(&error), |promise| Promise::resolve(&promise))
}

/// Has the whole page begin, in the place of this one.
pub fn begin(query: &str) {
    let Some(window) = web_sys::window() else { return };
    let ready = Closure::<dyn Fn()>::new(|| {
        RETIRED.set(true);
        answer(|(resolve, _)| resolve.call0(&JsValue::NULL));
    });
    // Setting a property of the window can't fail.
    let _ = Reflect::set(&window, &QUERY.into(), &query.into());
    let _ = Reflect::set(&window, &READY.into(), &ready.into_js_value());
    let failed = || answer(|(_, reject)| reject.call1(&JsValue::NULL, &js_sys::Error::new(UNREACHABLE)));
    if browser::add_program(PROGRAM, failed).is_none() {
        failed();
    }
}

fn answer(how: impl Fn(&Waiting) -> Result<JsValue, JsValue>) {
    for waiting in WAITING.take() {
        // What a promise's own functions give is of no use.
        let _ = how(&waiting);
    }
}
