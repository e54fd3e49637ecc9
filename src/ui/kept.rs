//! What leptos's signals and memos hold here. Each type that they hold costs the download some kilobytes, so all of them
//! hold the same one, and only the handle knows which type it really is.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value of any type that can be compared with another one of its type.
trait Value: Any + Send + Sync {
    fn is_same(&self, other: &dyn Value) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Value for T {
    fn is_same(&self, other: &dyn Value) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }
}

/// A value whose type only its handle knows.
#[derive(Clone)]
pub struct Kept(Arc<dyn Value>);

impl Kept {
    /// Keeps a value.
    pub(crate) fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// The value, for the one who knows its type.
    fn value<T: 'static>(&self) -> &T {
        let any: &dyn Any = self.0.as_ref();
        let Some(value) = any.downcast_ref() else { unreachable!("a value is of the type that it was kept as") };
        value
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(other.0.as_ref())
    }
}

/// Where a value is read from: a memo or a signal.
pub trait Source: Copy {
    /// The value; follows it.
    fn followed(self) -> Kept;

    /// The value, without following it.
    fn now(self) -> Kept;
}

/// A value that can be read. A handle that can be copied.
pub struct Held<S, T> {
    pub(super) source: S,
    of: PhantomData<fn() -> T>,
}

impl<S: Copy, T> Clone for Held<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Copy, T> Copy for Held<S, T> {}

impl<S: Source, T: 'static> Held<S, T> {
    /// What a source holds, which is always a `T`.
    pub(super) fn by(source: S) -> Self {
        Self { source, of: PhantomData }
    }

    /// The value; follows it.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Looks at the value; follows it.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(self.source.followed().value())
    }

    /// The value, without following it.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// Looks at the value without following it.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(self.source.now().value())
    }

    /// Follows the value without needing it.
    pub fn track(self) {
        self.source.followed();
    }
}
