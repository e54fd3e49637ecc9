//! How the page is drawn: a piece of it is an element made from HTML, and its moving places are bound to what they show.
//!
//! All bindings go through few functions that exist once each, whatever they bind: a view of its own type for each place
//! would make the page twice as large to download.

use std::borrow::Cow;
use std::cell::RefCell;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlTemplateElement, Node};

/// What a place shows; nothing: the attribute is absent.
type Text = Option<Cow<'static, str>>;

/// What can be shown in a place.
pub trait Shown {
    /// It as text.
    fn into_text(self) -> Text;
}

impl Shown for &'static str {
    fn into_text(self) -> Text {
        Some(Cow::Borrowed(self))
    }
}

impl Shown for String {
    fn into_text(self) -> Text {
        Some(Cow::Owned(self))
    }
}

/// An attribute that is there without a value, or is absent.
impl Shown for bool {
    fn into_text(self) -> Text {
        self.then_some(Cow::Borrowed(""))
    }
}

impl<T: Shown> Shown for Option<T> {
    fn into_text(self) -> Text {
        self.and_then(T::into_text)
    }
}

/// Where a text goes.
#[derive(Clone, Copy)]
enum Place {
    Text,
    Html,
    Attribute(&'static str),
}

/// A piece of the page. A handle: its copies are the same piece.
#[derive(Clone, Debug)]
pub struct Part(Element);

impl Part {
    /// The element that this HTML describes. It must be one element, and no text that a person typed may be in it unescaped.
    pub fn new(html: &str) -> Self {
        Self(element_of(html).expect("a part's HTML is one element"))
    }

    /// The part of the page that an element is.
    pub fn of(element: Element) -> Self {
        Self(element)
    }

    /// The first element inside that a selector finds. It must be there.
    pub fn at(&self, selector: &str) -> Self {
        let found = self.0.query_selector(selector).ok().flatten();
        Self(found.unwrap_or_else(|| panic!("a part has no {selector}")))
    }

    /// The element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// Keeps the element's text.
    pub fn text<T: Shown>(self, read: impl Fn() -> T + 'static) -> Self {
        self.bind(Place::Text, Box::new(move || read().into_text()))
    }

    /// Keeps what is inside the element. No text that a person typed may be in it unescaped.
    pub fn html<T: Shown>(self, read: impl Fn() -> T + 'static) -> Self {
        self.bind(Place::Html, Box::new(move || read().into_text()))
    }

    /// Keeps an attribute.
    pub fn set<T: Shown>(self, name: &'static str, read: impl Fn() -> T + 'static) -> Self {
        self.bind(Place::Attribute(name), Box::new(move || read().into_text()))
    }

    /// Keeps a property, such as the value of a field, which a person can change as well.
    pub fn property<T: Into<JsValue>>(self, name: &'static str, read: impl Fn() -> T + 'static) -> Self {
        let element = self.0.clone();
        follow(move || {
            // A property that a kind of element has can be set.
            let _ = js_sys::Reflect::set(&element, &name.into(), &read().into());
        });
        self
    }

    /// Listens to an event from now on.
    pub fn on<E: JsCast>(self, name: &'static str, hear: impl Fn(E) + 'static) -> Self {
        self.listen(name, Box::new(move |event: Event| hear(event.unchecked_into())))
    }

    /// Puts a part at the end of the element.
    pub fn add(self, part: Self) -> Self {
        put(&self.0, &part.0, None);
        self
    }

    /// Puts parts, or the one that there may be, at the end of the element.
    pub fn add_all(self, parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(self, Self::add)
    }

    /// Keeps parts at the end of the element, made anew when what they are read from changes.
    pub fn fill(self, read: impl Fn() -> Vec<Self> + 'static) -> Self {
        keep_parts(self.0.clone(), None, Box::new(read));
        self
    }

    /// Keeps parts right before the element, made anew when what they are read from changes.
    pub fn precede(self, read: impl Fn() -> Vec<Self> + 'static) {
        if let Some(parent) = self.0.parent_element() {
            keep_parts(parent, Some(self.0), Box::new(read));
        }
    }

    /// Keeps rows of HTML, one element each, in the element, which has nothing else. Rows that stay are not drawn anew. No
    /// text that a person typed may be in them unescaped.
    pub fn rows(self, read: impl Fn() -> Vec<String> + 'static) -> Self {
        keep_rows(self.0.clone(), Box::new(read));
        self
    }

    fn bind(self, place: Place, read: Box<dyn Fn() -> Text>) -> Self {
        let element = self.0.clone();
        keep(Box::new(move |before| {
            let text = read();
            if before.as_ref() != Some(&text) {
                write(&element, place, text.as_deref());
            }
            text
        }));
        self
    }

    fn listen(self, name: &str, hear: Box<dyn Fn(Event)>) -> Self {
        let hear = Closure::wrap(hear).into_js_value();
        // Any name will do.
        let _ = self.0.add_event_listener_with_callback(name, hear.unchecked_ref());
        self
    }
}

/// Does something now, and again whenever what it reads changes, for as long as the surrounding part is there.
pub fn follow(act: impl Fn() + 'static) {
    keep(Box::new(move |_| {
        act();
        None
    }));
}

fn keep(act: Box<dyn FnMut(Option<Text>) -> Text>) {
    let effect = RenderEffect::new(act);
    on_cleanup(move || drop(effect));
}

fn write(element: &Element, place: Place, text: Option<&str>) {
    match (place, text) {
        (Place::Text, text) => element.set_text_content(text),
        (Place::Html, text) => {
            let html = text.unwrap_or_default();
            element.set_inner_html(html);
            if html.contains(" data-style=") {
                style_inside(element);
            }
        }
        // A strict content security policy refuses the attribute, and takes the same words as a property.
        (Place::Attribute("style"), text) => set_style(element, text.unwrap_or_default()),
        // Both fail only for names that are no names.
        (Place::Attribute(name), Some(text)) => drop(element.set_attribute(name, text)),
        (Place::Attribute(name), None) => drop(element.remove_attribute(name)),
    }
}

/// Gives an element a style, which does not go by way of its attribute.
pub fn set_style(element: &Element, style: &str) {
    let style_of: &HtmlElement = element.unchecked_ref();
    style_of.style().set_css_text(style);
}

/// Gives what was just made from HTML the styles that the HTML has as `data-style`: a strict policy refuses `style`.
fn style_inside(root: &Element) {
    let mut next = root.first_element_child();
    while let Some(element) = next {
        style_as_told(&element);
        style_inside(&element);
        next = element.next_element_sibling();
    }
}

fn style_as_told(element: &Element) {
    if let Some(style) = element.get_attribute("data-style") {
        set_style(element, &style);
    }
}

fn keep_parts(parent: Element, marker: Option<Element>, read: Box<dyn Fn() -> Vec<Part>>) {
    let shown = RefCell::new(Vec::<Part>::new());
    follow(move || {
        let parts = read();
        for part in &parts {
            put(&parent, &part.0, marker.as_ref());
        }
        for part in shown.replace(parts) {
            part.0.remove();
        }
    });
}

fn keep_rows(parent: Element, read: Box<dyn Fn() -> Vec<String>>) {
    let shown = RefCell::new(Vec::<(String, Part)>::new());
    follow(move || {
        let rows = read();
        let (mut stay, gone) = shown.take().into_iter().partition::<Vec<_>, _>(|(html, _)| rows.contains(html));
        for (_, part) in gone {
            part.0.remove();
        }
        let mut next = parent.first_element_child();
        let place = |html: String| {
            let found = stay.iter().position(|(other, _)| *other == html);
            let part = found.map_or_else(|| Part::new(&html), |found| stay.remove(found).1);
            if next.as_ref() == Some(&part.0) {
                next = part.0.next_element_sibling();
            } else {
                put(&parent, &part.0, next.as_ref());
            }
            (html, part)
        };
        shown.replace(rows.into_iter().map(place).collect());
    });
}

fn put(parent: &Element, element: &Element, marker: Option<&Element>) {
    // It fails only for an element that would be inside itself.
    let _ = parent.insert_before(element, marker.map(AsRef::<Node>::as_ref));
}

fn element_of(html: &str) -> Option<Element> {
    let template = web_sys::window()?.document()?.create_element("template").ok()?;
    template.set_inner_html(html);
    let element = template.unchecked_into::<HtmlTemplateElement>().content().first_element_child()?;
    style_as_told(&element);
    Some(element)
}
