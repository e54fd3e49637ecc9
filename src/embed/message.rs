//! A parent page's messages, and what is told to it.

use serde_json::Value;

use super::describe::CONTRACT;
use super::{Request, RequestError};

/// Longest message that is read, in bytes of its JSON.
const LONGEST: usize = 1_000_000;

/// Longest `id`, in bytes.
const LONGEST_ID: usize = 200;

/// A message that is to be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its `id`, a number or a text, which the answer repeats.
    pub id: Value,
    /// What it asks for.
    pub request: Result<Request, RequestError>,
}

impl Message {
    /// Reads a message's JSON. Nothing is what is not meant for this page, or could not be answered: what has no `cachescope`,
    /// no `method`, or no `id` that is a number or a short text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut message: Value = serde_json::from_str(text).ok()?;
        let version = message.get("cachescope")?.clone();
        let id = message.get("id").filter(|id| is_id(id))?.clone();
        let method = message.get("method")?.clone();
        let params = message.get_mut("params").map(Value::take).unwrap_or_default();
        Some(Self { id, request: read(&version, &method, params) })
    }
}

fn is_id(id: &Value) -> bool {
    id.is_number() || id.as_str().is_some_and(|id| id.len() <= LONGEST_ID)
}

fn read(version: &Value, method: &Value, params: Value) -> Result<Request, RequestError> {
    // A number that a page writes may come as 1.0.
    if version.as_f64() != Some(f64::from(CONTRACT)) {
        return Err(RequestError::Version);
    }
    let method = method.as_str().ok_or(RequestError::NoMethod)?;
    Request::read(method, params)
}

/// The answer to a message, as JSON; its result is JSON already.
#[must_use]
pub fn reply(id: &Value, result: Result<&str, &RequestError>) -> String {
    match result {
        Ok(json) => format!("{{\"cachescope\":{CONTRACT},\"id\":{id},\"result\":{json}}}"),
        Err(error) => {
            let message = Value::from(error.to_string());
            let code = error.code();
            format!("{{\"cachescope\":{CONTRACT},\"id\":{id},\"error\":{{\"code\":\"{code}\",\"message\":{message}}}}}")
        }
    }
}

/// An event, as JSON; its data is JSON already.
#[must_use]
pub fn event(name: &str, data: &str) -> String {
    format!("{{\"cachescope\":{CONTRACT},\"event\":\"{name}\",\"data\":{data}}}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn code(message: &Value) -> Option<&'static str> {
        let read = Message::read(&message.to_string())?;
        Some(read.request.err().map_or("fine", |error| error.code()))
    }

    #[test]
    fn a_message_in_the_documented_form_is_read() {
        let message = Message::read(r#"{"cachescope":1,"id":"a","method":"play"}"#).unwrap();
        assert_eq!(message, Message { id: json!("a"), request: Ok(Request::Play) });
        let with_params = json!({"cachescope": 1.0, "id": 7, "method": "step", "params": {"by": -1}});
        let message = Message::read(&with_params.to_string()).unwrap();
        assert_eq!(message.request, Ok(Request::Step { forward: false }));
    }

    #[test]
    fn what_is_not_meant_for_the_page_meets_silence() {
        let long = "x".repeat(LONGEST_ID + 1);
        for message in [
            json!(null),
            json!("play"),
            json!([1, 2]),
            json!({"id": 1, "method": "play"}),
            json!({"cachescope": 1, "method": "play"}),
            json!({"cachescope": 1, "id": null, "method": "play"}),
            json!({"cachescope": 1, "id": {"a": 1}, "method": "play"}),
            json!({"cachescope": 1, "id": long, "method": "play"}),
            // An answer and an event, which another such page may send.
            json!({"cachescope": 1, "id": 1, "result": {}}),
            json!({"cachescope": 1, "event": "state", "data": {}}),
        ] {
            assert_eq!(code(&message), None, "{message}");
        }
        assert_eq!(Message::read(&"[".repeat(100_000)), None);
        assert_eq!(Message::read("{"), None);
    }

    #[test]
    fn what_is_wrong_in_a_message_is_told() {
        for (message, expected) in [
            (json!({"cachescope": 2, "id": 1, "method": "play"}), "unknown-version"),
            (json!({"cachescope": "1", "id": 1, "method": "play"}), "unknown-version"),
            (json!({"cachescope": 1, "id": 1, "method": ["play"]}), "unknown-method"),
            (json!({"cachescope": 1, "id": 1, "method": "__proto__"}), "unknown-method"),
            (json!({"cachescope": 1, "id": 1, "method": "play", "params": 3}), "bad-params"),
        ] {
            assert_eq!(code(&message), Some(expected), "{message}");
        }
    }

    #[test]
    fn answers_and_events_are_json() {
        let id = json!("a\"b");
        let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(parse(&reply(&id, Ok("[1]"))), json!({"cachescope": 1, "id": "a\"b", "result": [1]}));
        let told = parse(&reply(&id, Err(&RequestError::Method("\"\n".to_owned()))));
        assert_eq!(told["error"]["code"], "unknown-method");
        assert_eq!(parse(&event("ended", "{}")), json!({"cachescope": 1, "event": "ended", "data": {}}));
    }

    proptest! {
        #[test]
        fn no_message_panics_and_each_answer_is_json(
            text in r#"[\{\}\[\]":,a-z0-9.\\ -]{0,80}"#,
            method in "(play|load|seek|inject|command|.{0,12})",
            id in prop_oneof![any::<f64>().prop_map(Value::from), ".{0,20}".prop_map(Value::from)],
            params in "(null|3|\\{\\}|\\{\"at\":-1\\}|\\{\"run\":\"[A-Za-z0-9_-]{0,40}\"\\}|\\[\\])",
        ) {
            let _ = Message::read(&text);
            let message = format!("{{\"cachescope\":1,\"id\":{id},\"method\":{},\"params\":{params}}}", Value::from(method));
            if let Some(read) = Message::read(&message) {
                let answer = reply(&read.id, read.request.as_ref().map(|_| "null"));
                let answer: Value = serde_json::from_str(&answer).unwrap();
                prop_assert_eq!(answer.get("result").is_some(), answer.get("error").is_none());
            }
        }
    }
}
