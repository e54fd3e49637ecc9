//! The common and the combined log format of web servers:
//! `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326`. The key is the path.

use super::access::{Access, Deed, LineProblem};
use super::civil::seconds_of_date;

/// Whether a line is of this form.
pub(super) fn is_one(line: &[u8]) -> bool {
    let mut deeds = 0;
    read(line, |_| deeds += 1).is_ok() && deeds == 1
}

/// Tells the access of a line.
pub(super) fn read(line: &[u8], mut tell: impl FnMut(Access<'_>)) -> Result<(), LineProblem> {
    if line.is_empty() {
        return Ok(());
    }
    let text = std::str::from_utf8(line).map_err(|_| LineProblem::NoText)?;
    let (_, rest) = text.split_once('[').ok_or(LineProblem::Missing("time in brackets"))?;
    let (date, rest) = rest.split_once(']').ok_or(LineProblem::Missing("time in brackets"))?;
    let at = seconds_of_date(date).ok_or_else(|| LineProblem::unreadable("time", date.as_bytes()))?;
    let (_, rest) = rest.split_once('"').ok_or(LineProblem::Missing("request in quotes"))?;
    let (request, _) = rest.split_once('"').ok_or(LineProblem::Missing("request in quotes"))?;
    let mut words = request.split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next().filter(|path| !path.is_empty())) else {
        return Err(LineProblem::unreadable("request", request.as_bytes()));
    };
    let deed = match method {
        "GET" | "HEAD" | "OPTIONS" => Deed::Read,
        "POST" | "PUT" | "PATCH" => Deed::Write,
        "DELETE" => Deed::Delete,
        other => return Err(LineProblem::unreadable("method", other.as_bytes())),
    };
    tell(Access { at: Some(at), key: path.as_bytes(), deed, ttl: None });
    Ok(())
}
