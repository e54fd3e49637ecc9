//! Serves a modelled Redis server to any Redis client: RESP2 over TCP, a thread for each connection, one lock around
//! the model, and the machine's clock.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{ClientId, Config, Millis, Reply, Server, Session, Wait};

use super::request::{Parsed, Words, parse};

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// Redis's `hz` of ten.
const CRON: Duration = Duration::from_millis(100);
/// How often a reply that is held back is asked for.
const POLL: Duration = Duration::from_millis(1);

type Shared = Arc<Mutex<Hub>>;

/// The model, and where to write what clients get without having asked.
struct Hub {
    server: Server,
    streams: BTreeMap<ClientId, TcpStream>,
}

impl Hub {
    /// Sends what has come for clients: messages, and the replies of those that have waited.
    fn deliver(&mut self) {
        let pushes = self.server.take_pushes().into_iter().map(|push| (push.client, push.message));
        let unblocked = self.server.take_unblocked().into_iter().map(|unblocked| (unblocked.client, unblocked.reply));
        for (client, message) in unblocked.collect::<Vec<_>>().into_iter().chain(pushes) {
            if let Some(stream) = self.streams.get_mut(&client) {
                // A client that is gone is noticed by its own thread.
                let _ = stream.write_all(&message.encode());
            }
        }
    }
}

/// Accepts connections until the process ends.
pub fn serve(listener: &TcpListener, config: Config) -> io::Result<()> {
    let mut server = Server::new(config, now().0);
    server.record_changes(false);
    let server = Arc::new(Mutex::new(Hub { server, streams: BTreeMap::new() }));
    let housekeeping = Arc::clone(&server);
    thread::spawn(move || {
        loop {
            thread::sleep(CRON);
            let mut hub = lock(&housekeeping);
            hub.server.cron(now());
            hub.deliver();
        }
    });
    loop {
        let (stream, _) = listener.accept()?;
        let server = Arc::clone(&server);
        thread::spawn(move || Connection::new(stream, server).run());
    }
}

fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A thread that panicked has left the model as it was after its last command.
fn lock(server: &Shared) -> MutexGuard<'_, Hub> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What becomes of a connection after its requests so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Read,
    Close,
}

struct Connection {
    stream: TcpStream,
    server: Shared,
    session: Session,
    received: Vec<u8>,
    replies: Vec<u8>,
}

impl Connection {
    fn new(stream: TcpStream, server: Shared) -> Connection {
        Connection { stream, server, session: Session::default(), received: Vec::new(), replies: Vec::new() }
    }

    /// Serves the client until it or the connection is gone.
    fn run(mut self) {
        // A client that goes away in the middle of something is nobody's error.
        let _ = self.talk();
        let mut hub = lock(&self.server);
        hub.streams.remove(&self.session.id());
        hub.server.disconnect(self.session);
    }

    fn talk(&mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = self.stream.read(&mut chunk)?;
            if count == 0 {
                return Ok(());
            }
            self.received.extend_from_slice(&chunk[..count]);
            let next = self.answer_all()?;
            self.send()?;
            if next == Next::Close {
                return Ok(());
            }
        }
    }

    /// Answers the requests that are complete: those that came together are run under one lock.
    fn answer_all(&mut self) -> io::Result<Next> {
        let mut at = 0;
        let shared = Arc::clone(&self.server);
        let mut hub = lock(&shared);
        let next = loop {
            match parse(&self.received[at..]) {
                Parsed::Incomplete => break Next::Read,
                Parsed::Broken(error) => {
                    self.replies.extend(Reply::Error(error).encode());
                    break Next::Close;
                }
                Parsed::Request(words, length) => {
                    at += length;
                    if words.is_empty() {
                        continue;
                    }
                    if is_quit(&words) {
                        self.replies.extend(Reply::OK.encode());
                        break Next::Close;
                    }
                    let is_new = self.session.id() == ClientId::default();
                    let reply = hub.server.execute(&mut self.session, now(), &words);
                    if is_new {
                        hub.streams.insert(self.session.id(), self.stream.try_clone()?);
                    }
                    thread::sleep(Duration::from_millis(hub.server.take_delay()));
                    hub.deliver();
                    if reply == Reply::Later {
                        drop(hub);
                        self.send()?;
                        if !self.wait() {
                            break Next::Close;
                        }
                        hub = lock(&shared);
                        continue;
                    }
                    let Some(wait) = self.session.take_wait() else {
                        self.replies.extend(reply.encode());
                        continue;
                    };
                    drop(hub);
                    self.send()?;
                    self.hold(&wait);
                    hub = lock(&shared);
                }
            }
        };
        self.received.drain(..at);
        Ok(next)
    }

    /// Waits until the client is served or its time is over; false if it goes away before that.
    fn wait(&mut self) -> bool {
        loop {
            thread::sleep(POLL);
            let mut hub = lock(&self.server);
            hub.server.end_waits(now());
            hub.deliver();
            if !hub.server.is_waiting(&self.session) {
                return true;
            }
            drop(hub);
            if self.is_gone() {
                return false;
            }
        }
    }

    /// Whether the client has closed its side.
    fn is_gone(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek(&mut [0]));
        let _ = self.stream.set_nonblocking(false);
        matches!(peeked, Ok(0))
    }

    /// Holds the reply to `WAIT` back until there is one.
    fn hold(&mut self, wait: &Wait) {
        loop {
            let reply = lock(&self.server).server.waited(now(), wait);
            if let Some(reply) = reply {
                self.replies.extend(reply.encode());
                return;
            }
            thread::sleep(POLL);
        }
    }

    fn send(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.replies)?;
        self.replies.clear();
        Ok(())
    }
}

/// The end of a connection is the connection's business, not the model's.
fn is_quit(words: &Words) -> bool {
    words.first().is_some_and(|name| name.eq_ignore_ascii_case(b"quit"))
}
