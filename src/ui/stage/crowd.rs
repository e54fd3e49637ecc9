//! The packets when there are too many for words: small tokens on one canvas, for a hundred elements moved in each frame
//! would cost more than the frame has time for.

use std::f64::consts::TAU;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Document, Element, HtmlCanvasElement, HtmlElement, Window};

use crate::trace::Token;
use crate::ui::geometry::{Layout, Point};

const TOKENS: [Token; 7] = [Token::Read, Token::Row, Token::Miss, Token::Write, Token::Done, Token::Drop, Token::Error];

/// A packet in the crowd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// What it is.
    pub token: Token,
    /// Where, from the stage's upper left corner.
    pub at: Point,
    /// The share of its fall, of one that is lost.
    pub lost: Option<f64>,
}

/// The canvas.
pub struct Crowd {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// An element of each token's style, to read its colour from.
    samples: Vec<Element>,
    coat: Option<u32>,
    colours: Vec<String>,
    paper: String,
    size: (f64, f64, f64),
    count: usize,
}

impl Crowd {
    /// A canvas over that ground; nothing where the browser has none.
    pub fn over(ground: &HtmlElement) -> Option<Self> {
        let document = ground.owner_document()?;
        let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_class_name("stage__crowd");
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let samples: Vec<Element> = TOKENS.iter().filter_map(|token| sample(&document, &canvas, *token)).collect();
        canvas.set_hidden(true);
        canvas.set_attribute("data-testid", "crowd").ok()?;
        ground.append_child(&canvas).ok()?;
        Some(Self {
            canvas,
            context,
            samples,
            coat: None,
            colours: Vec::new(),
            paper: String::new(),
            size: (0.0, 0.0, 0.0),
            count: 0,
        })
    }

    /// Shows these packets and no others. Its colours are read anew when the page has another coat than before.
    pub fn show(&mut self, dots: &[Dot], layout: &Layout, coat: u32, zoom: f64) {
        if self.count != dots.len() {
            self.canvas.set_hidden(dots.is_empty());
            // It fails only for names that are no names.
            let _ = self.canvas.set_attribute("data-count", &dots.len().to_string());
        }
        if dots.is_empty() && self.count == 0 {
            return;
        }
        self.count = dots.len();
        let Some(window) = web_sys::window() else { return };
        self.fit(layout.width, layout.height, window.device_pixel_ratio() * zoom);
        if self.coat != Some(coat) {
            self.learn_colours(&window);
            self.coat = Some(coat);
        }
        self.context.clear_rect(0.0, 0.0, layout.width, layout.height);
        for (token, colour) in TOKENS.into_iter().zip(&self.colours) {
            self.draw_all(token, colour, dots);
        }
    }

    /// Gives the canvas as many points as the screen has for it.
    fn fit(&mut self, width: f64, height: f64, ratio: f64) {
        if self.size == (width, height, ratio) {
            return;
        }
        self.size = (width, height, ratio);
        self.canvas.set_width((width * ratio).round() as u32);
        self.canvas.set_height((height * ratio).round() as u32);
        // A new size forgets all that was set.
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.context.set_line_width(1.5);
    }

    fn learn_colours(&mut self, window: &Window) {
        let read = |element: &Element, property: &str| {
            let style = window.get_computed_style(element).ok().flatten();
            style.and_then(|style| style.get_property_value(property).ok()).unwrap_or_default()
        };
        self.colours = self.samples.iter().map(|sample| read(sample, "color")).collect();
        self.paper = self.samples.first().map(|sample| read(sample, "background-color")).unwrap_or_default();
    }

    fn draw_all(&self, token: Token, colour: &str, dots: &[Dot]) {
        let pen = &self.context;
        let is_ring = matches!(token, Token::Read | Token::Miss);
        pen.set_fill_style_str(if is_ring { &self.paper } else { colour });
        pen.set_stroke_style_str(if is_ring { colour } else { &self.paper });
        let mine = || dots.iter().filter(|dot| dot.token == token);
        // All in one go, for each stroke of its own costs time.
        draw(pen, token, mine().filter(|dot| dot.lost.is_none()).map(|dot| dot.at));
        // Lost on the way: it sinks below its lane and fades.
        for (dot, fall) in mine().filter_map(|dot| dot.lost.map(|fall| (dot, fall))) {
            pen.set_global_alpha(1.0 - fall * 0.75);
            draw(pen, token, std::iter::once(Point { x: dot.at.x, y: dot.at.y + fall * 12.0 }));
            pen.set_global_alpha(1.0);
        }
    }
}

/// Draws tokens at these places. Outlines come last, so that neighbours don't run together.
fn draw(pen: &CanvasRenderingContext2d, token: Token, places: impl Iterator<Item = Point>) {
    pen.begin_path();
    places.for_each(|place| outline(pen, token, place));
    pen.fill();
    pen.stroke();
}

/// Half the height of a token in the crowd.
const HALF: f64 = 4.0;

fn outline(pen: &CanvasRenderingContext2d, token: Token, Point { x, y }: Point) {
    match token {
        Token::Read | Token::Row | Token::Miss => {
            pen.move_to(x + HALF, y);
            // An angle and a radius that are finite and positive are never refused.
            let _ = pen.arc(x, y, HALF, 0.0, TAU);
        }
        Token::Write | Token::Done => pen.rect(x - HALF, y - HALF, 2.0 * HALF, 2.0 * HALF),
        Token::Drop => polygon(pen, x, y, &DIAMOND),
        Token::Error => polygon(pen, x, y, &OCTAGON),
    }
}

const DIAMOND: [(f64, f64); 4] = [(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)];
const OCTAGON: [(f64, f64); 8] =
    [(-1.7, -4.1), (1.7, -4.1), (4.1, -1.7), (4.1, 1.7), (1.7, 4.1), (-1.7, 4.1), (-4.1, 1.7), (-4.1, -1.7)];

fn polygon(pen: &CanvasRenderingContext2d, x: f64, y: f64, corners: &[(f64, f64)]) {
    for (place, corner) in corners.iter().enumerate() {
        let (x, y) = (x + corner.0, y + corner.1);
        if place == 0 { pen.move_to(x, y) } else { pen.line_to(x, y) }
    }
    pen.close_path();
}

fn sample(document: &Document, canvas: &HtmlCanvasElement, token: Token) -> Option<Element> {
    let sample = document.create_element("i").ok()?;
    sample.set_class_name("token");
    sample.set_attribute("data-kind", token.id()).ok()?;
    canvas.append_child(&sample).ok()?;
    Some(sample)
}
