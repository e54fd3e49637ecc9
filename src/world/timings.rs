//! How long things take, and how much fits.

use serde::Serialize;

use crate::engine::{Distribution, DistributionError, Span};
use crate::fields::Fields;
use crate::redis::EvictionPolicy;

/// The cache server's memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CacheMemory {
    /// Most bytes for data; 0: no limit.
    pub maxmemory: u64,
    /// What is evicted when they are used up.
    pub policy: EvictionPolicy,
}

impl CacheMemory {
    /// Reads what is there.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        self.maxmemory = fields.whole("maxmemory", u64::MAX).unwrap_or(self.maxmemory);
        let policies = EvictionPolicy::ALL;
        if let Some(place) = fields.choice("policy", &policies.map(EvictionPolicy::name)) {
            self.policy = policies.get(place).copied().unwrap_or(self.policy);
        }
    }
}

impl Default for CacheMemory {
    fn default() -> Self {
        Self { maxmemory: 0, policy: EvictionPolicy::NoEviction }
    }
}

/// Times and capacities of the links and servers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Timings {
    /// One way between a client and the application.
    pub client_link: Distribution,
    /// One way between the application (or the flusher) and the cache.
    pub cache_link: Distribution,
    /// One way between the application (or the flusher) and the database.
    pub database_link: Distribution,
    /// One way between the cache layer and the cache beside it, and between the application and the layer.
    pub local_link: Distribution,
    /// The cache's time for one command.
    pub cache_command: Distribution,
    /// The database's time for one row read.
    pub select: Distribution,
    /// The database's time for one row changed, without its commit.
    pub write: Distribution,
    /// The database's time for a commit that wrote: the log reaches the disk.
    pub commit: Distribution,
    /// Statements that the database works on at once, at least 1.
    pub database_workers: u32,
    /// Connections of the application to the database, at least 1.
    pub pool: u32,
    /// Requests that may wait for a connection before more are refused.
    pub pool_waiting: u32,
    /// How long a client waits.
    pub client_timeout: Span,
    /// How long a call of the cache waits.
    pub cache_timeout: Span,
    /// How long a call of the database waits.
    pub database_timeout: Span,
}

const fn around(millis: u64) -> Distribution {
    Distribution::Uniform { low: Span::from_micros(millis * 900), high: Span::from_micros(millis * 1100) }
}

const fn around_micros(micros: u64) -> Distribution {
    Distribution::Uniform { low: Span::from_micros(micros * 9 / 10), high: Span::from_micros(micros * 11 / 10) }
}

impl Timings {
    /// Reads what is there.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        let distributions = [
            ("client-link", &mut self.client_link),
            ("cache-link", &mut self.cache_link),
            ("database-link", &mut self.database_link),
            ("local-link", &mut self.local_link),
            ("cache-command", &mut self.cache_command),
            ("select", &mut self.select),
            ("write", &mut self.write),
            ("commit", &mut self.commit),
        ];
        for (name, distribution) in distributions {
            fields.inner(name, &mut |inner| distribution.read(inner));
        }
        fields.count("database-workers", &mut self.database_workers);
        fields.count("pool", &mut self.pool);
        fields.count("pool-waiting", &mut self.pool_waiting);
        fields.span("client-timeout", &mut self.client_timeout);
        fields.span("cache-timeout", &mut self.cache_timeout);
        fields.span("database-timeout", &mut self.database_timeout);
    }

    /// Times stretched so that every hop can be followed at speed 1: a cache is still much faster than a database, and
    /// a database write is dearer than a read.
    #[must_use]
    pub const fn classroom() -> Self {
        Self {
            client_link: around(450),
            cache_link: around(350),
            database_link: around(450),
            local_link: around(300),
            cache_command: around(60),
            select: around(500),
            write: around(250),
            commit: around(500),
            database_workers: 4,
            pool: 8,
            pool_waiting: 64,
            client_timeout: Span::from_secs(12),
            cache_timeout: Span::from_millis(1500),
            database_timeout: Span::from_secs(5),
        }
    }

    /// Times of a usual data centre: a local network, an in-memory cache, a database on solid-state disks.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            client_link: Distribution::Lognormal { median: Span::from_millis(12), sigma: 0.4 },
            cache_link: Distribution::Lognormal { median: Span::from_micros(150), sigma: 0.25 },
            database_link: Distribution::Lognormal { median: Span::from_micros(200), sigma: 0.25 },
            local_link: around_micros(30),
            cache_command: around_micros(12),
            select: Distribution::Lognormal { median: Span::from_micros(900), sigma: 0.5 },
            write: Distribution::Lognormal { median: Span::from_micros(700), sigma: 0.5 },
            commit: Distribution::Lognormal { median: Span::from_millis(2), sigma: 0.4 },
            database_workers: 8,
            pool: 32,
            pool_waiting: 256,
            client_timeout: Span::from_secs(5),
            cache_timeout: Span::from_millis(50),
            database_timeout: Span::from_secs(2),
        }
    }
}

impl Default for Timings {
    fn default() -> Self {
        Self::classroom()
    }
}

/// A capacity or a time limit that can't be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the timings' {field} must be at least {least}")]
pub struct TimingsError {
    field: &'static str,
    least: &'static str,
}

impl Timings {
    /// Checks the distributions.
    ///
    /// # Errors
    ///
    /// The first that can't be.
    pub fn check_distributions(&self) -> Result<(), DistributionError> {
        let distributions = [
            &self.client_link,
            &self.cache_link,
            &self.database_link,
            &self.local_link,
            &self.cache_command,
            &self.select,
            &self.write,
            &self.commit,
        ];
        distributions.into_iter().try_for_each(Distribution::check)
    }

    /// Checks the capacities and the limits.
    ///
    /// # Errors
    ///
    /// The first that can't be.
    pub fn check(&self) -> Result<(), TimingsError> {
        let error = |field, least| Err(TimingsError { field, least });
        if self.database_workers == 0 {
            return error("database-workers", "1");
        }
        if self.pool == 0 {
            return error("pool", "1");
        }
        let limits = [
            ("client-timeout", self.client_timeout),
            ("cache-timeout", self.cache_timeout),
            ("database-timeout", self.database_timeout),
        ];
        match limits.into_iter().find(|(_, limit)| *limit < Span::from_micros(100)) {
            Some((field, _)) => error(field, "0.0001 s"),
            None => Ok(()),
        }
    }
}
