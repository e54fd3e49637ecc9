//! The claims with their evidence as HTML.

use serde_json::Value;

use crate::html::{add, close, escape};

/// The claims of that pattern, or all of them without one.
pub(super) fn claims_html(claims: &[Value], evidence: &[Value], pattern: Option<&str>) -> String {
    let mut html = String::new();
    for claim in claims.iter().filter(|claim| pattern.is_none() || claim["pattern"].as_str() == pattern) {
        let shown = evidence.iter().find(|shown| shown["id"] == claim["id"]);
        add_claim(&mut html, claim, shown, pattern.is_none());
    }
    html
}

fn add_claim(html: &mut String, claim: &Value, shown: Option<&Value>, names_pattern: bool) {
    let id = text(claim, "id");
    html.push_str(&format!("<li class=\"claim\" data-testid=\"claim-{}\"><div class=\"claim__says\">", escape(id)));
    let about = if names_pattern { format!("{id} · {}", text(claim, "pattern")) } else { id.to_owned() };
    add(html, "p class=\"claim__id\"", &about);
    add(html, "p", text(claim, "says"));
    add(html, "p class=\"claim__measures\"", text(claim, "measures"));
    html.push_str("</div><div class=\"claim__shows\">");
    match shown.and_then(|shown| shown["exhibits"].as_array()) {
        Some(exhibits) => exhibits.iter().for_each(|exhibit| add_exhibit(html, exhibit)),
        None => add(html, "p class=\"claim__wait\"", "measuring"),
    }
    html.push_str("</div></li>");
}

fn add_exhibit(html: &mut String, exhibit: &Value) {
    let holds = exhibit["holds"] == true;
    let (name, mark) = match text(exhibit, "kind") {
        "break" => ("It breaks", "cross"),
        "cure" => ("What helps", "check"),
        _ if holds => ("It holds", "check"),
        _ => ("It does not hold", "cross"),
    };
    html.push_str(&format!(
        "<div class=\"exhibit\" data-holds=\"{holds}\"><p class=\"exhibit__name\">\
         <svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-{mark}\"/></svg>"
    ));
    add(html, "b", name);
    html.push_str(": ");
    html.push_str(&escape(text(exhibit, "title")));
    close(html, "p");
    add(html, "p class=\"exhibit__figure\"", text(exhibit, "figure"));
    add(html, "p class=\"exhibit__sentence\"", text(exhibit, "sentence"));
    html.push_str("<p class=\"exhibit__runs\">");
    for run in exhibit["runs"].as_array().into_iter().flatten() {
        let opening = format!(
            "button class=\"button exhibit__open\" type=\"button\" data-run=\"{}\" data-at=\"{}\"",
            escape(text(run, "run")),
            run["at"]
        );
        add(html, &opening, text(run, "title"));
    }
    html.push_str("</p></div>");
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_waits_for_its_evidence_and_then_shows_it() {
        let claims = [json!({"id": "X1", "pattern": "cache-aside", "says": "a < b", "measures": "a"})];
        let waiting = claims_html(&claims, &[], Some("cache-aside"));
        assert!(waiting.contains("<p>a &lt; b</p>") && waiting.contains("claim__wait"), "{waiting}");
        let exhibit = json!({"kind": "proof", "holds": true, "title": "t", "figure": "3", "sentence": "s",
            "runs": [{"title": "Open", "run": "abc", "at": 2.5}]});
        let shown = claims_html(&claims, &[json!({"id": "X1", "exhibits": [exhibit]})], None);
        assert!(shown.contains("data-run=\"abc\" data-at=\"2.5\">Open</button>"), "{shown}");
        assert!(shown.contains("It holds") && shown.contains("X1 · cache-aside") && !shown.contains("claim__wait"));
        assert_eq!(claims_html(&claims, &[], Some("write-behind")), "");
    }
}
