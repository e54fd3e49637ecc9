//! The page's entry point: it only mounts.

#[cfg(target_arch = "wasm32")]
fn main() {
    cachescope::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Cachescope is a web page: run `trunk serve` and open the address that it prints.");
}
