//! What happens only while, or when, somebody looks.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

/// Does something once, when an element is about to come into view.
pub(super) fn when_seen(element: &Element, then: impl Fn() + 'static) {
    watch_seen(element, move |is_seen| {
        if is_seen {
            then();
        }
        !is_seen
    });
}

/// Says whether an element is in view, now and whenever that changes, for as long as `hear` says that it wants to know.
pub(in crate::ui) fn watch_seen(element: &Element, hear: impl Fn(bool) -> bool + 'static) {
    let seen = move |entries: Array, observer: IntersectionObserver| {
        let last = entries.pop().unchecked_into::<IntersectionObserverEntry>();
        if !hear(last.is_intersecting()) {
            observer.disconnect();
        }
    };
    let seen = Closure::<dyn Fn(Array, IntersectionObserver)>::new(seen).into_js_value();
    if let Ok(observer) = IntersectionObserver::new(seen.unchecked_ref()) {
        observer.observe(element);
    }
}
