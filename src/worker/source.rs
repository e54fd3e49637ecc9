//! The file that a person dropped on the page: whoever runs the worker can read it, piece by piece.

/// A file.
pub trait Source {
    /// Its name and its size in bytes; nothing where there is no file that could be read.
    fn told(&self) -> Option<(String, u64)>;

    /// Some bytes of it, from there on.
    ///
    /// # Errors
    ///
    /// Why they can't be read, in words.
    fn read(&self, from: u64, count: u64) -> Result<Vec<u8>, String>;
}

/// No file.
pub struct NoFile;

impl Source for NoFile {
    fn told(&self) -> Option<(String, u64)> {
        None
    }

    fn read(&self, _: u64, _: u64) -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }
}
