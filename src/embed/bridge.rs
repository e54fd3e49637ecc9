//! `window.cachescope.call(method, params)`, which returns a promise.

use js_sys::{Error, Function, JSON, Object, Promise, Reflect};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::{Request, RequestError, describe};
use crate::run::ExportFormat;
use crate::ui::{Desk, Lab};

/// Puts `window.cachescope` in place.
pub(crate) fn install(desk: Desk, lab: Lab) {
    let call =
        Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |method: JsValue, params: JsValue| {
            match answer(desk, lab, &method, &params) {
                Ok(value) => Promise::resolve(&value),
                Err(error) => Promise::reject(&error),
            }
        })
        .into_js_value();
    let Some(window) = web_sys::window() else { return };
    let object = Object::new();
    // Setting a property of a fresh object of one's own can't fail.
    let _ = Reflect::set(&object, &"call".into(), &call);
    let _ = Reflect::set(&window, &"cachescope".into(), &object);
}

fn answer(desk: Desk, lab: Lab, method: &JsValue, params: &JsValue) -> Result<JsValue, JsValue> {
    let method = method.as_string().unwrap_or_default();
    let request =
        read_params(params).and_then(|params| Request::read(&method, params)).map_err(|error| thrown(&error))?;
    if let Request::Trace { format } = request {
        return Ok(trace(desk, lab, format).into());
    }
    if let Request::Experiment { params } = request {
        return Ok(experiment(lab, &params).into());
    }
    let json = carry_out(desk, request).map_err(|error| thrown(&error))?;
    JSON::parse(&json)
}

/// The trace, which the worker writes.
fn trace(desk: Desk, lab: Lab, format: ExportFormat) -> Promise {
    Promise::new(&mut |resolve, reject| {
        lab.export(desk, format, move |text| {
            let told = match text {
                Ok(text) => resolve.call1(&JsValue::NULL, &text.into()),
                Err(problem) => reject.call1(&JsValue::NULL, &Error::new(&problem)),
            };
            // What a promise's own functions give is of no use.
            drop(told);
        });
    })
}

/// What an experiment found out.
fn experiment(lab: Lab, params: &Value) -> Promise {
    Promise::new(&mut |resolve, reject| carry_on(lab, params, resolve, reject))
}

/// Asks until the worker has come to the end: each answer before names the job that the next question is about.
fn carry_on(lab: Lab, params: &Value, resolve: Function, reject: Function) {
    lab.ask("experiment", params, move |answer| {
        let told = match answer {
            Ok(under_way) if under_way["job"].is_u64() => return carry_on(lab, &under_way, resolve, reject),
            Ok(told) => resolve.call1(&JsValue::NULL, &JSON::parse(&as_json(&told["result"])).unwrap_or_default()),
            Err(problem) => reject.call1(&JsValue::NULL, &Error::new(&problem)),
        };
        // What a promise's own functions give is of no use.
        drop(told);
    });
}

fn read_params(params: &JsValue) -> Result<Value, RequestError> {
    if params.is_undefined() || params.is_null() {
        return Ok(Value::Null);
    }
    let unreadable = || RequestError::Params { method: "call", problem: "they must be plain data".to_owned() };
    let text = JSON::stringify(params).map_err(|_| unreadable())?;
    let text = text.as_string().ok_or_else(unreadable)?;
    serde_json::from_str(&text).map_err(|_| unreadable())
}

fn thrown(error: &RequestError) -> JsValue {
    let thrown = Error::new(&error.to_string());
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// Does what is asked and gives the result as JSON.
fn carry_out(desk: Desk, request: Request) -> Result<String, RequestError> {
    match request {
        Request::Describe => return Ok(as_json(&describe())),
        Request::Command { text } => return Ok(as_json(&CommandResult { reply: desk.type_command(&text)? })),
        Request::Load(load) => desk.load(*load)?,
        Request::Play => desk.play(),
        Request::Pause => desk.pause(),
        Request::Step { forward } => desk.step(forward),
        Request::Seek { at } => desk.seek(at),
        Request::Speed { value } => desk.set_speed(value),
        Request::Inject { fault, at } => desk.inject(fault, at)?,
        Request::State | Request::Trace { .. } | Request::Experiment { .. } => {}
    }
    Ok(as_json(&desk.state()))
}

#[derive(Serialize)]
struct CommandResult {
    reply: String,
}

fn as_json(value: &impl Serialize) -> String {
    // What the page tells holds only text keys and finite numbers, all of which JSON has.
    serde_json::to_string(value).unwrap_or_default()
}
