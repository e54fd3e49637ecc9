//! Derived values and effects. Each closure that leptos's effects run costs the download some kilobytes; here all of them
//! run a boxed one.

use leptos::prelude::{Effect, Get, GetUntracked, Memo as LeptosMemo};

use super::kept::{Held, Kept, Source};

/// What computes a value anew.
pub(crate) type Derive = Box<dyn Fn() -> Kept + Send + Sync>;

/// A value derived from signals, which changes only when the value does.
pub type Memo<T> = Held<LeptosMemo<Kept>, T>;

impl<T: 'static> Memo<T> {
    /// A memo of what `derive` keeps, which is always a `T`.
    pub(crate) fn kept(derive: Derive) -> Self {
        Self::by(keep(derive))
    }
}

// The attribute keeps the code of the signals out of each of the many places that read a memo.
impl Source for LeptosMemo<Kept> {
    #[inline(never)]
    fn followed(self) -> Kept {
        self.get()
    }

    #[inline(never)]
    fn now(self) -> Kept {
        self.get_untracked()
    }
}

fn keep(derive: Derive) -> LeptosMemo<Kept> {
    LeptosMemo::new(move |_| derive())
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
