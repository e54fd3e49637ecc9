//! Tables with a line for each access, separated by commas. Without a line of names they have the columns of Twitter's
//! traces (Yang, Yue and Rashmi, *A Large Scale Analysis of Hundreds of In-memory Cache Clusters at Twitter*, OSDI 2020):
//! timestamp, key, key size, value size, client, operation, time to live. Meta's traces begin with their names: `key`,
//! `op`, `op_time`, `ttl` and others, in any order.

use super::access::{Access, Deed, LineProblem, number};

/// Where a table has what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    at: Option<usize>,
    key: usize,
    deed: usize,
    ttl: Option<usize>,
    /// Whether the first line names them.
    pub(super) named: bool,
}

/// Twitter's.
const UNNAMED: Columns = Columns { at: Some(0), key: 1, deed: 5, ttl: Some(6), named: false };

impl Columns {
    /// The columns of a table that begins with this line; nothing when it is no such table.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let names: Vec<&str> = text.split(',').map(|name| name.trim().trim_matches('"')).collect();
        let place =
            |known: &[&str]| names.iter().position(|name| known.iter().any(|one| name.eq_ignore_ascii_case(one)));
        let key = place(&["key", "anonymized key", "cache_key"]);
        let deed = place(&["op", "operation"]);
        if let (Some(key), Some(deed)) = (key, deed) {
            let at = place(&["op_time", "timestamp", "time"]);
            return Some(Self { at, key, deed, ttl: place(&["ttl"]), named: true });
        }
        let is_unnamed = names.len() == 7 && number(names[0].as_bytes()).is_some() && deed_of(names[5]).is_some();
        is_unnamed.then_some(UNNAMED)
    }
}

/// What an operation does; nothing for those that are not known.
fn deed_of(operation: &str) -> Option<Deed> {
    const READS: [&str; 4] = ["get", "gets", "get_lease", "read"];
    const WRITES: [&str; 11] =
        ["set", "add", "replace", "cas", "append", "prepend", "incr", "decr", "set_lease", "write", "touch"];
    const DELETIONS: [&str; 2] = ["delete", "del"];
    let is = |known: &[&str]| known.iter().any(|name| name.eq_ignore_ascii_case(operation));
    if is(&READS) {
        return Some(Deed::Read);
    }
    if is(&WRITES) {
        return Some(Deed::Write);
    }
    is(&DELETIONS).then_some(Deed::Delete)
}

/// Tells the access of a line.
pub(super) fn read(columns: &Columns, line: &[u8], mut tell: impl FnMut(Access<'_>)) -> Result<(), LineProblem> {
    if line.is_empty() {
        return Ok(());
    }
    let [mut at, mut key, mut deed, mut ttl] = [None::<&[u8]>; 4];
    for (place, cell) in line.split(|byte| *byte == b',').enumerate() {
        let cell = cell.trim_ascii();
        match place {
            _ if place == columns.key => key = Some(cell),
            _ if place == columns.deed => deed = Some(cell),
            _ if Some(place) == columns.at => at = Some(cell),
            _ if Some(place) == columns.ttl => ttl = Some(cell),
            _ => {}
        }
    }
    let key = key.filter(|key| !key.is_empty()).ok_or(LineProblem::Missing("key"))?;
    let deed = deed.ok_or(LineProblem::Missing("operation"))?;
    let known = std::str::from_utf8(deed).ok().and_then(deed_of);
    let deed = known.ok_or_else(|| LineProblem::unreadable("operation", deed))?;
    let at = match at {
        Some(cell) => Some(number(cell).ok_or_else(|| LineProblem::unreadable("time", cell))?),
        None => None,
    };
    let ttl = ttl.and_then(number).filter(|ttl| *ttl > 0.0 && deed == Deed::Write);
    tell(Access { at, key, deed, ttl });
    Ok(())
}
