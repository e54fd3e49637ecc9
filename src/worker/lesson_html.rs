//! Lessons as HTML.

use std::fmt::Write;

use super::lesson::Standing;
use crate::html::{add, escape};
use crate::lessons::tour::{Challenge, Figure, Goal, Progress, Question, Tour, Truth};
use crate::patterns;

/// The words around a lesson: English, German.
const WORDS: [(&str, &str); 15] = [
    ("Next", "Weiter"),
    ("Back", "Zurück"),
    ("Finish", "Fertig"),
    ("All lessons", "Alle Lektionen"),
    ("Answer", "Antworten"),
    ("Just show me", "Zeig es mir"),
    ("Show it again", "Noch einmal zeigen"),
    ("Check my run", "Meinen Lauf prüfen"),
    ("Right.", "Richtig."),
    ("Not quite: you said", "Nicht ganz: gesagt hast du"),
    ("Measured:", "Gemessen:"),
    ("Watch.", "Sieh hin."),
    ("at most", "höchstens"),
    ("at least", "mindestens"),
    ("Step", "Schritt"),
];

/// A word in the language of a lesson.
fn word<'a>(tour: &'a Tour, english: &'a str) -> &'a str {
    if let Some(own) = tour.words.get(english) {
        return own;
    }
    let known = WORDS.iter().find(|(known, _)| *known == english);
    match known {
        Some((_, german)) if tour.language.starts_with("de") => german,
        _ => english,
    }
}

/// The list of lessons; `score` tells the right answers and the questions of those that were finished.
pub(super) fn list(tours: &[Tour], score: impl Fn(&str) -> Option<(u64, u64)>) -> String {
    let mut html = String::from(r#"<ul class="lessons">"#);
    for tour in tours {
        let done = score(&tour.id);
        let note = done.map_or_else(
            || format!("{} steps", tour.steps.len()),
            |(right, of)| format!("done, {right} of {of} right"),
        );
        let _ = write!(
            html,
            r#"<li lang="{}"{}><button class="lessons__open" type="button" data-ask="open {}"><strong>{}</strong><span>{}</span><small>{}</small></button></li>"#,
            escape(&tour.language),
            if done.is_some() { r#" data-done="true""# } else { "" },
            escape(&tour.id),
            escape(&tour.title),
            escape(&tour.about),
            escape(&note),
        );
    }
    html.push_str("</ul>");
    html
}

/// A step of a lesson.
pub(super) fn step(
    tour: &Tour,
    progress: &Progress,
    seen: bool,
    truth: Option<&Truth>,
    standings: &[Standing],
) -> String {
    let (now, of) = (progress.step, tour.steps.len());
    let Some(step) = tour.steps.get(now) else { return String::new() };
    let mut html = format!(r#"<article class="lesson" lang="{}">"#, escape(&tour.language));
    let _ = write!(
        html,
        r#"<header class="lesson__head"><h2>{}</h2><p>{} {} / {of}</p><button class="button" type="button" data-ask="leave">{}</button></header>"#,
        escape(&tour.title),
        escape(word(tour, "Step")),
        now + 1,
        escape(word(tour, "All lessons")),
    );
    html.push_str(r#"<div class="lesson__say">"#);
    for paragraph in &step.say {
        let _ = write!(html, "<p>{}</p>", rich(paragraph));
    }
    html.push_str("</div>");
    if let Some(question) = &step.question {
        ask(&mut html, tour, question, progress, truth);
    }
    if let Some(challenge) = &step.challenge {
        goals(&mut html, tour, challenge, standings);
    }
    let waits = step.question.is_some() && progress.answer(now).is_none();
    html.push_str(r#"<footer class="lesson__foot">"#);
    if now > 0 {
        button(&mut html, "back", word(tour, "Back"), "");
    }
    if step.until.is_some() && seen && !waits {
        button(&mut html, "again", word(tour, "Show it again"), "");
    }
    if !waits {
        let name = if now + 1 == of { "Finish" } else { "Next" };
        button(&mut html, "next", word(tour, name), " lesson__next");
    }
    html.push_str("</footer></article>");
    html
}

fn button(html: &mut String, ask: &str, name: &str, class: &str) {
    add(html, &format!(r#"button class="button{class}" type="button" data-ask="{ask}""#), name);
}

fn ask(html: &mut String, tour: &Tour, question: &Question, progress: &Progress, truth: Option<&Truth>) {
    html.push_str(r#"<fieldset class="lesson__question">"#);
    add(html, "legend", &question.ask);
    match (progress.answer(progress.step), truth) {
        (None, _) => {
            fields(html, question);
            html.push_str(r#"<p class="lesson__foot">"#);
            button(html, "answer", word(tour, "Answer"), " lesson__next");
            button(html, "skip", word(tour, "Just show me"), "");
            html.push_str("</p>");
        }
        (Some(_), None) => add(html, r#"p role="status""#, word(tour, "Watch.")),
        (Some(answer), Some(truth)) => {
            let verdict = match (answer.right, answer.given.is_empty()) {
                (true, _) => word(tour, "Right.").to_owned(),
                (false, true) => String::new(),
                (false, false) => format!("{} {}.", word(tour, "Not quite: you said"), named(&answer.given)),
            };
            let because = question.because.replace("{figure}", &truth.told);
            let _ = write!(
                html,
                r#"<p class="lesson__verdict" role="status" data-right="{}"><strong>{}</strong> {}</p>"#,
                answer.right,
                escape(&verdict),
                rich(&because),
            );
        }
    }
    html.push_str("</fieldset>");
}

/// A pattern's name, or the answer as it was given.
fn named(given: &str) -> String {
    patterns::find(given).map_or_else(|_| given.to_owned(), |pattern| pattern.name.to_owned())
}

fn fields(html: &mut String, question: &Question) {
    let choices: Vec<(String, String)> = match question.wins {
        Some(_) => question.among.iter().map(|id| (id.clone(), named(id))).collect(),
        None => question.choices.iter().map(|number| (number.to_string(), number.to_string())).collect(),
    };
    if choices.is_empty() {
        html.push_str(r#"<input class="lesson__number" name="answer" type="text" inputmode="decimal" autocomplete="off" aria-label="Your answer">"#);
        return;
    }
    for (value, name) in choices {
        let _ = write!(
            html,
            r#"<label class="lesson__choice"><input type="radio" name="answer" value="{}">{}</label>"#,
            escape(&value),
            escape(&name)
        );
    }
}

fn goals(html: &mut String, tour: &Tour, challenge: &Challenge, standings: &[Standing]) {
    html.push_str(r#"<div><ul class="lesson__goals">"#);
    for (place, goal) in challenge.goals.iter().enumerate() {
        let standing = standings.get(place);
        let reached = standing.map_or_else(String::new, |standing| format!(r#" data-reached="{}""#, standing.reached));
        let figure = Figure::find(&goal.figure);
        let show = |value: f64| figure.map_or_else(String::new, |figure| figure.show(value));
        let _ = write!(
            html,
            "<li{reached}>{} {}{}</li>",
            escape(figure.map_or("", |figure| figure.name)),
            escape(&bounds(tour, goal, show)),
            standing.map_or_else(String::new, |standing| {
                let value = standing.measured.map_or_else(|| "–".to_owned(), show);
                format!(" <small>{} {}</small>", escape(word(tour, "Measured:")), escape(&value))
            }),
        );
    }
    html.push_str("</ul>");
    button(html, "check", word(tour, "Check my run"), " lesson__next");
    html.push_str("</div>");
}

fn bounds(tour: &Tour, goal: &Goal, show: impl Fn(f64) -> String) -> String {
    let least = goal.least.map(|least| format!("{} {}", word(tour, "at least"), show(least)));
    let most = goal.most.map(|most| format!("{} {}", word(tour, "at most"), show(most)));
    least.into_iter().chain(most).collect::<Vec<_>>().join(", ")
}

/// Text with `code` between backticks and emphasis between asterisks.
fn rich(text: &str) -> String {
    let mut html = String::new();
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            add(&mut html, "code", part);
            continue;
        }
        for (place, part) in part.split('*').enumerate() {
            if place % 2 == 1 { add(&mut html, "em", part) } else { html.push_str(&escape(part)) }
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_s_text_stays_text() {
        assert_eq!(rich("a *b* `c<d` <e>"), "a <em>b</em> <code>c&lt;d</code> &lt;e&gt;");
    }

    #[test]
    fn every_word_has_a_translation_of_its_own() {
        assert!(WORDS.iter().all(|(english, german)| english != german && !german.is_empty()));
    }
}
