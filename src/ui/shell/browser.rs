//! What the page asks of the browser. All of it may be refused, as in a sandboxed frame, and then simply does not happen.

use std::pin::Pin;

use js_sys::{Array, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlScriptElement, Url, Window};

/// Does something beside the page's other work. All that is done so is of one type, for each would cost as much code.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    leptos::task::spawn_local(work);
}

/// The time since the page was opened, in milliseconds.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// What was stored under a name on an earlier visit.
pub fn stored(name: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(name).ok()?
}

/// Stores a value for later visits.
pub fn store(name: &str, value: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        // A full or refused storage loses a convenience, nothing else.
        let _ = storage.set_item(name, value);
    }
}

/// The page's address without its query.
pub fn address() -> Option<String> {
    let location = web_sys::window()?.location();
    Some(format!("{}{}", location.origin().ok()?, location.pathname().ok()?))
}

/// The query of the page's address, with its question mark.
pub fn query() -> String {
    web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// Puts a query into the address bar.
pub fn replace_query(query: &str) {
    if let Some(Ok(history)) = web_sys::window().map(|window| window.history()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("?{query}")));
    }
}

/// Copies a text to the clipboard. Says whether that worked.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    if !has_clipboard(&window) {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// A page that came over plain HTTP has no clipboard at all.
fn has_clipboard(window: &Window) -> bool {
    Reflect::get(&window.navigator(), &"clipboard".into()).is_ok_and(|found| !found.is_undefined())
}

/// Gives a text to the person as a file. Says whether that worked.
pub fn download(name: &str, media_type: &str, text: &str) -> bool {
    try_download(name, media_type, text).is_some()
}

fn try_download(name: &str, media_type: &str, text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let document = web_sys::window()?.document()?;
    let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&url).ok()
}

/// Brings the first element that a selector finds into view.
pub fn bring_into_view(selector: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(Ok(Some(element))) = document.map(|document| document.query_selector(selector)) {
        element.scroll_into_view();
    }
}

/// Puts the keyboard's focus on the first element that a selector finds.
pub fn focus_on(selector: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(Ok(Some(element))) = document.map(|document| document.query_selector(selector)) {
        focus(&element);
    }
}

/// Whether the window is as narrow as a phone's.
pub fn is_narrow() -> bool {
    let width = web_sys::window().and_then(|window| window.inner_width().ok()).and_then(|width| width.as_f64());
    width.is_some_and(|width| width < 768.0)
}

/// Puts the keyboard's focus on an element.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        // What can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The attribute of what was pressed, or of what it is part of.
pub fn pressed(event: &web_sys::Event, attribute: &str) -> Option<String> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

/// The file that was chosen in a field, or dropped on it.
pub fn chosen_file(event: &web_sys::Event) -> Option<web_sys::File> {
    let field: web_sys::HtmlInputElement = event.target()?.dyn_into().ok()?;
    field.files()?.get(0)
}

/// The text of a file on the page's own host.
pub async fn text_of(address: &str) -> Option<String> {
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str(address)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Puts `mark` on what was pressed, or on what it is part of, if that has `attribute`.
pub fn mark_pressed(event: &web_sys::MouseEvent, attribute: &str, mark: &str) -> Option<()> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    target.closest(&format!("[{attribute}]")).ok()??.set_attribute(mark, "").ok()
}

/// Adds one of the page's own style sheets, unless it is there.
pub fn add_styles(source: &str) {
    let add = || -> Option<()> {
        let document = web_sys::window()?.document()?;
        if document.query_selector(&format!("link[href=\"{source}\"]")).ok()?.is_some() {
            return None;
        }
        let link = document.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", source).ok()?;
        document.head()?.append_child(&link).ok()?;
        Some(())
    };
    add();
}

/// Runs one of the page's own programs; `failed` is called when it can't be had.
pub fn add_program(source: &str, failed: impl Fn() + 'static) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let script: HtmlScriptElement = document.create_element("script").ok()?.dyn_into().ok()?;
    // A classic script: a sandboxed frame may run it even where its host lets no other origin read its files.
    script.set_src(source);
    let failed = Closure::<dyn Fn()>::new(failed);
    script.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    document.head()?.append_child(&script).ok()?;
    Some(())
}
