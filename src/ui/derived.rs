//! Derived values and effects. Each type that leptos's own memos hold costs the download some kilobytes, and so does each
//! closure that its effects run; here all memos hold the same type, and all effects run a boxed closure.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::{Effect, Get, GetUntracked, Memo as LeptosMemo};

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

/// A value whose type only its memo or its state knows.
#[derive(Clone)]
pub(crate) struct Kept(Arc<dyn Value>);

impl Kept {
    /// Keeps a value.
    pub(crate) fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(other.0.as_ref())
    }
}

/// What computes a value anew.
pub(crate) type Derive = Box<dyn Fn() -> Kept + Send + Sync>;

/// A value derived from signals, which changes only when the value does. A handle that can be copied.
pub struct Memo<T> {
    kept: LeptosMemo<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// A memo of what `derive` keeps, which is always a `T`.
    pub(crate) fn kept(derive: Derive) -> Self {
        Self { kept: keep(derive), of: PhantomData }
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
        look(value(&followed(self.kept)))
    }

    /// The value, without following it.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        value::<T>(&now(self.kept)).clone()
    }

    /// Follows the value without needing it.
    pub fn track(self) {
        followed(self.kept);
    }
}

fn keep(derive: Derive) -> LeptosMemo<Kept> {
    LeptosMemo::new(move |_| derive())
}

// The attribute keeps the code of the signals out of each of the many places that read a memo.
#[inline(never)]
fn followed(kept: LeptosMemo<Kept>) -> Kept {
    kept.get()
}

#[inline(never)]
fn now(kept: LeptosMemo<Kept>) -> Kept {
    kept.get_untracked()
}

/// What is kept, by the one who knows its type.
pub(crate) fn value<T: 'static>(kept: &Kept) -> &T {
    let any: &dyn Any = kept.0.as_ref();
    let Some(value) = any.downcast_ref() else { unreachable!("a value is of the type that it was kept as") };
    value
}

/// A value derived from signals.
pub(crate) fn memo<T>(derive: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::kept(Box::new(move || Kept::new(derive())))
}

/// Runs now, and again whenever the signals change that it read.
pub(crate) fn effect(act: impl FnMut() + 'static) {
    run(Box::new(act));
}

fn run(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| act());
}
