//! Dates of access logs.

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The Unix time of `10/Oct/2000:13:55:36 -0700`.
pub(super) fn seconds_of_date(text: &str) -> Option<f64> {
    let (date, zone) = text.split_once(' ').unwrap_or((text, "+0000"));
    let mut parts = date.split(['/', ':']);
    let mut next = || parts.next();
    let day: i64 = next()?.parse().ok()?;
    let month = next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let year: i64 = next()?.parse().ok()?;
    let [hour, minute, second] = [next()?, next()?, next()?].map(|part| part.parse::<i64>());
    let seconds = days_since_1970(year, month, day) * 86_400 + hour.ok()? * 3_600 + minute.ok()? * 60 + second.ok()?;
    let number: i64 = zone.trim_start_matches(['+', '-']).parse().ok()?;
    let east = (number / 100 * 60 + number % 100) * 60;
    let is_west = zone.starts_with('-');
    Some((if is_west { seconds + east } else { seconds - east }) as f64)
}

/// Days of the Gregorian calendar: years begin in March, so that the leap day is their last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_unix_times() {
        let known = [
            ("01/Jan/1970:00:00:00 +0000", 0.0),
            ("10/Oct/2000:13:55:36 -0700", 971_211_336.0),
            ("29/Feb/2024:12:00:00 +0130", 1_709_202_600.0),
            ("24/Nov/2026:00:00:01 +0000", 1_795_478_401.0),
        ];
        for (text, seconds) in known {
            assert_eq!(seconds_of_date(text), Some(seconds), "{text}");
        }
        for text in ["", "10/Foo/2000:13:55:36 -0700", "10/Oct/2000", "x/Oct/2000:1:2:3 +0000"] {
            assert_eq!(seconds_of_date(text), None, "{text}");
        }
    }
}
