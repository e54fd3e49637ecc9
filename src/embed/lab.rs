//! The worker's side: it answers what the page asks. In a Web Worker that is by messages; where the browser refuses workers, as in
//! some sandboxed frames, the same program runs in the page itself and offers a function there.

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::worker;

/// The function's name in a window.
pub(crate) const IN_WINDOW: &str = "cachescopeLab";
/// What is called in a window, if it is there, and sent from a worker, when questions can be answered.
pub(crate) const READY: &str = "cachescopeLabReady";

/// Answers from now on.
pub fn serve_lab() {
    console_error_panic_hook::set_once();
    let global: JsValue = js_sys::global().into();
    if web_sys::window().is_some() {
        offer(&global);
    } else {
        listen(&global);
    }
}

fn offer(window: &JsValue) {
    let work = |request: JsValue| JsValue::from(worker::answer(&request.as_string().unwrap_or_default()));
    let work = Closure::<dyn Fn(JsValue) -> JsValue>::new(work).into_js_value();
    // Setting a property of the global object can't fail.
    let _ = Reflect::set(window, &IN_WINDOW.into(), &work);
    if let Some(ready) = function(window, READY) {
        let _ = ready.call0(window);
    }
}

fn listen(global: &JsValue) {
    let Some(post) = function(global, "postMessage") else { return };
    let told = post.call1(global, &READY.into());
    let receiver = global.clone();
    let work = move |event: JsValue| {
        let request = Reflect::get(&event, &"data".into()).unwrap_or_default().as_string().unwrap_or_default();
        // The page that asked may be gone; then nobody waits for the answer.
        let _ = post.call1(&receiver, &worker::answer(&request).into());
    };
    let work = Closure::<dyn Fn(JsValue)>::new(work).into_js_value();
    let _ = told.and_then(|_| Reflect::set(global, &"onmessage".into(), &work));
}

fn function(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}
