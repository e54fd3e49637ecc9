//! The description of a workload.

use serde::Serialize;

use crate::decimal::Decimal;
use crate::fields::Fields;

/// How requests are spaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// As independent people send them: exponential gaps.
    #[default]
    Poisson,
    /// At equal gaps.
    Even,
}

/// A random workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Mix {
    /// People who send requests, from 1 to 12.
    pub clients: u8,
    /// Requests per second of all of them together, from 0 to 2,000; 0: none.
    pub rate: f64,
    /// How requests are spaced.
    pub arrivals: Arrivals,
    /// Share of reads among the requests, from 0 to 1.
    pub read_share: f64,
    /// Rows that are asked for, from 1 to 10,000.
    pub keys: u32,
    /// Zipf exponent of the rows' popularity, from 0 (all alike) to 3.
    pub skew: f64,
    /// Share of the reads that ask for rows which don't exist, from 0 to 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub absent: f64,
    /// How often a reader asks again after an error, from 0 to 10.
    #[serde(skip_serializing_if = "is_none")]
    pub retries: u32,
}

fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            clients: 4,
            rate: 1.5,
            arrivals: Arrivals::default(),
            read_share: 0.75,
            keys: 9,
            skew: 0.9,
            absent: 0.0,
            retries: 0,
        }
    }
}

/// A workload that can't be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the workload's {field} must be from {} to {}, not {}", Decimal(*.low), Decimal(*.high), Decimal(*.found))]
pub struct MixError {
    field: &'static str,
    low: f64,
    high: f64,
    found: f64,
}

impl Mix {
    /// Reads what is there.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        if let Some(clients) = fields.whole("clients", u64::from(u8::MAX)) {
            self.clients = clients as u8;
        }
        fields.number("rate", &mut self.rate);
        match fields.choice("arrivals", &["poisson", "even"]) {
            Some(0) => self.arrivals = Arrivals::Poisson,
            Some(_) => self.arrivals = Arrivals::Even,
            None => {}
        }
        fields.number("read-share", &mut self.read_share);
        fields.count("keys", &mut self.keys);
        fields.number("skew", &mut self.skew);
        fields.number("absent", &mut self.absent);
        fields.count("retries", &mut self.retries);
    }

    /// Checks the ranges.
    ///
    /// # Errors
    ///
    /// The first value that is out of its range.
    pub fn check(&self) -> Result<(), MixError> {
        let fields = [
            ("clients", 1.0, 12.0, f64::from(self.clients)),
            ("rate", 0.0, 2000.0, self.rate),
            ("read-share", 0.0, 1.0, self.read_share),
            ("keys", 1.0, 10_000.0, f64::from(self.keys)),
            ("skew", 0.0, 3.0, self.skew),
            ("absent", 0.0, 1.0, self.absent),
            ("retries", 0.0, 10.0, f64::from(self.retries)),
        ];
        for (field, low, high, found) in fields {
            if !(low..=high).contains(&found) {
                return Err(MixError { field, low, high, found });
            }
        }
        Ok(())
    }
}
