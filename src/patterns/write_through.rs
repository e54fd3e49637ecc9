//! Write-through: a write changes database and cache, and is acknowledged after both.

use crate::database::{Row, RowKey};
use crate::world::{App, Failure, WriteOrder};

/// Asks the cache, which has all that was written. What was never written is fetched once, and never stored over a write.
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

/// Writes both, in the order of the settings, or the cache within the database's transaction.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    if app.settings().transaction {
        return write_together(app, row).await;
    }
    let order = app.settings().order;
    match order {
        WriteOrder::DatabaseFirst => {
            app.database.update(&row).await?;
            app.cache.set(&row, app.ttl()).await
        }
        WriteOrder::CacheFirst => {
            app.cache.set(&row, app.ttl()).await?;
            app.database.update(&row).await
        }
    }
}

/// The database keeps its change only if the cache took it.
async fn write_together(app: App, row: Row) -> Result<(), Failure> {
    let transaction = app.database.begin().await?;
    transaction.update(&row).await?;
    match app.cache.set(&row, app.ttl()).await {
        Ok(()) => transaction.commit().await,
        Err(failure) => {
            transaction.rollback().await?;
            Err(failure)
        }
    }
}
