//! The worker's entry point: it only answers.

#[cfg(target_arch = "wasm32")]
fn main() {
    cachescope::embed::serve_lab();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let request: String = std::env::args().nth(1).unwrap_or_default();
    println!("{}", cachescope::worker::answer(&request));
}
