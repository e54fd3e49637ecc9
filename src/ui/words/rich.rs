//! Text with two ways to stand out, as data: the page decides what they look like.

use crate::html::{add, escape};

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Plain(String),
    /// What to look at.
    Strong(String),
    /// What is gone: shown struck through.
    Gone(String),
}

/// A text of pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rich(pub Vec<Piece>);

impl Rich {
    /// Plain text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Piece::Plain(text.into())])
    }

    /// With more plain text.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Plain(text.into()));
        self
    }

    /// With text that stands out.
    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Strong(text.into()));
        self
    }

    /// With text that is struck through.
    #[must_use]
    pub fn gone(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Gone(text.into()));
        self
    }

    /// It drawn.
    #[must_use]
    pub fn html(&self) -> String {
        let mut html = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Plain(text) => html.push_str(&escape(text)),
                Piece::Strong(text) => add(&mut html, "b", text),
                Piece::Gone(text) => add(&mut html, "s", text),
            }
        }
        html
    }

    /// The letters alone.
    #[must_use]
    pub fn text(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Plain(text) | Piece::Strong(text) | Piece::Gone(text) => text.as_str(),
        });
        pieces.collect()
    }
}
