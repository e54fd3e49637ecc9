//! Cache-aside with deletion: a write removes the cached copy, so the next read fetches the new row.

use crate::database::{Row, RowKey};
use crate::world::{App, Failure};

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

/// Writes the database, then deletes the copy. The write stands even if the deletion fails.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    app.database.update(&row).await?;
    app.cache.delete(row.key()).await.ok();
    Ok(())
}
