//! Values that are set. As with derived values, all of leptos's signals hold the same type here, for each type of their own
//! costs the download a kilobyte.

use std::marker::PhantomData;

use leptos::prelude::{Get, GetUntracked, RwSignal, Set};

use super::derived::{Kept, value};

/// A value that is set. A handle that can be copied.
pub struct State<T> {
    kept: RwSignal<Kept>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T: PartialEq + Send + Sync + 'static> State<T> {
    /// A state and its first value.
    pub fn new(value: T) -> Self {
        Self { kept: keep(Kept::new(value)), of: PhantomData }
    }

    /// Gives it another value. Nothing happens if what it was part of is gone.
    pub fn set(self, value: T) {
        set(self.kept, Kept::new(value));
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T))
    where
        T: Clone,
    {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
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
        self.with_untracked(T::clone)
    }

    /// Looks at the value without following it.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(value(&now(self.kept)))
    }

    /// Follows the value without needing it.
    pub fn track(self) {
        followed(self.kept);
    }
}

impl<T: PartialEq + Default + Send + Sync + 'static> Default for State<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

fn keep(value: Kept) -> RwSignal<Kept> {
    RwSignal::new(value)
}

// The attribute keeps the code of the signals out of each of the many places that use a state.
#[inline(never)]
fn set(kept: RwSignal<Kept>, value: Kept) {
    let _ = kept.try_set(value);
}

#[inline(never)]
fn followed(kept: RwSignal<Kept>) -> Kept {
    kept.get()
}

#[inline(never)]
fn now(kept: RwSignal<Kept>) -> Kept {
    kept.get_untracked()
}
