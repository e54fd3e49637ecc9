//! Cache-aside with update: a write stores the new row in the cache too, so the next read is a hit.

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

/// Writes the database, then the copy. The write stands even if the copy fails.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    app.database.update(&row).await?;
    app.cache.set(&row, app.ttl()).await.ok();
    Ok(())
}
