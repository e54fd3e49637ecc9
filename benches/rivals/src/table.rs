//! Rates side by side; the first row is what the others are compared with.

use std::time::Instant;

pub struct Table {
    title: String,
    unit: &'static str,
    rows: Vec<(String, f64)>,
}

impl Table {
    pub fn new(title: &str, unit: &'static str) -> Self {
        Self { title: title.to_owned(), unit, rows: Vec::new() }
    }

    pub fn row(&mut self, name: &str, rate: f64) {
        self.rows.push((name.to_owned(), rate));
    }

    /// Measures work on so many items.
    pub fn measure<T>(&mut self, name: &str, items: usize, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = work();
        self.row(name, items as f64 / began.elapsed().as_secs_f64());
        result
    }

    pub fn print(&self) {
        println!("{:<52} {:>14} {:>12}", self.title, self.unit, "ours ahead");
        let ours = self.rows.first().map_or(1.0, |(_, rate)| *rate);
        for (name, rate) in &self.rows {
            println!("  {name:<50} {rate:>14.0} {:>11.2}x", ours / rate);
        }
        println!();
    }
}
