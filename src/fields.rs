//! Reading JSON objects field by field. The first problem is kept and told at the end, so reading a field is one plain
//! call: readers that are derived for each type cost the page's download several times as much.

use serde_json::{Map, Value};

use crate::engine::Span;

/// Longest list of what is known that an error repeats, in characters.
const LONGEST_LIST: usize = 600;

/// An object that is being read.
pub(crate) struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    asked: Vec<&'static str>,
    problem: Option<String>,
}

impl<'a> Fields<'a> {
    /// The fields of a value, which must be an object; null is one without fields.
    pub(crate) fn of(value: &'a Value) -> Self {
        let object = value.as_object();
        let problem = (object.is_none() && !value.is_null()).then(|| format!("{} is no object", shown(value)));
        Self { object, asked: Vec::new(), problem }
    }

    /// Says that something is wrong; what was said first counts.
    pub(crate) fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    /// The field, if it is there.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        self.object?.get(name)
    }

    fn wrong(&mut self, name: &str, found: &Value, right: &str) {
        self.fail(format!("\"{name}\" must be {right}, not {}", shown(found)));
    }

    /// A number; `into` keeps its value if the field is absent.
    pub(crate) fn number(&mut self, name: &'static str, into: &mut f64) {
        let Some(found) = self.get(name) else { return };
        match found.as_f64() {
            Some(number) => *into = tidy(number),
            None => self.wrong(name, found, "a number"),
        }
    }

    /// A whole number, at most `most`.
    pub(crate) fn whole(&mut self, name: &'static str, most: u64) -> Option<u64> {
        let found = self.get(name).filter(|found| !found.is_null())?;
        let number = found.as_u64().filter(|number| *number <= most);
        if number.is_none() {
            self.wrong(name, found, "a whole number in its range");
        }
        number
    }

    /// A small whole number; `into` keeps its value if the field is absent.
    pub(crate) fn count(&mut self, name: &'static str, into: &mut u32) {
        if let Some(number) = self.whole(name, u64::from(u32::MAX)) {
            *into = number as u32;
        }
    }

    /// Yes or no; `into` keeps its value if the field is absent.
    pub(crate) fn flag(&mut self, name: &'static str, into: &mut bool) {
        let Some(found) = self.get(name) else { return };
        match found.as_bool() {
            Some(flag) => *into = flag,
            None => self.wrong(name, found, "true or false"),
        }
    }

    /// A time in seconds, if there is one.
    pub(crate) fn time(&mut self, name: &'static str) -> Option<Span> {
        let found = self.get(name).filter(|found| !found.is_null())?;
        let seconds = found.as_f64().filter(|seconds| *seconds >= 0.0 && seconds.is_finite());
        if seconds.is_none() {
            self.wrong(name, found, "a number of seconds, 0 or more");
        }
        seconds.map(Span::from_secs_f64)
    }

    /// A time in seconds; `into` keeps its value if the field is absent.
    pub(crate) fn span(&mut self, name: &'static str, into: &mut Span) {
        if let Some(span) = self.time(name) {
            *into = span;
        }
    }

    /// A time in seconds, or null for none; `usual` if the field is absent.
    pub(crate) fn optional_time(&mut self, name: &'static str, usual: Option<Span>) -> Option<Span> {
        let is_absent = self.object.is_none_or(|object| !object.contains_key(name));
        let found = self.time(name);
        if is_absent { usual } else { found }
    }

    /// A text, if there is one.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<&'a str> {
        let found = self.get(name).filter(|found| !found.is_null())?;
        if !found.is_string() {
            self.wrong(name, found, "a text");
        }
        found.as_str()
    }

    /// The place of a word among those that are known, if the field is there.
    pub(crate) fn choice(&mut self, name: &'static str, known: &[&str]) -> Option<usize> {
        let word = self.text(name)?;
        let place = known.iter().position(|known| *known == word);
        if place.is_none() {
            let word: String = word.chars().take(60).collect();
            self.fail(format!("there is no {name} \"{word}\"; known are {}", known.join(", ")));
        }
        place
    }

    /// An object in a field, if it is there: `read` reads it.
    pub(crate) fn inner(&mut self, name: &'static str, read: &mut dyn FnMut(&mut Fields<'a>)) {
        if let Some(found) = self.get(name) {
            let mut inner = Fields::of(found);
            read(&mut inner);
            if let Err(problem) = inner.end() {
                self.fail(format!("{name}: {problem}"));
            }
        }
    }

    /// The items of a list; none if it is absent.
    pub(crate) fn items(&mut self, name: &'static str) -> &'a [Value] {
        let Some(found) = self.get(name) else { return &[] };
        let items = found.as_array();
        if items.is_none() {
            self.wrong(name, found, "a list");
        }
        items.map_or(&[], Vec::as_slice)
    }

    /// Says that a field is missing.
    pub(crate) fn need<T>(&mut self, name: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.fail(format!("\"{name}\" is missing"));
        }
        found
    }

    /// Says what was wrong, if anything was; a field that nobody asked for is wrong too.
    pub(crate) fn end(mut self) -> Result<(), String> {
        let unknown = self.object.and_then(|object| object.keys().find(|name| !self.asked.contains(&name.as_str())));
        if let Some(name) = unknown {
            let name: String = name.chars().take(60).collect();
            let known: String = self.asked.join(", ").chars().take(LONGEST_LIST).collect();
            let known =
                if known.is_empty() { "nothing is known here".to_owned() } else { format!("known are {known}") };
            self.fail(format!("there is no field \"{name}\"; {known}"));
        }
        self.problem.map_or(Ok(()), Err)
    }
}

/// The number with nine digits after the point at most: those of any number up to a million are then few enough to be
/// written and read again without a change, which a link relies on.
fn tidy(number: f64) -> f64 {
    const PARTS: f64 = 1e9;
    if number.abs() < 1e6 { (number * PARTS).round() / PARTS } else { number }
}

/// The beginning of a value, to be told.
fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_absent_keeps_its_value() {
        let value = json!({"rate": 2, "on": true, "ttl": 1.5, "inner": {"count": 3}});
        let mut fields = Fields::of(&value);
        let (mut rate, mut skew, mut on, mut ttl, mut count) = (1.0, 0.5, false, Span::ZERO, 0);
        fields.number("rate", &mut rate);
        fields.number("skew", &mut skew);
        fields.flag("on", &mut on);
        fields.span("ttl", &mut ttl);
        fields.inner("inner", &mut |inner| inner.count("count", &mut count));
        assert_eq!(fields.end(), Ok(()));
        assert_eq!((rate, skew, on, ttl, count), (2.0, 0.5, true, Span::from_millis(1500), 3));
    }

    #[test]
    fn a_number_survives_being_written_and_read() {
        let read = |text: &str| {
            let value = serde_json::from_str(text).unwrap();
            let mut number = 0.0;
            Fields::of(&value).number("x", &mut number);
            number
        };
        let mut rng = crate::engine::Rng::new(7);
        for _ in 0..20_000 {
            let number = read(&format!("{{\"x\":{}}}", (rng.unit() - 0.5) * 2e6));
            assert_eq!(read(&format!("{{\"x\":{number}}}")).to_bits(), number.to_bits(), "{number}");
        }
        assert_eq!(read("{\"x\":0.1}"), 0.1);
    }

    #[test]
    fn the_first_problem_is_told_with_what_would_be_right() {
        let problem = |value: Value, read: &dyn Fn(&mut Fields<'_>)| {
            let mut fields = Fields::of(&value);
            read(&mut fields);
            fields.end().unwrap_err()
        };
        assert_eq!(
            problem(json!({"a": "x"}), &|fields| fields.number("a", &mut 0.0)),
            "\"a\" must be a number, not \"x\""
        );
        assert!(problem(json!({"a": -1}), &|fields| _ = fields.time("a")).contains("0 or more"));
        assert!(problem(json!({"a": 1.5}), &|fields| fields.count("a", &mut 0)).contains("whole number"));
        let choice = |fields: &mut Fields<'_>| _ = fields.choice("a", &["b", "c"]);
        assert_eq!(problem(json!({"a": "d"}), &choice), "there is no a \"d\"; known are b, c");
        assert_eq!(problem(json!({"z": 1}), &|fields| _ = fields.get("a")), "there is no field \"z\"; known are a");
        assert_eq!(problem(json!([1]), &|_| {}), "[1] is no object");
        let inner = |fields: &mut Fields<'_>| fields.inner("a", &mut |inner| _ = inner.get("b"));
        assert!(problem(json!({"a": {"c": 1}}), &inner).starts_with("a: there is no field \"c\""));
    }
}
