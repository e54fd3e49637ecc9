//! Which pages may talk with an embedded one.

/// Most origins that are read.
const MOST: usize = 20;

/// The pages that may talk with this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Whichever page embeds it.
    #[default]
    Any,
    /// Only pages of these origins; of none, where there are none.
    Only(Vec<String>),
}

impl Origins {
    /// Reads a comma list, such as `https://course.example,https://preview.example:8443`. Gives the items that are no origins
    /// too: they let nobody in.
    #[must_use]
    pub fn read(list: &str) -> (Self, Vec<&str>) {
        let items = list.split(',').filter(|item| !item.is_empty()).take(MOST);
        let (good, bad): (Vec<_>, Vec<_>) = items.partition(|item| is_origin(item));
        (Self::Only(good.into_iter().map(str::to_owned).collect()), bad)
    }

    /// Whether a page of that origin may talk with this one.
    #[must_use]
    pub fn allow(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(origins) => origins.iter().any(|allowed| allowed == origin),
        }
    }

    /// To whom an event is told: origins as the browser's `postMessage` takes them.
    #[must_use]
    pub fn targets(&self) -> Vec<&str> {
        match self {
            Self::Any => vec!["*"],
            Self::Only(origins) => origins.iter().map(String::as_str).collect(),
        }
    }
}

/// Whether this is an origin as browsers write it: a scheme, a host in small letters, and a port where it is not the usual one.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    host.is_some_and(|host| !host.is_empty() && host.len() < 260 && host.bytes().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_that_are_named_are_let_in() {
        let (origins, bad) = Origins::read("https://a.example,http://localhost:3000");
        assert_eq!(bad, Vec::<&str>::new());
        assert!(origins.allow("https://a.example") && origins.allow("http://localhost:3000"));
        for stranger in ["https://a.example.evil", "http://a.example", "null", "", "https://a.example:444"] {
            assert!(!origins.allow(stranger), "{stranger}");
        }
        assert_eq!(origins.targets(), ["https://a.example", "http://localhost:3000"]);
        assert!(Origins::Any.allow("null"));
    }

    #[test]
    fn what_is_no_origin_lets_nobody_in() {
        for wrong in
            ["*", "null", "a.example", "https://", "https://a.example/", "https://A.example", "ftp://a.example"]
        {
            let (origins, bad) = Origins::read(wrong);
            assert_eq!((origins, bad), (Origins::Only(Vec::new()), vec![wrong]));
        }
        assert_eq!(Origins::read("").0, Origins::Only(Vec::new()));
    }
}
