//! The list of patterns, which the page, the links and the tests follow.

use super::{cache_aside, hybrid_invalidate, hybrid_outbox, hybrid_update, read_through, write_behind, write_through};
use crate::world::{Pattern, Roles};

/// No pattern has this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no pattern \"{id}\"; known are {}", known())]
pub struct UnknownPattern {
    id: String,
}

/// All patterns, in the order in which a course teaches them.
pub static ALL: [Pattern; 7] = [
    Pattern {
        id: "cache-aside",
        name: "Cache-aside",
        summary: "The application asks the cache first, and fills it from the database after a miss.",
        source: include_str!("cache_aside.rs"),
        file: "cache_aside.rs",
        roles: Roles {
            read: |app, key| Box::pin(cache_aside::read(app, key)),
            write: |app, row| Box::pin(cache_aside::write(app, row)),
            layer: None,
            flush: None,
        },
    },
    Pattern {
        id: "read-through",
        name: "Read-through",
        summary: "The application asks only the cache layer, which fetches from the database by itself.",
        source: include_str!("read_through.rs"),
        file: "read_through.rs",
        roles: Roles {
            read: |app, key| Box::pin(read_through::read(app, key)),
            write: |app, row| Box::pin(read_through::write(app, row)),
            layer: Some((
                |layer, key| Box::pin(read_through::load(layer, key)),
                |layer, row| Box::pin(read_through::store(layer, row)),
            )),
            flush: None,
        },
    },
    Pattern {
        id: "write-through",
        name: "Write-through",
        summary: "Every write goes to database and cache, and is acknowledged after both.",
        source: include_str!("write_through.rs"),
        file: "write_through.rs",
        roles: Roles {
            read: |app, key| Box::pin(write_through::read(app, key)),
            write: |app, row| Box::pin(write_through::write(app, row)),
            layer: None,
            flush: None,
        },
    },
    Pattern {
        id: "write-behind",
        name: "Write-behind",
        summary: "A write is acknowledged once it is in the cache; the database gets it later.",
        source: include_str!("write_behind.rs"),
        file: "write_behind.rs",
        roles: Roles {
            read: |app, key| Box::pin(write_behind::read(app, key)),
            write: |app, row| Box::pin(write_behind::write(app, row)),
            layer: None,
            flush: Some(|flusher| Box::pin(write_behind::flush(flusher))),
        },
    },
    Pattern {
        id: "hybrid-invalidate",
        name: "Cache-aside + delete",
        summary: "A write changes the database, then deletes the cached copy: the next read fetches it anew.",
        source: include_str!("hybrid_invalidate.rs"),
        file: "hybrid_invalidate.rs",
        roles: Roles {
            read: |app, key| Box::pin(hybrid_invalidate::read(app, key)),
            write: |app, row| Box::pin(hybrid_invalidate::write(app, row)),
            layer: None,
            flush: None,
        },
    },
    Pattern {
        id: "hybrid-update",
        name: "Cache-aside + update",
        summary: "A write changes the database, then stores the new row in the cache: the next read is a hit.",
        source: include_str!("hybrid_update.rs"),
        file: "hybrid_update.rs",
        roles: Roles {
            read: |app, key| Box::pin(hybrid_update::read(app, key)),
            write: |app, row| Box::pin(hybrid_update::write(app, row)),
            layer: None,
            flush: None,
        },
    },
    Pattern {
        id: "hybrid-outbox",
        name: "Cache-aside + outbox",
        summary: "A write leaves a notice in the same transaction; a relay deletes the copy that it names, however often it takes.",
        source: include_str!("hybrid_outbox.rs"),
        file: "hybrid_outbox.rs",
        roles: Roles {
            read: |app, key| Box::pin(hybrid_outbox::read(app, key)),
            write: |app, row| Box::pin(hybrid_outbox::write(app, row)),
            layer: None,
            flush: Some(|flusher| Box::pin(hybrid_outbox::relay(flusher))),
        },
    },
];

/// The pattern of that id.
///
/// # Errors
///
/// When there is none.
pub fn find(id: &str) -> Result<Pattern, UnknownPattern> {
    let found = ALL.iter().find(|pattern| pattern.id == id);
    found.copied().ok_or_else(|| UnknownPattern { id: id.chars().take(60).collect() })
}

fn known() -> String {
    ALL.map(|pattern| pattern.id).join(", ")
}

/// Whether a line of a pattern's file is code: neither blank nor only a comment nor an import.
#[must_use]
pub fn is_code_line(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with("//") || line.starts_with("use "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_is_found_by_its_own_id_only() {
        for pattern in &ALL {
            assert_eq!(find(pattern.id).unwrap().name, pattern.name);
            assert_eq!(ALL.iter().filter(|other| other.id == pattern.id).count(), 1);
            assert_eq!(pattern.file, format!("{}.rs", pattern.id.replace('-', "_")));
        }
    }

    #[test]
    fn an_unknown_pattern_is_named_with_those_that_exist() {
        let error = find("write-sideways").unwrap_err().to_string();
        assert!(error.contains("write-sideways") && error.contains("write-behind"), "{error}");
    }
}
