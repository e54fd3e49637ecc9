//! Carrying out requests, and `window.cachescope.call(method, params)`, which returns a promise.

use js_sys::{Error, JSON, Object, Promise, Reflect};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::{Request, RequestError, describe};
use crate::ui::{Desk, Lab};

/// What to do with the result of a request, which is JSON.
pub(super) type Then = Box<dyn FnOnce(Result<String, RequestError>)>;

/// Puts `window.cachescope` in place.
pub(crate) fn install(desk: Desk, lab: Lab) {
    let call = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |method: JsValue, params: JsValue| {
        let method = method.as_string().unwrap_or_default();
        let mut request = Some(read_params(&params).and_then(|params| Request::read(&method, params)));
        Promise::new(&mut |resolve, reject| {
            let Some(request) = request.take() else { return };
            let then: Then = Box::new(move |answer| {
                let told = match answer.map(|json| JSON::parse(&json)) {
                    Ok(Ok(value)) => resolve.call1(&JsValue::NULL, &value),
                    Ok(Err(error)) => reject.call1(&JsValue::NULL, &error),
                    Err(error) => reject.call1(&JsValue::NULL, &thrown(&error)),
                };
                // What a promise's own functions give is of no use.
                drop(told);
            });
            carry_out(desk, lab, request, then);
        })
    })
    .into_js_value();
    let Some(window) = web_sys::window() else { return };
    let object = Object::new();
    // Setting a property of a fresh object of one's own can't fail.
    let _ = Reflect::set(&object, &"call".into(), &call);
    let _ = Reflect::set(&window, &"cachescope".into(), &object);
}

/// What a page holds, as JSON; nothing for what JSON can't hold.
pub(super) fn json_of(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok()?.as_string()
}

fn read_params(params: &JsValue) -> Result<Value, RequestError> {
    if params.is_undefined() || params.is_null() {
        return Ok(Value::Null);
    }
    let value = json_of(params).and_then(|text| serde_json::from_str(&text).ok());
    value.ok_or_else(|| RequestError::Params { method: "call", problem: "they must be plain data".to_owned() })
}

fn thrown(error: &RequestError) -> JsValue {
    let thrown = Error::new(&error.to_string());
    let _ = Reflect::set(&thrown, &"code".into(), &error.code().into());
    thrown.into()
}

/// Does what is asked, at once or in the worker.
pub(super) fn carry_out(desk: Desk, lab: Lab, request: Result<Request, RequestError>, then: Then) {
    match request {
        Ok(Request::Trace { format }) => {
            lab.export(desk, format, |text| then(text.map(|text| as_json(&text)).map_err(RequestError::Unavailable)));
        }
        Ok(Request::Experiment { params }) => experiment(lab, &params, then),
        Ok(request) => then(do_now(desk, request)),
        Err(error) => then(Err(error)),
    }
}

/// Asks the worker until it has come to the end: each answer before names the job that the next question is about.
fn experiment(lab: Lab, params: &Value, then: Then) {
    lab.ask("experiment", params, move |answer| match answer {
        Ok(under_way) if under_way["job"].is_u64() => experiment(lab, &under_way, then),
        Ok(told) => then(Ok(as_json(&told["result"]))),
        Err(problem) => then(Err(RequestError::Params { method: "experiment", problem })),
    });
}

fn do_now(desk: Desk, request: Request) -> Result<String, RequestError> {
    match request {
        Request::Describe => return Ok(as_json(&describe())),
        Request::Command { text } => return Ok(as_json(&CommandResult { reply: desk.type_command(&text)? })),
        Request::Load(load) => desk.load(*load)?,
        Request::Play => desk.play(),
        Request::Pause => desk.pause(),
        Request::Step { forward } => desk.step(forward),
        Request::Seek { at } => desk.seek(at),
        Request::Speed { value } => desk.set_speed(value),
        Request::Inject { action, at } => desk.intervene(action, at)?,
        Request::State | Request::Trace { .. } | Request::Experiment { .. } => {}
    }
    Ok(state_json(desk))
}

/// The state as JSON.
pub(super) fn state_json(desk: Desk) -> String {
    as_json(&desk.state())
}

#[derive(Serialize)]
struct CommandResult {
    reply: String,
}

fn as_json(value: &impl Serialize) -> String {
    // What the page tells holds only text keys and finite numbers, all of which JSON has.
    serde_json::to_string(value).unwrap_or_default()
}
