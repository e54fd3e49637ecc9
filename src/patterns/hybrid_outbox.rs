//! Cache-aside with an outbox: a write leaves a notice in the database, with the row in one transaction. So the cached copy
//! is deleted in the end, whatever happens to the application or to a message.

use crate::database::{Row, RowKey};
use crate::world::{App, Failure, Flusher};

/// Asks the cache; after a miss asks the database and keeps a copy.
pub async fn read(app: App, key: RowKey) -> Result<Option<Row>, Failure> {
    if let Ok(Some(row)) = app.cache.get(key).await {
        return Ok(Some(row));
    }
    let found = app.database.select(key).await?;
    if let Some(row) = &found {
        app.cache.set(row, app.ttl()).await.ok();
    }
    Ok(found)
}

/// Writes the row and a notice of it, then deletes the copy. If that fails, the relay deletes it.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    app.database.update_with_notice(&row).await?;
    app.cache.delete(row.key()).await.ok();
    Ok(())
}

/// The relay: at each interval it deletes the copies that the notices name.
pub async fn relay(flusher: Flusher) {
    loop {
        flusher.next_flush().await;
        relay_once(&flusher).await.ok();
    }
}

/// Notices go only after their copies: whatever fails is tried again.
async fn relay_once(flusher: &Flusher) -> Result<(), Failure> {
    let notices = flusher.database.notices(flusher.batch_size()).await?;
    for key in &notices {
        flusher.cache.delete(*key).await?;
    }
    if notices.is_empty() {
        return Ok(());
    }
    flusher.database.forget_notices(notices.len()).await
}
