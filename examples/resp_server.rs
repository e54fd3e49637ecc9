//! Serves the Redis model on loopback, so that `redis-cli`, `redis-benchmark` or any other Redis client can be pointed at
//! it.
//!
//! ```text
//! cargo run --release --example resp_server -- --port 7379 --appendonly yes
//! redis-cli -p 7379
//! ```

#[path = "resp/handshake.rs"]
mod handshake;
#[path = "resp/request.rs"]
mod request;
#[path = "resp/server.rs"]
mod server;

use std::fmt::Display;
use std::net::TcpListener;
use std::process::ExitCode;
use std::str::FromStr;

use cachescope::redis::{Config, SavePoint};

const USAGE: &str = "resp_server [--port PORT] [--maxmemory BYTES] [--maxmemory-policy POLICY]\n            \
                     [--save 'SECONDS CHANGES ...'] [--appendonly yes|no] [--appendfsync always|everysec|no]\n\
                     Port 0 takes a free one; the default is 7379.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match start(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn start(words: &[String]) -> Result<(), String> {
    let (port, config) = options(words)?;
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|error| format!("port {port}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("listening on {address}");
    server::serve(&listener, config).map_err(|error| error.to_string())
}

fn options(words: &[String]) -> Result<(u16, Config), String> {
    let (mut port, mut config) = (7379, Config::default());
    for pair in words.chunks(2) {
        let [name, value] = pair else { return Err(format!("{} wants a value", pair[0])) };
        match name.as_str() {
            "--port" => port = read(name, value)?,
            "--maxmemory" => config.maxmemory = read(name, value)?,
            "--maxmemory-policy" => config.policy = read(name, value)?,
            "--save" => config.persistence.save = SavePoint::parse(value).map_err(|error| error.to_string())?,
            "--appendonly" => config.persistence.append_only = value == "yes",
            "--appendfsync" => config.persistence.append_fsync = read(name, value)?,
            _ => return Err(format!("there is no option {name}")),
        }
    }
    Ok((port, config))
}

fn read<T: FromStr<Err: Display>>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{name} {value}: {error}"))
}
