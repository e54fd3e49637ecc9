//! Write-behind: a write is acknowledged once the cache has it; a flusher brings it to the database later.

use crate::database::{Row, RowKey};
use crate::engine::{Span, join_all};
use crate::world::{App, Failure, Flusher};

/// Asks the cache; after a miss asks the database and keeps a copy, unless a write was faster: that one is newer.
pub async fn read(app: App, key: RowKey) -> Result<Option<Row>, Failure> {
    if let Ok(Some(row)) = app.cache.get(key).await {
        return Ok(Some(row));
    }
    let found = app.database.select(key).await?;
    if let Some(row) = &found {
        app.cache.add(row, app.ttl()).await.ok();
    }
    Ok(found)
}

/// Stores the row in the cache and queues it as dirty. 'Saved' is said here, before the database knows.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    hold_back(&app).await?;
    app.cache.set_and_queue(&row, app.ttl()).await?;
    app.cache.wait_for_replica().await
}

/// Back-pressure: waits while the queue is as long as the settings allow.
async fn hold_back(app: &App) -> Result<(), Failure> {
    while let Some(limit) = app.settings().queue_limit
        && app.cache.queue_length().await? >= limit as usize
    {
        app.sleep(Span::from_millis(250)).await;
    }
    Ok(())
}

/// The flusher: at each interval it writes the oldest dirty rows. Unless the settings are careless, they leave the queue
/// only afterwards, so a failed flush is tried again at the next interval.
pub async fn flush(flusher: Flusher) {
    loop {
        flusher.next_flush().await;
        let _ = if flusher.has_stream() { drain(&flusher).await } else { flush_once(&flusher).await };
        flusher.rests();
    }
}

async fn flush_once(flusher: &Flusher) -> Result<(), Failure> {
    let (pops_first, count) = (flusher.pops_first(), flusher.batch_size());
    let batch = if pops_first { flusher.cache.pop_queued(count).await? } else { flusher.cache.queued(count).await? };
    if batch.is_empty() {
        return Ok(());
    }
    store(flusher, &batch).await?;
    if pops_first {
        return Ok(());
    }
    flusher.cache.unqueue(batch.len()).await
}

/// Writes a batch to the database: all or nothing, or each row for itself.
async fn store(flusher: &Flusher, batch: &[Row]) -> Result<(), Failure> {
    flusher.takes(batch);
    let rows = if flusher.coalesces() { newest_of_each(batch) } else { batch.to_vec() };
    if flusher.writes_apart() {
        let writes = rows.iter().map(|row| flusher.database.update_guarded(row, flusher.guard())).collect();
        return join_all(writes).await.into_iter().collect();
    }
    flusher.database.update_all(&rows, flusher.guard()).await
}

/// The last copy of each row, in the order of the queue.
fn newest_of_each(batch: &[Row]) -> Vec<Row> {
    let later = |index: usize, row: &Row| batch[index + 1..].iter().any(|other| other.key() == row.key());
    batch.iter().enumerate().filter(|(index, row)| !later(*index, row)).map(|(_, row)| row.clone()).collect()
}

/// A flush of a stream, by a consumer group: first what a flusher that failed or died has left pending, then what nobody was
/// given yet. An entry leaves the stream by its id, and only once the database has it.
async fn drain(flusher: &Flusher) -> Result<(), Failure> {
    let batch = flusher.cache.delivered(flusher.batch_size()).await?;
    if batch.is_empty() {
        return Ok(());
    }
    store(flusher, &batch.rows).await?;
    flusher.cache.acknowledge(&batch).await
}
