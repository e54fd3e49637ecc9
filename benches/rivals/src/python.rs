//! Python's models, which run beside in the same minute.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs a script with that input; nothing, with a word why, when it can't be run.
pub fn run(script: &str, input: &Value) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let mut python = Command::new("python3")
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| println!("{script} can't be run: {error}"))
        .ok()?;
    python.stdin.take()?.write_all(input.to_string().as_bytes()).ok()?;
    let output = python.wait_with_output().ok()?;
    let told = serde_json::from_slice(&output.stdout).ok();
    if told.is_none() {
        println!("{script} gave nothing: python3 -m pip install simpy fakeredis");
    }
    told
}
