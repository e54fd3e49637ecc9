//! HTML as text, for lists that are drawn anew as a whole: far less code for the page to carry than a view of each line.

/// A text that stands for itself, in an element as in a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// Adds `<opening>text</tag>`, the text escaped; `opening` is the tag with its attributes.
pub fn add(html: &mut String, opening: &str, text: &str) {
    html.push('<');
    html.push_str(opening);
    html.push('>');
    html.push_str(&escape(text));
    close(html, opening);
}

/// Adds the end of the element that `opening` began.
pub fn close(html: &mut String, opening: &str) {
    html.push_str("</");
    html.push_str(opening.split(' ').next().unwrap_or_default());
    html.push('>');
}

/// The options of a list to pick from.
#[must_use]
pub fn options(names: &[String], chosen: &str) -> String {
    let mut html = String::new();
    for name in names {
        add(&mut html, if name == chosen { "option selected" } else { "option" }, name);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_become_an_element() {
        assert_eq!(escape(r#"<b a="1">&'"#), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
        let mut html = String::new();
        add(&mut html, "p class=\"note\"", "<script>");
        assert_eq!(html, "<p class=\"note\">&lt;script&gt;</p>");
    }
}
