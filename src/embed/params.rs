//! The URL parameters. What is unknown or broken is named in a notice, and the page falls back to what is usual.

use super::Origins;
use crate::decimal::read_f64;
use crate::patterns;
use crate::query::pairs;
use crate::run::SPEEDS;
use crate::scenario::{self, GREATEST_SEED, Scenario};

/// Longest query that is read, in characters.
const LONGEST: usize = 250_000;

/// Most patterns that can be compared.
const MOST_COMPARED: usize = 4;

/// The parameters.
pub(super) const PARAMETERS: [&str; 15] = [
    "pattern",
    "scenario",
    "seed",
    "at",
    "autoplay",
    "speed",
    "embed",
    "theme",
    "lang",
    "panels",
    "compare",
    "lesson",
    "run",
    "origins",
    "experiment",
];

/// The panels that can be asked for.
pub const PANELS: [&str; 14] = [
    "stage", "timeline", "ledger", "losses", "code", "sequence", "metrics", "faults", "settings", "console", "log",
    "guide", "claims", "lab",
];

/// The panels of a page that is part of another and does not say which.
const COMPACT: [&str; 3] = ["stage", "timeline", "ledger"];

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is set.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// As light or dark as the system, with the strongest contrast.
    Contrast,
}

impl Theme {
    /// The name in links.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    /// The theme of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark, Self::Contrast].into_iter().find(|theme| theme.id() == id)
    }
}

/// The language of the page's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// As the browser is set; in a page that is part of another, English: its author decides what stands beside the text.
    #[default]
    Auto,
    /// English, which the program itself speaks.
    English,
    /// German.
    German,
}

impl Language {
    /// The languages that can be chosen, each with the name that its own speakers give it.
    pub const ALL: [(Self, &'static str); 2] = [(Self::English, "English"), (Self::German, "Deutsch")];

    /// The name in links, which is its tag where a document says what it is written in.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Auto, Self::English, Self::German].into_iter().find(|language| language.id() == id)
    }
}

/// What a link asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// The run to be shown.
    pub scenario: Scenario,
    /// The ready scenario that it is, if it is one.
    pub scenario_id: Option<&'static str>,
    /// Where the playhead starts, in seconds.
    pub at: f64,
    /// Whether it plays at once.
    pub autoplay: bool,
    /// The speed.
    pub speed: f64,
    /// Whether the page is part of another.
    pub embed: bool,
    /// Light or dark.
    pub theme: Theme,
    /// The language of the texts.
    pub language: Language,
    /// The panels to be shown; none: all.
    pub panels: Vec<&'static str>,
    /// The patterns to be compared with.
    pub compare: Vec<&'static str>,
    /// Who may send messages.
    pub origins: Origins,
    /// The lesson to be opened: its id, or the address of an author's own beside the page.
    pub lesson: Option<String>,
    /// The experiment to be made in the lab, as links hold it.
    pub experiment: Option<String>,
    /// What could not be used, in sentences.
    pub problems: Vec<String>,
}

impl Default for Params {
    fn default() -> Self {
        let first = &scenario::READY[FIRST];
        Self {
            scenario: first.scenario(),
            scenario_id: Some(first.id),
            at: 0.0,
            autoplay: true,
            speed: 1.0,
            embed: false,
            theme: Theme::Auto,
            language: Language::Auto,
            panels: Vec::new(),
            compare: Vec::new(),
            origins: Origins::Any,
            lesson: None,
            experiment: None,
            problems: Vec::new(),
        }
    }
}

/// The ready scenario that the page opens with: the second read, which is alive at once and shows what a cache is for.
const FIRST: usize = 1;

/// Reads a query, with or without its question mark.
#[must_use]
pub fn parse_query(query: &str) -> Params {
    let mut params = Params::default();
    if query.len() > LONGEST {
        params.problems.push(format!("The link is longer than {LONGEST} characters and was not read."));
        return params;
    }
    let pairs = pairs(query);
    choose_scenario(&mut params, &pairs);
    for (name, value) in &pairs {
        params.read(name, value);
    }
    if params.embed && params.panels.is_empty() {
        params.panels = COMPACT.to_vec();
    }
    if let Err(error) = params.scenario.check() {
        params.problems.push(sentence(&error.to_string()));
        let fallback = Params::default();
        (params.scenario, params.scenario_id) = (fallback.scenario, fallback.scenario_id);
    }
    params
}

fn choose_scenario(params: &mut Params, pairs: &[(String, String)]) {
    let value = |name: &str| pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    if let Some(run) = value("run") {
        match scenario::decode(run) {
            Ok(found) => {
                params.scenario = found;
                params.scenario_id = None;
                return;
            }
            Err(error) => params.problems.push(format!("The link's run \"{}\" can't be used: {error}.", cut(run))),
        }
    }
    let pattern = value("pattern").filter(|id| patterns::find(id).is_ok());
    match value("scenario").map(scenario::find) {
        Some(Ok(ready)) => (params.scenario, params.scenario_id) = (ready.scenario(), Some(ready.id)),
        Some(Err(error)) => params.problems.push(sentence(&error.to_string())),
        // A pattern alone is shown at work, not in a scene that was made for another.
        None if pattern.is_some() => {
            if let Ok(ready) = scenario::find("everyday") {
                (params.scenario, params.scenario_id) = (ready.scenario(), Some(ready.id));
            }
        }
        None => {}
    }
    if let Some(pattern) = pattern {
        pattern.clone_into(&mut params.scenario.pattern);
    }
}

impl Params {
    fn read(&mut self, name: &str, value: &str) {
        match name {
            "run" | "scenario" => {}
            "pattern" => {
                if let Err(error) = patterns::find(value) {
                    self.problems.push(sentence(&error.to_string()));
                }
            }
            "seed" => match value.parse().ok().filter(|seed| *seed <= GREATEST_SEED) {
                Some(seed) => self.scenario.seed = seed,
                None => self.complain(name, value, &format!("a whole number from 0 to {GREATEST_SEED}")),
            },
            "at" => match read_f64(value).filter(|at| at.is_finite() && *at >= 0.0) {
                Some(at) => self.at = at.min(self.scenario.duration.as_secs_f64()),
                None => self.complain(name, value, "seconds, such as 12.5"),
            },
            "speed" => match read_f64(value).filter(|speed| (SPEEDS.0..=SPEEDS.1).contains(speed)) {
                Some(speed) => self.speed = speed,
                None => self.complain(name, value, "from 0.05 to 100"),
            },
            "autoplay" => match flag(value) {
                Some(on) => self.autoplay = on,
                None => self.complain(name, value, "0 or 1"),
            },
            "embed" => match flag(value) {
                Some(on) => self.embed = on,
                None => self.complain(name, value, "0 or 1"),
            },
            "theme" => match Theme::from_id(value) {
                Some(theme) => self.theme = theme,
                None => self.complain(name, value, "auto, light, dark or contrast"),
            },
            "lang" => match Language::from_id(value) {
                Some(language) => self.language = language,
                None => self.complain(name, value, "auto, en or de"),
            },
            "panels" => self.panels = self.choose(name, value, &PANELS),
            "compare" => {
                let known = patterns::ALL.map(|pattern| pattern.id);
                self.compare = self.choose(name, value, &known);
                self.compare.truncate(MOST_COMPARED);
            }
            "origins" => {
                let (origins, bad) = Origins::read(value);
                for item in bad {
                    self.complain(name, item, "origins such as https://course.example");
                }
                self.origins = origins;
            }
            "lesson" if is_lesson(value) => self.lesson = Some(value.to_owned()),
            "lesson" => self.complain(name, value, "the id of a lesson, or the path of a .json file beside the page"),
            "experiment" => self.experiment = Some(value.to_owned()),
            other => {
                let known = PARAMETERS.join(", ");
                self.problems.push(format!("The link's parameter \"{}\" is not known; known are {known}.", cut(other)));
            }
        }
    }

    fn choose(&mut self, name: &str, value: &str, known: &[&'static str]) -> Vec<&'static str> {
        let mut chosen = Vec::new();
        for item in value.split(',').filter(|item| !item.is_empty()) {
            match known.iter().find(|other| **other == item) {
                Some(found) if !chosen.contains(found) => chosen.push(*found),
                Some(_) => {}
                None => self.complain(name, item, &format!("some of {}", known.join(", "))),
            }
        }
        chosen
    }

    fn complain(&mut self, name: &str, value: &str, right: &str) {
        self.problems.push(format!("The link's {name} is \"{}\"; it can be {right}.", cut(value)));
    }
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// A value of unknown length, short enough for a notice.
fn cut(value: &str) -> String {
    value.chars().take(60).collect()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Whether a text names a lesson: an id, or a path on the page's own host, for nothing is ever fetched from another.
fn is_lesson(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    !text.is_empty() && text.chars().all(is_plain) && !text.starts_with("//")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_asked_is_the_first_scene() {
        assert_eq!(parse_query(""), Params::default());
        assert_eq!(Params::default().scenario_id, Some("second-read"));
    }

    #[test]
    fn everything_can_be_asked() {
        let query = "?scenario=write-behind-data-loss&pattern=write-through&seed=9&at=14.5&autoplay=0&speed=0.5&embed=1\
                     &theme=dark&lang=de&panels=stage,ledger&compare=cache-aside,write-behind";
        let params = parse_query(query);
        assert_eq!(params.problems, Vec::<String>::new());
        assert_eq!(params.scenario.pattern, "write-through");
        assert_eq!(params.scenario.seed, 9);
        assert_eq!((params.at, params.autoplay, params.speed, params.embed), (14.5, false, 0.5, true));
        assert_eq!((params.theme, params.language), (Theme::Dark, Language::German));
        assert_eq!(params.panels, ["stage", "ledger"]);
        assert_eq!(params.compare, ["cache-aside", "write-behind"]);
    }

    #[test]
    fn an_embedded_page_is_compact_unless_it_says_otherwise() {
        assert_eq!(parse_query("embed=1").panels, COMPACT);
        assert_eq!(parse_query("panels=code&embed=1").panels, ["code"]);
        assert_eq!(parse_query("embed=0").panels, [] as [&str; 0]);
    }

    #[test]
    fn origins_that_can_t_be_read_let_nobody_in() {
        let params = parse_query("origins=https%3A%2F%2Fa.example,*");
        assert_eq!(params.origins, Origins::Only(vec!["https://a.example".to_owned()]));
        assert!(params.problems[0].contains("\"*\""), "{:?}", params.problems);
        assert_eq!(parse_query("origins=*").origins, Origins::Only(Vec::new()));
    }

    #[test]
    fn a_broken_value_is_named_and_the_rest_is_kept() {
        let params =
            parse_query("pattern=write-sideways&at=soon&theme=dark&colour=red&lang=xx&speed=1e9&seed=-1&autoplay=yes");
        assert_eq!(params.theme, Theme::Dark);
        assert_eq!(params.scenario, Params::default().scenario);
        for word in ["write-sideways", "soon", "colour", "\"xx\"", "1e9", "-1", "yes"] {
            assert_eq!(params.problems.iter().filter(|problem| problem.contains(word)).count(), 1, "{word}");
        }
    }

    #[test]
    fn a_seed_that_a_page_could_not_tell_is_named() {
        let params = parse_query("scenario=stale-read&seed=9007199254740993");
        assert_eq!((params.scenario_id, params.scenario.seed), (Some("stale-read"), 1));
        assert!(params.problems[0].contains("9007199254740993"), "{:?}", params.problems);
    }

    #[test]
    fn a_run_in_the_link_is_shown_as_it_is() {
        let mut scenario = scenario::find("stale-read").unwrap().scenario();
        scenario.seed = 77;
        let params = parse_query(&format!("run={}&at=3", scenario::encode(&scenario)));
        assert_eq!((params.scenario, params.scenario_id, params.at), (scenario, None, 3.0));
    }

    #[test]
    fn a_lesson_is_the_page_s_own_or_lies_beside_it() {
        for lesson in ["write-behind", "lessons/mine.json", "/course/mine.json"] {
            assert_eq!(parse_query(&format!("lesson={lesson}")).lesson.as_deref(), Some(lesson));
        }
        for lesson in ["https://other.example/x.json", "//other.example/x.json", "", "a b", "javascript:x"] {
            let params = parse_query(&format!("lesson={lesson}"));
            assert_eq!((params.lesson, params.problems.len()), (None, 1), "{lesson}");
        }
    }

    #[test]
    fn a_moment_after_the_end_is_the_end() {
        assert_eq!(parse_query("scenario=first-read&at=900").at, 7.0);
    }

    proptest! {
        #[test]
        fn no_query_panics_or_makes_an_impossible_run(query in ".{0,120}") {
            prop_assert_eq!(parse_query(&query).scenario.check(), Ok(()));
        }

        #[test]
        fn no_value_panics(name in "(pattern|scenario|seed|at|autoplay|speed|embed|theme|lang|panels|compare|run|origins)", value in ".{0,60}") {
            prop_assert_eq!(parse_query(&format!("{name}={value}")).scenario.check(), Ok(()));
        }
    }
}
