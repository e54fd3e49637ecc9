# shellcheck shell=sh disable=SC2034 # the variables are used by the scripts that source this
#
# Which version of each tool the project is built with, and where the tools are looked for: to be sourced in the
# project's folder. Each version is read from the file that has the say, where there is one.

rust_version=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
trunk_version=$(sed -n 's/^trunk-version = "=\(.*\)"/\1/p' Trunk.toml)
binaryen_version=$(sed -n 's/^wasm_opt = "version_\(.*\)"/\1/p' Trunk.toml)
bindgen_version=$(awk '/^name = "wasm-bindgen"$/ { found = 1 } found && /^version/ { gsub(/"/, "", $3); print $3; exit }' Cargo.lock)
mdbook_version=0.5.4
vitepress_version=$(sed -n 's/.*"vitepress": "\(.*\)".*/\1/p' examples/vitepress/package.json)
playwright_version=$(sed -n 's/.*"playwright-core": "\(.*\)".*/\1/p' tests/browser/package.json)

# What the project installs for itself alone, so that nobody's own tools are replaced.
tools_dir=${XDG_CACHE_HOME:-$HOME/.cache}/cachescope
binaryen_dir=$tools_dir/binaryen-$binaryen_version

PATH=$tools_dir/bin:$binaryen_dir/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
export PATH

# Prints the browser that the tests drive, or nothing.
find_chromium() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        command -v "$name" && return
    done
}
