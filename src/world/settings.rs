//! What a pattern can be tuned by. A person changes these at the playhead; code reads them when it needs them.

use serde::Serialize;

use super::Protections;
use crate::database::TableId;
use crate::engine::Span;
use crate::fields::Fields;

/// Which of the two copies a write-through write changes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteOrder {
    /// The database, then the cache.
    #[default]
    DatabaseFirst,
    /// The cache, then the database.
    CacheFirst,
}

/// The settings of the patterns.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// Time to live of a cached copy; none: it stays until it is removed.
    pub ttl: Option<Span>,
    /// Pause between two flushes of write-behind.
    pub flush_interval: Span,
    /// Most dirty entries taken by one flush, at least 1.
    pub flush_batch: u32,
    /// Whether a flush writes only the newest copy of a row that is several times in the batch.
    pub coalesce: bool,
    /// Whether a flush takes its entries out of the queue before it writes them, instead of afterwards.
    pub pop_first: bool,
    /// Whether a flush writes each row with a statement of its own, all at once, instead of in one transaction.
    pub apart: bool,
    /// Whether the database keeps a row that is newer than the one that a flush brings.
    pub versioned: bool,
    /// Most dirty entries that may wait before writes are held back; none: no limit.
    pub queue_limit: Option<u32>,
    /// The order of the two writes of write-through.
    pub order: WriteOrder,
    /// Whether write-through changes the cache between `BEGIN` and `COMMIT`.
    pub transaction: bool,
    /// Tables that the application does not cache.
    pub uncached: Vec<TableId>,
    /// Whether the application itself takes one piece from the stock that it reads, for each write of a product.
    #[serde(skip_serializing_if = "is_not")]
    pub read_modify_write: bool,
    /// How far the replica is behind that the application reads from; 0: it reads from the database itself.
    #[serde(skip_serializing_if = "is_zero")]
    pub replica_lag: Span,
    /// What saves the system from stampedes and races.
    #[serde(skip_serializing_if = "is_off")]
    pub protect: Protections,
}

fn is_not(flag: &bool) -> bool {
    !flag
}

fn is_zero(span: &Span) -> bool {
    span.is_zero()
}

fn is_off(protections: &Protections) -> bool {
    *protections == Protections::default()
}

impl Settings {
    /// Reads what is there.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        self.ttl = fields.optional_time("ttl", self.ttl);
        fields.span("flush-interval", &mut self.flush_interval);
        fields.count("flush-batch", &mut self.flush_batch);
        fields.flag("coalesce", &mut self.coalesce);
        fields.flag("pop-first", &mut self.pop_first);
        fields.flag("apart", &mut self.apart);
        fields.flag("versioned", &mut self.versioned);
        self.queue_limit = fields.whole("queue-limit", u64::from(u32::MAX)).map(|limit| limit as u32);
        match fields.choice("order", &["database-first", "cache-first"]) {
            Some(0) => self.order = WriteOrder::DatabaseFirst,
            Some(_) => self.order = WriteOrder::CacheFirst,
            None => {}
        }
        fields.flag("transaction", &mut self.transaction);
        for name in fields.items("uncached") {
            match name.as_str().and_then(TableId::from_name) {
                Some(table) => self.uncached.push(table),
                None => fields.fail(format!("there is no table {name}; known are users, products, orders")),
            }
        }
        fields.flag("read-modify-write", &mut self.read_modify_write);
        fields.span("replica-lag", &mut self.replica_lag);
        fields.inner("protect", &mut |inner| self.protect.read(inner));
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ttl: Some(Span::from_secs(20)),
            flush_interval: Span::from_secs(6),
            flush_batch: 16,
            coalesce: true,
            pop_first: false,
            apart: false,
            versioned: false,
            queue_limit: None,
            order: WriteOrder::default(),
            transaction: false,
            uncached: Vec::new(),
            read_modify_write: false,
            replica_lag: Span::ZERO,
            protect: Protections::default(),
        }
    }
}
