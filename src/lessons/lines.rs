//! How much code a pattern's paths have, counted in the very file that is run.

use std::collections::BTreeSet;

use crate::patterns::is_code_line;

/// A function of a pattern's file.
struct Function<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

/// Lines of code of a function and of those of the same file that it calls, each counted once; nothing if the file has no
/// such function.
pub(super) fn path_lines(source: &str, name: &str) -> Option<usize> {
    let functions = functions(source);
    let first = functions.iter().position(|function| function.name == name)?;
    let (mut open, mut reached) = (vec![first], BTreeSet::from([first]));
    while let Some(index) = open.pop() {
        for called in called_by(&functions, index) {
            if reached.insert(called) {
                open.push(called);
            }
        }
    }
    Some(reached.into_iter().filter_map(|index| functions.get(index)).map(Function::code_lines).sum())
}

fn called_by(functions: &[Function<'_>], index: usize) -> Vec<usize> {
    let Some(caller) = functions.get(index) else { return Vec::new() };
    let others = functions.iter().enumerate().filter(|(other, _)| *other != index);
    others.filter(|(_, other)| caller.calls(other.name)).map(|(other, _)| other).collect()
}

impl Function<'_> {
    fn code_lines(&self) -> usize {
        self.lines.iter().filter(|line| is_code_line(line)).count()
    }

    /// Whether the function of that name is called as such: not a method that has the same name.
    fn calls(&self, name: &str) -> bool {
        let body = self.lines.get(1..).unwrap_or_default();
        body.iter().any(|line| {
            line.match_indices(name).any(|(start, found)| {
                let before = line.get(..start).and_then(|text| text.chars().next_back());
                let after = line.get(start + found.len()..).is_some_and(|text| text.starts_with('('));
                after && !before.is_some_and(|before| before == '.' || before == '_' || before.is_alphanumeric())
            })
        })
    }
}

/// The functions of a file as the formatter leaves it: each begins and ends at the left edge.
fn functions(source: &str) -> Vec<Function<'_>> {
    let mut functions: Vec<Function<'_>> = Vec::new();
    let mut open = false;
    for line in source.lines() {
        if let Some(name) = name_of(line) {
            functions.push(Function { name, lines: Vec::new() });
            open = true;
        }
        if open && let Some(function) = functions.last_mut() {
            function.lines.push(line);
        }
        open &= line != "}";
    }
    functions
}

fn name_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub ").unwrap_or(line);
    let rest = rest.strip_prefix("async ").unwrap_or(rest).strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "//! Words.\n\nuse a::b;\n\n/// Words.\npub async fn write(app: App) -> R {\n    // Why.\n    held(&app).await?;\n    app.read(1).await\n}\n\nfn held(app: &App) -> R {\n    Ok(())\n}\n\npub async fn read(app: App) -> R {\n\n    app.get().await\n}\n";

    #[test]
    fn a_path_has_its_own_lines_and_those_that_it_calls() {
        assert_eq!(path_lines(FILE, "read"), Some(3), "blank lines don't count");
        assert_eq!(path_lines(FILE, "held"), Some(3));
        assert_eq!(path_lines(FILE, "write"), Some(7), "comments don't count, nor a method of another's name");
        assert_eq!(path_lines(FILE, "absent"), None);
    }

    #[test]
    fn each_pattern_has_both_paths() {
        for pattern in &crate::patterns::ALL {
            for path in ["read", "write"] {
                assert!(path_lines(pattern.source, path).is_some_and(|lines| lines >= 3), "{} {path}", pattern.id);
            }
        }
    }
}
