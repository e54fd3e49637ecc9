//! Values that are set.

use leptos::prelude::{Get, GetUntracked, RwSignal, Set};

use super::kept::{Held, Kept, Source};

/// A value that is set.
pub type State<T> = Held<RwSignal<Kept>, T>;

impl<T: PartialEq + Send + Sync + 'static> State<T> {
    /// A state and its first value.
    pub fn new(value: T) -> Self {
        Self::by(keep(Kept::new(value)))
    }

    /// Gives it another value. Nothing happens if what it was part of is gone.
    pub fn set(self, value: T) {
        set(self.source, Kept::new(value));
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
}

impl<T: PartialEq + Default + Send + Sync + 'static> Default for State<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

// The attribute keeps the code of the signals out of each of the many places that use a state.
impl Source for RwSignal<Kept> {
    #[inline(never)]
    fn followed(self) -> Kept {
        self.get()
    }

    #[inline(never)]
    fn now(self) -> Kept {
        self.get_untracked()
    }
}

fn keep(value: Kept) -> RwSignal<Kept> {
    RwSignal::new(value)
}

#[inline(never)]
fn set(kept: RwSignal<Kept>, value: Kept) {
    let _ = kept.try_set(value);
}
