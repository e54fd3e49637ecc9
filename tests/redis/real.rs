//! A real `redis-server` for the length of a test, and a small client that speaks RESP2 to it.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cachescope::redis::Reply;

/// A server on loopback without persistence. It is killed and its directory removed at the end.
pub struct RealServer {
    process: Child,
    directory: PathBuf,
    port: u16,
}

impl RealServer {
    /// Starts a server with these settings more, and waits until it answers.
    pub fn start(settings: &[&str]) -> RealServer {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port();
        let directory = std::env::temp_dir().join(format!("cachescope-redis-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let process = launch(&directory, port, settings);
        let server = RealServer { process, directory, port };
        server.wait_until_up();
        server
    }

    /// Kills the server as `kill -9` does and starts it again in its directory with these settings, until it answers.
    #[allow(dead_code, reason = "not every test that includes this file needs it")]
    pub fn kill_and_restart(&mut self, settings: &[&str]) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.process = launch(&self.directory, self.port, settings);
        self.wait_until_up();
        // While it loads its files it listens and answers errors.
        let begun = Instant::now();
        while self.connect().call(&["PING"]).is_error() {
            assert!(begun.elapsed() < Duration::from_secs(20), "redis-server does not finish loading");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_until_up(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(20), "redis-server does not listen on port {}", self.port);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The port that it listens on.
    #[allow(dead_code, reason = "not every test that includes this file needs it")]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A new connection.
    pub fn connect(&self) -> Client {
        Client::to(self.port)
    }
}

fn launch(directory: &Path, port: u16, settings: &[&str]) -> Child {
    Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args(["--enable-debug-command", "yes", "--dir"])
        .arg(directory)
        .args(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!(
                "this test compares the model with a real Redis and found no redis-server on the PATH; install it (Debian \
                 and Ubuntu: apt-get install redis-server; macOS: brew install redis) and run again"
            ),
            _ => panic!("redis-server can't be started: {error}"),
        })
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// One connection to the real server.
pub struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// A connection to whoever listens on a port of this machine.
    pub fn to(port: u16) -> Client {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Client { reader: BufReader::new(stream) }
    }

    /// Sends one command and reads its reply.
    pub fn call(&mut self, words: &[impl AsRef<[u8]>]) -> Reply {
        self.send(words);
        self.receive()
    }

    /// Sends one command.
    pub fn send(&mut self, words: &[impl AsRef<[u8]>]) {
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            let word = word.as_ref();
            request.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            request.extend_from_slice(word);
            request.extend_from_slice(b"\r\n");
        }
        self.reader.get_mut().write_all(&request).unwrap();
    }

    /// Reads one reply, if any comes in time.
    #[allow(dead_code, reason = "not every test that includes this file needs it")]
    pub fn receive_within(&mut self, time: Duration) -> Option<Reply> {
        self.reader.get_mut().set_read_timeout(Some(time)).unwrap();
        let is_there = self.reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty());
        self.reader.get_mut().set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        is_there.then(|| self.receive())
    }

    /// Reads one reply.
    pub fn receive(&mut self) -> Reply {
        let line = self.line();
        let (kind, rest) = line.split_at(1);
        let length = || rest.parse::<i64>().unwrap();
        match kind {
            "+" => Reply::Status(rest.to_owned().into()),
            "-" => Reply::Error(rest.to_owned()),
            ":" => Reply::Integer(length()),
            "$" if length() < 0 => Reply::NIL,
            "$" => self.bulk(length() as usize),
            "*" if length() < 0 => Reply::NIL_ARRAY,
            "*" => Reply::Array(Some((0..length()).map(|_| self.receive()).collect())),
            _ => panic!("no RESP2: {line:?}"),
        }
    }

    fn bulk(&mut self, length: usize) -> Reply {
        let mut bytes = vec![0; length + 2];
        self.reader.read_exact(&mut bytes).unwrap();
        bytes.truncate(length);
        Reply::bulk(bytes)
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).unwrap();
        assert!(line.ends_with(b"\r\n"), "the connection broke after {line:?}");
        line.truncate(line.len() - 2);
        String::from_utf8_lossy(&line).into_owned()
    }
}

/// A field of `INFO`.
pub fn info_field(report: &Reply, name: &str) -> String {
    let Reply::Bulk(Some(bytes)) = report else { panic!("INFO answered {report}") };
    let text = String::from_utf8_lossy(bytes);
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_else(|| panic!("INFO has no {name}")).to_owned()
}
