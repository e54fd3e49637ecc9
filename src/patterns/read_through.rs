//! Read-through: the application knows only the cache layer, which loads from the database by itself.

use crate::database::{Row, RowKey};
use crate::world::{App, Failure, Layer};

/// The application asks the layer, and nobody else.
pub async fn read(app: App, key: RowKey) -> Result<Option<Row>, Failure> {
    app.layer.read(key).await
}

/// The application gives its writes to the layer too.
pub async fn write(app: App, row: Row) -> Result<(), Failure> {
    app.layer.write(&row).await
}

/// The layer's loader: the cache's copy, or the database's row, of which a copy is kept.
pub async fn load(layer: Layer, key: RowKey) -> Result<Option<Row>, Failure> {
    if let Ok(Some(row)) = layer.cache.get(key).await {
        return Ok(Some(row));
    }
    let found = layer.database.select(key).await?;
    if let Some(row) = &found {
        layer.cache.set(row, layer.ttl()).await.ok();
    }
    Ok(found)
}

/// The layer's writer: the database, then the copy is deleted.
pub async fn store(layer: Layer, row: Row) -> Result<(), Failure> {
    layer.database.update(&row).await?;
    layer.cache.delete(row.key()).await.ok();
    Ok(())
}
