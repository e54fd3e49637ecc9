//! The entry point of the page with all of Redis, which takes the place of the small one when somebody needs it.

#[cfg(target_arch = "wasm32")]
fn main() {
    cachescope::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is a part of the page: run `trunk serve` and open the address that it prints.");
}
