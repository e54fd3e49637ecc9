//! Cache-aside: the application looks after the cache itself, and only reads fill it.

use crate::database::{Row, RowKey};
use crate::world::{App, Failure};

/// Asks the cache; after a miss asks the database and keeps a copy. What is worth a copy, the application decides.
pub async fn read(app: App, key: RowKey) -> Result<Option<Row>, Failure> {
    if !app.caches(key) {
        return app.database.select(key).await;
    }
    if let Ok(Some(row)) = app.cache.get(key).await {
        return Ok(Some(row));
    }
    let found = app.database.select(key).await?;
    if let Some(row) = &found {
        app.cache.set(row, app.ttl()).await.ok();
    }
    Ok(found)
}

/// Writes the database. A cached copy stays as it is until its time to live ends.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    app.database.update(&row).await
}
