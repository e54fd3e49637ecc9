//! The worker's side: it answers what the page asks.

use std::cell::RefCell;

use js_sys::{Error, Function, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, FileReaderSync};

use crate::worker::{self, Source};

/// What is sent when questions can be answered.
pub(crate) const READY: &str = "cachescopeLabReady";

/// Answers from now on.
pub fn serve_lab() {
    console_error_panic_hook::set_once();
    let global: JsValue = js_sys::global().into();
    let Some(post) = function(&global, "postMessage") else { return };
    let told = post.call1(&global, &READY.into());
    let receiver = global.clone();
    let file = RefCell::new(Dropped::default());
    let work = move |event: JsValue| {
        let data = Reflect::get(&event, &"data".into()).unwrap_or_default();
        let Some(request) = data.as_string() else {
            file.replace(Dropped(data.dyn_into().ok()));
            return;
        };
        // The page that asked may be gone; then nobody waits for the answer.
        let _ = post.call1(&receiver, &worker::answer_with(&request, &*file.borrow()).into());
    };
    let work = Closure::<dyn Fn(JsValue)>::new(work).into_js_value();
    let _ = told.and_then(|_| Reflect::set(&global, &"onmessage".into(), &work));
}

/// The file that was dropped on the page. It is read where it lies, piece by piece.
#[derive(Default)]
struct Dropped(Option<File>);

impl Source for Dropped {
    fn told(&self) -> Option<(String, u64)> {
        let file = self.0.as_ref()?;
        Some((file.name(), file.size() as u64))
    }

    fn read(&self, from: u64, count: u64) -> Result<Vec<u8>, String> {
        let Some(file) = &self.0 else { return Ok(Vec::new()) };
        let read = || {
            let piece = file.slice_with_f64_and_f64(from as f64, (from + count) as f64)?;
            FileReaderSync::new()?.read_as_array_buffer(&piece)
        };
        read().map(|bytes| Uint8Array::new(&bytes).to_vec()).map_err(|error| {
            error.dyn_into::<Error>().map_or_else(|_| "it is gone".to_owned(), |error| error.message().into())
        })
    }
}

fn function(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}
